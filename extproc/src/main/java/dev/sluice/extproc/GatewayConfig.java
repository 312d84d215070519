package dev.sluice.extproc;

import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.away.LedgerHealth;
import java.time.Duration;

/// The limits of a gateway.
///
/// @param bodyBytesMax the largest body of a request
/// @param bufferedBytesMax of all bodies that are held at once
/// @param holdLifetime after which a hold ends by itself, unless it is renewed: several times
///   `expireEvery`
/// @param exchangeMax after which an exchange is over: longer than Envoy lets a stream last
/// @param ledgerWaitMax how long a request waits for a ledger that does not answer
/// @param ledgerAwayMax after which clients are told to stop trying
/// @param expireEvery how often holds are renewed, and those that nobody ended are looked for
/// @param expireMax how many of them are ended at once
/// @param closeMax how long closing waits for settlements
public record GatewayConfig(
    long bodyBytesMax,
    long bufferedBytesMax,
    Duration holdLifetime,
    Duration exchangeMax,
    Duration ledgerWaitMax,
    Duration ledgerAwayMax,
    Duration expireEvery,
    int expireMax,
    Duration closeMax) {

  public static final GatewayConfig DEFAULT =
      new GatewayConfig(
          32L << 20,
          256L << 20,
          Ledger.HOLD_LIFETIME,
          Duration.ofMinutes(65),
          LedgerHealth.WAIT_MAX,
          Duration.ofSeconds(60),
          Ledger.RENEW_EVERY,
          100,
          Duration.ofSeconds(10));

  public GatewayConfig {
    check(bodyBytesMax > 0, "bodyBytesMax", bodyBytesMax, "1 or more");
    check(
        bufferedBytesMax >= bodyBytesMax,
        "bufferedBytesMax",
        bufferedBytesMax,
        "bodyBytesMax or more");
    check(expireMax > 0, "expireMax", expireMax, "1 or more");
  }

  public GatewayConfig withBufferedBytesMax(long bytesMax) {
    return new GatewayConfig(
        bodyBytesMax,
        bytesMax,
        holdLifetime,
        exchangeMax,
        ledgerWaitMax,
        ledgerAwayMax,
        expireEvery,
        expireMax,
        closeMax);
  }

  private static void check(boolean holds, String name, long value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
    }
  }
}
