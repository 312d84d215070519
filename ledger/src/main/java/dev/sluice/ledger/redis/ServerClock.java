package dev.sluice.ledger.redis;

import java.time.Instant;
import java.time.InstantSource;

/// A guess of the server's time, good enough to name a calendar window: the scripts compare it with
/// the true one, and a wrong guess is corrected by their answer.
final class ServerClock {

  private final InstantSource local = InstantSource.system();
  private volatile long aheadMillis;

  Instant now() {
    return Instant.ofEpochMilli(local.millis() + aheadMillis);
  }

  void correct(long serverMillis) {
    aheadMillis = serverMillis - local.millis();
  }
}
