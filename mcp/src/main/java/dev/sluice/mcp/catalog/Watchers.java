package dev.sluice.mcp.catalog;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/// Who wants to hear of changes. One that takes its time is the only one that waits.
final class Watchers {

  private final List<Handover<Catalog.Change>> all = new CopyOnWriteArrayList<>();
  private final int pendingMax;

  Watchers(int pendingMax) {
    this.pendingMax = pendingMax;
  }

  Catalog.Watch add(Consumer<Catalog.Change> heard) {
    var watcher = new Handover<>(heard, Duration.ZERO);
    all.add(watcher);
    watcher.start("mcp-watch");
    return () -> {
      all.remove(watcher);
      watcher.close();
    };
  }

  /// Where too much waits, a resource counts as all of its server's; those are few.
  void tell(Catalog.Change change) {
    var instead =
        change instanceof Catalog.Change.Resource resource
            ? new Catalog.Change.Resources(resource.server())
            : change;
    all.forEach(watcher -> watcher.offer(change, pendingMax, instead));
  }

  void close() {
    all.forEach(Handover::close);
    all.clear();
  }
}
