package dev.sluice.ledger.redis.link;

import io.lettuce.core.resource.EventLoopGroupProvider;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutorGroup;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.util.concurrent.TimeUnit;

/// Event loops that belong to the caller: used, never ended here.
record SharedEventLoops(EventLoopGroup group) implements EventLoopGroupProvider {

  @Override
  public <T extends EventLoopGroup> T allocate(Class<T> type) {
    return type.cast(group);
  }

  @Override
  public int threadPoolSize() {
    return 1;
  }

  @Override
  public Future<Boolean> release(
      EventExecutorGroup released, long quietPeriod, long timeout, TimeUnit unit) {
    return done();
  }

  @Override
  public Future<Boolean> shutdown(long quietPeriod, long timeout, TimeUnit unit) {
    return done();
  }

  private static Future<Boolean> done() {
    return ImmediateEventExecutor.INSTANCE.newSucceededFuture(true);
  }
}
