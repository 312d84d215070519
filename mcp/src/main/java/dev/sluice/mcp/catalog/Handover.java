package dev.sluice.mcp.catalog;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Hands news to one listener on a thread of its own, so that nobody else waits for it. What
/// happens twice meanwhile it hears once.
final class Handover<T> {

  private static final Logger LOG = LoggerFactory.getLogger(Handover.class);

  private final Consumer<T> listener;
  private final Duration every;
  private final Set<T> pending = new LinkedHashSet<>();
  private boolean closed;

  /// @param every how long it rests after each time
  Handover(Consumer<T> listener, Duration every) {
    this.listener = listener;
    this.every = every;
  }

  void start(String name) {
    Thread.ofVirtual().name(name).start(this::run);
  }

  void offer(T news) {
    offer(news, Integer.MAX_VALUE, news);
  }

  /// @param instead what it hears where more than that waits for it
  synchronized void offer(T news, int pendingMax, T instead) {
    pending.add(pending.size() < pendingMax ? news : instead);
    notifyAll();
  }

  synchronized void close() {
    closed = true;
    notifyAll();
  }

  private void run() {
    try {
      for (var next = next(); !next.isEmpty(); next = next()) {
        next.forEach(this::tell);
        rest(System.nanoTime() + every.toNanos());
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void tell(T news) {
    try {
      listener.accept(news);
    } catch (RuntimeException e) {
      LOG.error("BUG: {} could not be heard", news.getClass().getSimpleName(), e);
    }
  }

  /// Empty at the end.
  private synchronized List<T> next() throws InterruptedException {
    while (pending.isEmpty() && !closed) {
      wait();
    }
    var next = closed ? List.<T>of() : List.copyOf(pending);
    pending.clear();
    return next;
  }

  private synchronized void rest(long end) throws InterruptedException {
    while (!closed && end - System.nanoTime() > 0) {
      TimeUnit.NANOSECONDS.timedWait(this, Math.max(1_000_000, end - System.nanoTime()));
    }
  }
}
