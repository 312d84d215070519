package dev.sluice.mcp.catalog;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Who wants to hear of changes. Each has a thread of its own, so that one that takes its time is
/// the only one that waits; what happens twice meanwhile it hears once.
final class Watchers {

  private static final Logger LOG = LoggerFactory.getLogger(Watchers.class);

  private final List<Watcher> all = new CopyOnWriteArrayList<>();
  private final int pendingMax;

  Watchers(int pendingMax) {
    this.pendingMax = pendingMax;
  }

  Catalog.Watch add(Consumer<Catalog.Change> heard) {
    var watcher = new Watcher(heard);
    all.add(watcher);
    Thread.ofVirtual().name("mcp-watch").start(watcher::run);
    return () -> {
      all.remove(watcher);
      watcher.close();
    };
  }

  void tell(Catalog.Change change) {
    all.forEach(watcher -> watcher.offer(change));
  }

  void close() {
    all.forEach(Watcher::close);
    all.clear();
  }

  /// One of them, with what it has not heard yet.
  private final class Watcher {
    private final Consumer<Catalog.Change> heard;
    private final Set<Catalog.Change> pending = new LinkedHashSet<>();
    private boolean closed;

    Watcher(Consumer<Catalog.Change> heard) {
      this.heard = heard;
    }

    /// Where too much waits, a resource counts as all of its server's; those are few.
    synchronized void offer(Catalog.Change change) {
      var kept =
          change instanceof Catalog.Change.Resource resource && pending.size() >= pendingMax
              ? new Catalog.Change.Resources(resource.server())
              : change;
      pending.add(kept);
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
        }
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }

    private void tell(Catalog.Change change) {
      try {
        heard.accept(change);
      } catch (RuntimeException e) {
        LOG.error("BUG: nobody could hear that {} has changed", change.server(), e);
      }
    }

    /// Empty at the end.
    private synchronized List<Catalog.Change> next() throws InterruptedException {
      while (pending.isEmpty() && !closed) {
        wait();
      }
      var next = closed ? List.<Catalog.Change>of() : List.copyOf(pending);
      pending.clear();
      return next;
    }
  }
}
