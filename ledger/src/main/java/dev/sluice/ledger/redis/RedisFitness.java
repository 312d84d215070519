package dev.sluice.ledger.redis;

import dev.sluice.ledger.LedgerUnfitException;
import dev.sluice.ledger.redis.link.RedisUrl.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Checks that a Redis keeps what it has acknowledged, and can be written to: at the start, after
/// each new connection, and now and then, since its configuration can be changed while it runs.
final class RedisFitness {

  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  /// While it is fit, one look of so many asks.
  private static final int LOOKS_PER_QUESTION = 10;

  /// Shows whether the user may run scripts on the ledger's keys. No script has this digest.
  private static final Script NOTHING = new Script("return {}", "0".repeat(40));

  private static final Pattern TOO_OLD = Pattern.compile("[0-5]\\..*|6\\.[01]\\..*");
  private static final Logger LOG = LoggerFactory.getLogger(RedisFitness.class);

  private final RedisConnection redis;
  private volatile @Nullable String fault;
  private volatile List<String> told = List.of();
  private int looks;

  private RedisFitness(RedisConnection redis) {
    this.redis = redis;
  }

  /// Later on, an unfit Redis is left without calls until it is fit again.
  ///
  /// @throws LedgerUnfitException where it is unfit now
  static void check(RedisConnection redis) {
    var fitness = new RedisFitness(redis);
    var report = read(RedisConnection.await(redis.report()));
    var fault = faultAtStart(report, redis.topology());
    if (fault != null) {
      throw new LedgerUnfitException(fault);
    }
    fitness.tell(doubts(report, redis.topology()));
    RedisConnection.await(redis.run(NOTHING));
    redis.onConnected(fitness::ask);
    redis.every(LOOK_EVERY, fitness::look);
  }

  private void look() {
    looks++;
    if (fault != null || looks % LOOKS_PER_QUESTION == 0) {
      ask();
    }
  }

  private void ask() {
    redis
        .report()
        .thenAccept(
            text -> {
              var report = read(text);
              judge(fault(report, redis.topology()));
              tell(doubts(report, redis.topology()));
            })
        .exceptionally(_ -> null); // Told by the connection; what was known stays.
  }

  private void judge(@Nullable String found) {
    var before = fault;
    fault = found;
    redis.admit(found);
    if (found != null && !found.equals(before)) {
      LOG.warn("the ledger at {} is left alone until it is fit: {}", redis.place(), found);
    } else if (found == null && before != null) {
      LOG.info("the ledger at {} is fit again", redis.place());
    }
    if (found != null) {
      // Another may be the master by now.
      redis.renew();
    }
  }

  private void tell(List<String> doubts) {
    if (!doubts.equals(told)) {
      told = doubts;
      doubts.forEach(doubt -> LOG.warn("the ledger at {}: {}", redis.place(), doubt));
    }
  }

  private static Map<String, String> read(String report) {
    var values = new HashMap<String, String>();
    report
        .lines()
        .map(line -> line.split(":", 2))
        .filter(parts -> parts.length == 2)
        .forEach(parts -> values.put(parts[0], parts[1].strip()));
    return values;
  }

  /// What must not be, neither at the start nor later.
  private static @Nullable String fault(Map<String, String> report, Topology topology) {
    // In a cluster a replica sends calls on to its master.
    return (topology == Topology.CLUSTER ? fit() : other(report, "role", "master"))
        // Any other policy evicts budgets when memory is short, and money would be spent twice.
        .or(() -> other(report, "maxmemory_policy", "noeviction"))
        .orElse(null);
  }

  /// What is told at the start better than by the first call that fails for it.
  private static @Nullable String faultAtStart(Map<String, String> report, Topology topology) {
    var version = report.getOrDefault("redis_version", "not reported");
    if (TOO_OLD.matcher(version).matches()) {
      return unexpected("redis_version", version, "6.2 or newer");
    }
    if (topology != Topology.CLUSTER && "1".equals(report.get("cluster_enabled"))) {
      return unexpected("cluster_enabled", "1", "a URL with redis-cluster:// or rediss-cluster://");
    }
    return (topology == Topology.CLUSTER ? other(report, "cluster_state", "ok") : fit())
        .orElseGet(() -> fault(report, topology));
  }

  private static Optional<String> fit() {
    return Optional.empty();
  }

  private static Optional<String> other(Map<String, String> report, String name, String expected) {
    var value = report.getOrDefault(name, "not reported");
    return value.equals(expected)
        ? Optional.empty()
        : Optional.of(unexpected(name, value, expected));
  }

  private static String unexpected(String name, String value, String expected) {
    return "redis: " + name + ": " + value + " (expected: " + expected + ")";
  }

  /// What makes it lose more than it must where things go wrong.
  private static List<String> doubts(Map<String, String> report, Topology topology) {
    var doubts = new ArrayList<String>();
    // While it loads, it reports none.
    if ("0".equals(report.get("aof_enabled")) && !"1".equals(report.get("loading"))) {
      doubts.add(
          "it keeps no append-only file: a restart forgets what was spent (expected: appendonly"
              + " yes)");
    }
    // Reported only where min-replicas-to-write is set.
    if (topology != Topology.ONE && !report.containsKey("min_slaves_good_slaves")) {
      doubts.add(
          "a master that is cut off goes on acknowledging what a failover loses (expected:"
              + " min-replicas-to-write 1 and min-replicas-max-lag 10)");
    }
    return List.copyOf(doubts);
  }
}
