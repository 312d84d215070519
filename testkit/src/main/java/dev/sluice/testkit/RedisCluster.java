package dev.sluice.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// A throw-away Redis Cluster on loopback ports: three masters, and a replica of each.
public final class RedisCluster implements AutoCloseable {

  private static final int MASTERS = 3;
  private static final int SLOTS = 16_384;
  private static final List<String> SETTINGS =
      List.of(
          "--cluster-node-timeout",
          "2000",
          "--cluster-replica-validity-factor",
          "0",
          "--repl-diskless-sync-delay",
          "0",
          "--appendfsync",
          "no");

  private final List<RedisServer> servers = new ArrayList<>();

  private RedisCluster() {}

  /// Starts one that serves.
  public static RedisCluster start() {
    var cluster = new RedisCluster();
    try {
      for (int i = 0; i < 2 * MASTERS; i++) {
        cluster.servers.add(RedisServer.inCluster(SETTINGS));
      }
      cluster.form();
      return cluster;
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  private void form() {
    for (int i = 0; i < MASTERS; i++) {
      var from = Integer.toString(firstSlot(i));
      var to = Integer.toString(firstSlot(i + 1) - 1);
      done(servers.get(i), "CLUSTER", "ADDSLOTSRANGE", from, to);
      done(servers.get(i), "CLUSTER", "SET-CONFIG-EPOCH", Integer.toString(i + 1));
    }
    var first = servers.getFirst();
    for (var other : servers.subList(1, servers.size())) {
      done(other, "CLUSTER", "MEET", "127.0.0.1", first.portText(), first.busPort());
    }
    for (int i = MASTERS; i < servers.size(); i++) {
      var replica = servers.get(i);
      var master = servers.get(i - MASTERS).ask("CLUSTER", "MYID");
      Waiting.until("the nodes know each other", () -> knows(replica, master));
      done(replica, "CLUSTER", "REPLICATE", master);
    }
    Waiting.until("the cluster serves", this::serves);
  }

  private static boolean knows(RedisServer server, String node) {
    return server.ask("CLUSTER", "NODES").contains(node);
  }

  private static void done(RedisServer server, String... words) {
    var answer = server.ask(words);
    if (!answer.equals("OK")) {
      throw new IllegalStateException(String.join(" ", words) + ": " + answer);
    }
  }

  private boolean serves() {
    return servers.stream()
            .allMatch(server -> server.ask("CLUSTER", "INFO").contains("cluster_state:ok"))
        && servers.subList(MASTERS, servers.size()).stream()
            .allMatch(server -> server.ask("INFO", "replication").contains("link_status:up"));
  }

  /// Of the first two servers: whoever is given them finds the others.
  public String uri() {
    return servers.stream()
        .limit(2)
        .map(server -> "127.0.0.1:" + server.port())
        .collect(Collectors.joining(",", "redis-cluster://", ""));
  }

  public List<RedisServer> servers() {
    return List.copyOf(servers);
  }

  /// The server that was given a key's slot in the beginning.
  public RedisServer masterOf(String key) {
    var slot = Integer.parseInt(servers.getFirst().ask("CLUSTER", "KEYSLOT", key));
    int place = 0;
    while (slot >= firstSlot(place + 1)) {
      place++;
    }
    return servers.get(place);
  }

  /// The server that was a master's replica in the beginning.
  public RedisServer replicaOf(RedisServer master) {
    return servers.get(servers.indexOf(master) + MASTERS);
  }

  private static int firstSlot(int place) {
    return place * SLOTS / MASTERS;
  }

  @Override
  public void close() {
    servers.forEach(RedisServer::close);
  }
}
