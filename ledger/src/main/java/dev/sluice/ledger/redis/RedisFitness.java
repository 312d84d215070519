package dev.sluice.ledger.redis;

import dev.sluice.ledger.LedgerUnfitException;

/// Checks that a Redis keeps what it has acknowledged, and can be written to.
final class RedisFitness {

  private RedisFitness() {}

  static void check(RedisConnection redis) {
    expect(redis.info("replication"), "role", "master");
    // Any other policy evicts budgets when memory is short, and money would be spent twice.
    expect(redis.info("memory"), "maxmemory_policy", "noeviction");
  }

  private static void expect(String report, String name, String expected) {
    var value =
        report
            .lines()
            .filter(line -> line.startsWith(name + ":"))
            .map(line -> line.substring(name.length() + 1).strip())
            .findFirst()
            .orElse("not reported");
    if (!value.equals(expected)) {
      throw new LedgerUnfitException(
          "redis: " + name + ": " + value + " (expected: " + expected + ")");
    }
  }
}
