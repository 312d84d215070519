package dev.sluice.testkit.provider;

import java.time.Duration;

/// Counts the exchanges that are being answered, and lets a test wait for the last one.
public final class InFlight {

  private int count;

  public synchronized void begin() {
    count++;
  }

  public synchronized void end() {
    count--;
    notifyAll();
  }

  public synchronized int count() {
    return count;
  }

  /// True once nothing is in flight; false if that takes longer than the wait.
  public synchronized boolean awaitNone(Duration wait) {
    var deadline = System.nanoTime() + wait.toNanos();
    try {
      while (count > 0) {
        var left = Duration.ofNanos(deadline - System.nanoTime());
        if (left.isNegative() || left.toMillis() == 0) {
          return false;
        }
        wait(left.toMillis());
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
