package dev.sluice.ledger.redis;

import dev.sluice.core.budget.Budget;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Instant;
import java.util.List;

/// A look into Redis beside the ledger, and the hand on the clock of the ledger's tests.
final class RedisProbe implements AutoCloseable {

  private final RedisClient client;
  private final StatefulRedisConnection<String, String> connection;

  RedisProbe(String uri) {
    client = RedisClient.create(uri);
    connection = client.connect();
  }

  RedisCommands<String, String> commands() {
    return connection.sync();
  }

  void setClock(RedisConfig config, Instant now) {
    commands().set(config.prefix() + "clock", Long.toString(now.toEpochMilli()));
  }

  List<String> keys(RedisConfig config, String kind) {
    return commands().keys(config.prefix() + kind + "*").stream().sorted().toList();
  }

  /// Start, posted, held and unconfirmed of a budget's window that was used last.
  List<Long> window(RedisConfig config, Budget budget) {
    return commands()
        .eval(
            """
            local record = redis.call('HGET', KEYS[1], ARGV[1])
            local start, posted, held, unconfirmed = struct.unpack('<dddd', record)
            return { start, posted, held, unconfirmed }
            """,
            ScriptOutputType.MULTI,
            new String[] {config.prefix() + "windows"},
            budget.id());
  }

  /// The record of a hold: words and numbers in their order.
  ///
  /// @param format of the numbers and words, for the library `struct` of Redis
  List<Object> hold(RedisConfig config, String id, String format) {
    return commands()
        .eval(
            "return { struct.unpack(ARGV[1], redis.call('GET', KEYS[1])) }",
            ScriptOutputType.MULTI,
            new String[] {config.prefix() + "hold:" + id},
            format);
  }

  @Override
  public void close() {
    connection.close();
    client.shutdown();
  }
}
