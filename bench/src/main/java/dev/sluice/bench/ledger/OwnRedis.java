package dev.sluice.bench.ledger;

import dev.sluice.ledger.redis.RedisConfig;
import dev.sluice.ledger.redis.RedisLedger;
import dev.sluice.standalone.redis.EmbeddedRedis;
import dev.sluice.standalone.socket.EventLoops;
import dev.sluice.standalone.state.StateFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;

/// A Redis of the measurement's own, configured and connected to as `sluice up` does it: a Unix
/// socket, and a log of every write that the system has before the answer.
final class OwnRedis implements AutoCloseable {

  /// Longer than the product waits: what is measured is many calls at once.
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final StateFolder state;
  private final EmbeddedRedis.Running redis;

  private OwnRedis(StateFolder state, EmbeddedRedis.Running redis) {
    this.state = state;
    this.redis = redis;
  }

  static OwnRedis start(Path program, Path folder) {
    try {
      var state = StateFolder.open(folder);
      var redis =
          EmbeddedRedis.start(program, state, InstantSource.system(), OwnRedis::reportFailure);
      return new OwnRedis(state, redis);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void reportFailure(String failure) {
    System.err.println(failure);
  }

  URI uri() {
    return redis.uri();
  }

  /// A ledger on an event loop of one thread, as the gateway's.
  static RedisLedger connect(URI uri, EventLoops loops) {
    return RedisLedger.connect(config(uri, loops));
  }

  static RedisConfig config(URI uri, EventLoops loops) {
    return new RedisConfig(uri.toString(), "sluice", TIMEOUT, loops.group());
  }

  @Override
  public void close() {
    try {
      redis.end();
      state.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
