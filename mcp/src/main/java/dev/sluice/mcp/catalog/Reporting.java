package dev.sluice.mcp.catalog;

import dev.sluice.core.mcp.ServerReport;
import dev.sluice.core.mcp.ToolChange;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the listener of reports what is new, at most once in a time.
final class Reporting {

  private static final Logger LOG = LoggerFactory.getLogger(Reporting.class);

  /// What is said at a time.
  record Said(List<ServerReport> reports, List<ToolChange> changes) {
    Said {
      reports = List.copyOf(reports);
      changes = List.copyOf(changes);
    }
  }

  private final Supplier<Said> current;
  private final ReportListener listener;
  private final Duration every;
  private Said last = new Said(List.of(), List.of());
  private boolean due;
  private boolean closed;

  Reporting(Supplier<Said> current, ReportListener listener, Duration every) {
    this.current = current;
    this.listener = listener;
    this.every = every;
  }

  void start() {
    Thread.ofVirtual().name("mcp-reports").start(this::run);
  }

  /// Something may be new.
  synchronized void look() {
    due = true;
    notifyAll();
  }

  synchronized void close() {
    closed = true;
    notifyAll();
  }

  private void run() {
    try {
      while (awaitDue()) {
        tell();
        rest(System.nanoTime() + every.toNanos());
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void tell() {
    try {
      var now = current.get();
      if (!now.equals(last)) {
        last = now;
        listener.heard(now.reports(), now.changes());
      }
    } catch (RuntimeException e) {
      LOG.error("BUG: nobody could hear of the servers of tools", e);
    }
  }

  private synchronized boolean awaitDue() throws InterruptedException {
    while (!due && !closed) {
      wait();
    }
    due = false;
    return !closed;
  }

  private synchronized void rest(long end) throws InterruptedException {
    while (!closed && end - System.nanoTime() > 0) {
      TimeUnit.NANOSECONDS.timedWait(this, Math.max(1_000_000, end - System.nanoTime()));
    }
  }
}
