package dev.sluice.ledger.redis.link;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.protocol.CommandArgs;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// How commands find the master of the ledger's keys.
sealed interface Route {

  /// Sends a command by its key, also while there is no connection.
  RedisClusterAsyncCommands<String, String> commands();

  /// The master itself, for commands without a key.
  CompletionStage<RedisClusterAsyncCommands<String, String>> master();

  void addKey(CommandArgs<String, String> arguments);

  /// What the master says of itself, as lines of `name:value`.
  CompletionStage<String> report();

  void close();

  /// Asks anew where the master is, where that is not asked at each connection anyway.
  void refresh();

  static Route to(RedisClient client, String key) {
    return new One(client.connect(StringCodec.UTF8), key.getBytes(StandardCharsets.UTF_8));
  }

  static Route to(RedisClusterClient client, String key) {
    return new Cluster(client, client.connect(StringCodec.UTF8), key, SlotHash.getSlot(key));
  }

  /// One server, or the one whom Sentinels name.
  record One(StatefulRedisConnection<String, String> connection, byte[] key) implements Route {

    @Override
    public RedisClusterAsyncCommands<String, String> commands() {
      return connection.async();
    }

    @Override
    public CompletionStage<RedisClusterAsyncCommands<String, String>> master() {
      return CompletableFuture.completedStage(connection.async());
    }

    /// Lettuce's own way takes a buffer for each key.
    @Override
    public void addKey(CommandArgs<String, String> arguments) {
      arguments.add(key);
    }

    @Override
    public CompletionStage<String> report() {
      return connection.async().info();
    }

    @Override
    public void refresh() {}

    @Override
    public void close() {
      connection.close();
    }
  }

  /// Lettuce finds the node by the key, and follows where the cluster sends it elsewhere.
  record Cluster(
      RedisClusterClient client,
      StatefulRedisClusterConnection<String, String> connection,
      String key,
      int slot)
      implements Route {

    @Override
    public RedisClusterAsyncCommands<String, String> commands() {
      return connection.async();
    }

    /// By address, since that is the connection of the commands with a key too.
    @Override
    public CompletionStage<RedisClusterAsyncCommands<String, String>> master() {
      var node = client.getPartitions().getPartitionBySlot(slot);
      if (node == null) {
        return CompletableFuture.failedStage(
            new RedisException("CLUSTERDOWN no node is known for the ledger's slot"));
      }
      var address = node.getUri();
      return connection
          .getConnectionAsync(address.getHost(), address.getPort())
          .thenApply(StatefulRedisConnection::async);
    }

    @Override
    public void addKey(CommandArgs<String, String> arguments) {
      arguments.addKey(key);
    }

    @Override
    public CompletionStage<String> report() {
      return master()
          .thenCompose(
              node ->
                  node.info().thenCombine(node.clusterInfo(), (own, all) -> own + "\r\n" + all));
    }

    @Override
    public void refresh() {
      var _ = client.refreshPartitionsAsync();
    }

    @Override
    public void close() {
      client.suspendTopologyRefresh();
      connection.close();
    }
  }
}
