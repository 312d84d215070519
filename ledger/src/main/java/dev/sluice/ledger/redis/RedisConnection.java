package dev.sluice.ledger.redis;

import dev.sluice.ledger.LedgerUnavailableException;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One connection for all callers, who block on it, best as virtual threads.
///
/// It reconnects by itself. Calls that Redis has not answered by then are sent again, also those
/// whose caller has given up: every verb is idempotent, and [LateEnds] come after them.
final class RedisConnection implements AutoCloseable {

  /// Calls without an answer so far, given up or not; beyond it new ones fail at once.
  private static final int CALLS_OPEN_MAX = 10_000;

  private static final Duration RECONNECT_DELAY_MAX = Duration.ofMillis(500);

  private final ClientResources resources;
  private final RedisClient client;
  private final StatefulRedisConnection<String, String> connection;
  private final RedisAsyncCommands<String, String> commands;
  private final String[] prefix;
  private final Duration timeout;
  private final Semaphore room = new Semaphore(CALLS_OPEN_MAX);

  private RedisConnection(
      ClientResources resources,
      RedisClient client,
      StatefulRedisConnection<String, String> connection,
      RedisConfig config) {
    this.resources = resources;
    this.client = client;
    this.connection = connection;
    this.commands = connection.async();
    this.prefix = new String[] {config.prefix()};
    this.timeout = config.timeout();
  }

  static RedisConnection open(RedisConfig config) {
    var uri = config.uri();
    var resources = resources(config);
    var client = RedisClient.create(resources, uri);
    client.setOptions(options(config.timeout()));
    try {
      return new RedisConnection(resources, client, client.connect(), config);
    } catch (RedisException e) {
      close(client, resources);
      throw new LedgerUnavailableException(
          "redis: cannot connect to " + config.place() + ": " + reason(e), e);
    }
  }

  /// The last cause: those before it only say that there was no connection.
  private static String reason(Throwable failure) {
    var last = failure;
    while (last.getCause() != null && !(last instanceof UnknownHostException)) {
      last = last.getCause();
    }
    return last instanceof UnknownHostException ? "unknown host" : "" + last.getMessage();
  }

  private static ClientResources resources(RedisConfig config) {
    var resources =
        DefaultClientResources.builder()
            .reconnectDelay(
                Delay.exponential(
                    Duration.ofMillis(1), RECONNECT_DELAY_MAX, 2, TimeUnit.MILLISECONDS));
    return config.eventLoops() == null
        ? resources.ioThreadPoolSize(1).computationThreadPoolSize(2).build()
        : resources
            .eventLoopGroupProvider(new SharedEventLoops(config.eventLoops()))
            .computationThreadPoolSize(2)
            .build();
  }

  private static ClientOptions options(Duration timeout) {
    return ClientOptions.builder()
        .socketOptions(SocketOptions.builder().connectTimeout(timeout).build())
        .build();
  }

  /// Runs a script in one atomic step.
  List<Object> run(Script script, String... arguments) {
    try {
      return await(
          () -> commands.evalsha(script.digest(), ScriptOutputType.MULTI, prefix, arguments));
    } catch (NoScript _) {
      // Redis has restarted or was told to forget its scripts; EVAL makes it remember this one.
      return await(() -> commands.eval(script.source(), ScriptOutputType.MULTI, prefix, arguments));
    }
  }

  void load(Script script) {
    await(() -> commands.scriptLoad(script.source()));
  }

  /// One section of Redis' report on itself, as lines of `name:value`.
  String info(String section) {
    return await(() -> commands.info(section));
  }

  private <T> T await(Supplier<RedisFuture<T>> call) {
    try {
      return send(call).get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RedisNoScriptException) {
        throw new NoScript();
      }
      throw failed(e.getCause());
    } catch (TimeoutException e) {
      throw new LedgerUnavailableException("redis: no answer within " + timeout, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LedgerUnavailableException("redis: interrupted", e);
    }
  }

  private <T> RedisFuture<T> send(Supplier<RedisFuture<T>> call) {
    if (!room.tryAcquire()) {
      throw new LedgerUnavailableException(
          "redis: " + CALLS_OPEN_MAX + " calls wait for an answer already", null);
    }
    try {
      var answer = call.get();
      answer.whenComplete((_, _) -> room.release());
      return answer;
    } catch (RedisException e) {
      room.release();
      throw failed(e);
    }
  }

  private static LedgerUnavailableException failed(@Nullable Throwable cause) {
    var reason = cause == null ? "unknown" : cause.getMessage();
    return new LedgerUnavailableException("redis: " + reason, cause);
  }

  private static final class NoScript extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoScript() {
      super(null, null, false, false);
    }
  }

  @Override
  public void close() {
    connection.close();
    close(client, resources);
  }

  private static void close(RedisClient client, ClientResources resources) {
    client.shutdown(0, 2, TimeUnit.SECONDS);
    resources.shutdown(0, 2, TimeUnit.SECONDS);
  }
}
