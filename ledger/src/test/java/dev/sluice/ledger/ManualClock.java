package dev.sluice.ledger;

import java.time.Instant;
import java.time.InstantSource;

/// A clock that stands still until the test moves it.
public final class ManualClock implements InstantSource {

  private volatile Instant now = Instant.parse("2031-01-01T00:00:00Z");

  @Override
  public Instant instant() {
    return now;
  }

  public void set(Instant instant) {
    now = instant;
  }
}
