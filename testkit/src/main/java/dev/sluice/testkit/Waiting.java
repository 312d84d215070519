package dev.sluice.testkit;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Waits for what other processes bring about.
public final class Waiting {

  private static final Duration AT_MOST = Duration.ofSeconds(20);
  private static final Duration LOOK_EVERY = Duration.ofMillis(20);

  private Waiting() {}

  public static void until(String what, BooleanSupplier isSo) {
    long until = System.nanoTime() + AT_MOST.toNanos();
    while (!isSo.getAsBoolean()) {
      if (System.nanoTime() - until > 0) {
        throw new IllegalStateException("not within " + AT_MOST + ": " + what);
      }
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
    }
  }
}
