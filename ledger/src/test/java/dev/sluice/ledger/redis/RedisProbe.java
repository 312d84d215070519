package dev.sluice.ledger.redis;

import io.lettuce.core.RedisClient;
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

  @Override
  public void close() {
    connection.close();
    client.shutdown();
  }
}
