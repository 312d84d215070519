package dev.sluice.mcp.codemode.run;

import dev.sluice.core.policy.ObjectName;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Whose program runs: of each key a few at once, so that no key takes all engines.
final class Turns {
  private final int keyRunsMax;
  private final Map<ObjectName, Line> lines = new HashMap<>();

  Turns(int keyRunsMax) {
    this.keyRunsMax = keyRunsMax;
  }

  /// A turn of a key, which ends when it is closed; empty if none came in time.
  Optional<Turn> take(ObjectName key, long millisMax) throws InterruptedException {
    var line = enter(key);
    boolean taken = false;
    try {
      taken = line.free.tryAcquire(millisMax, TimeUnit.MILLISECONDS);
    } finally {
      if (!taken) {
        leave(key, line);
      }
    }
    return taken ? Optional.of(() -> end(key, line)) : Optional.empty();
  }

  private void end(ObjectName key, Line line) {
    line.free.release();
    leave(key, line);
  }

  private synchronized Line enter(ObjectName key) {
    var line = lines.computeIfAbsent(key, _ -> new Line(new Semaphore(keyRunsMax, true)));
    line.present++;
    return line;
  }

  private synchronized void leave(ObjectName key, Line line) {
    if (--line.present == 0) {
      lines.remove(key);
    }
  }

  /// Keys that have a program now, or want one.
  synchronized int keys() {
    return lines.size();
  }

  /// A program's right to run.
  interface Turn extends AutoCloseable {
    @Override
    void close();
  }

  /// Of one key: those whose turn it is and those who wait.
  private static final class Line {
    private final Semaphore free;
    private int present;

    Line(Semaphore free) {
      this.free = free;
    }
  }
}
