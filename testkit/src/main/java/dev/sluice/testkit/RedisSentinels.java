package dev.sluice.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// A throw-away Redis with a replica, and three Sentinels that watch them under the name `main`.
public final class RedisSentinels implements AutoCloseable {

  private static final int SENTINELS = 3;

  private final List<RedisServer> started = new ArrayList<>();
  private final RedisServer master;
  private final RedisServer replica;
  private final List<RedisServer> sentinels = new ArrayList<>();

  private RedisSentinels() {
    master = add(RedisServer.start("--repl-diskless-sync-delay", "0"));
    replica = add(RedisServer.start("--replicaof", "127.0.0.1 " + master.port()));
    // A Sentinel that does not find the replica at once asks again after ten seconds.
    Waiting.until("the replica follows", this::follows);
    for (int i = 0; i < SENTINELS; i++) {
      sentinels.add(add(RedisServer.sentinel(master)));
    }
  }

  /// Starts one in which all know each other.
  public static RedisSentinels start() {
    var sentinels = new RedisSentinels();
    Waiting.until("the Sentinels know each other", sentinels::agree);
    return sentinels;
  }

  private RedisServer add(RedisServer server) {
    started.add(server);
    return server;
  }

  private boolean follows() {
    return master.ask("INFO", "replication").contains("state=online");
  }

  private boolean agree() {
    return sentinels.stream()
        .map(sentinel -> sentinel.ask("INFO", "sentinel"))
        .allMatch(told -> told.contains("slaves=1,sentinels=" + SENTINELS));
  }

  public RedisServer master() {
    return master;
  }

  public RedisServer replica() {
    return replica;
  }

  public String uri() {
    return sentinels.stream()
        .map(sentinel -> "127.0.0.1:" + sentinel.port())
        .collect(Collectors.joining(",", "redis-sentinel://", "/0#main"));
  }

  @Override
  public void close() {
    started.forEach(RedisServer::close);
  }
}
