package dev.sluice.standalone.manifests;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks at the manifests a few times each second, and tells once a change has settled.
///
/// Looking beats the system's notifications: those miss network folders and the symlink swaps of a
/// mounted ConfigMap, and see an editor's save as three events.
final class Watcher implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Watcher.class);
  private static final Duration LOOK_EVERY = Duration.ofMillis(200);
  private static final Duration SETTLED_AFTER = Duration.ofMillis(50);

  /// Files that never rest are read after this many looks nonetheless.
  private static final int LOOKS_MAX = 5;

  private final ManifestReader reader;
  private final UnaryOperator<Look> changed;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;
  private String complaint = "";

  private Watcher(ManifestReader reader, Look seen, UnaryOperator<Look> changed) {
    this.reader = reader;
    this.changed = changed;
    this.thread = Thread.ofVirtual().name("watch-manifests").unstarted(() -> watch(seen));
  }

  /// @param seen what was already read
  /// @param changed reads a look, and returns what it has really seen
  static Watcher start(ManifestReader reader, Look seen, UnaryOperator<Look> changed) {
    var watcher = new Watcher(reader, seen, changed);
    watcher.thread.start();
    return watcher;
  }

  @Override
  public void close() {
    closing.countDown();
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void watch(Look first) {
    var seen = first;
    try {
      while (!closing.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        seen = look(seen);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private Look look(Look seen) throws InterruptedException {
    try {
      var now = reader.look();
      return now.equals(seen) ? seen : tell(settled(now));
    } catch (RuntimeException e) {
      complainOnce(e);
      return seen;
    }
  }

  private Look tell(Look look) {
    try {
      return changed.apply(look);
    } catch (RuntimeException e) {
      LOG.atError().setCause(e).log("a change of the manifests did not take effect");
      return look;
    }
  }

  private void complainOnce(RuntimeException e) {
    if (!e.toString().equals(complaint)) {
      complaint = e.toString();
      LOG.atError().setCause(e).log("the manifests cannot be looked at; the policy stays");
    }
  }

  private Look settled(Look first) throws InterruptedException {
    var last = first;
    for (var looks = 0; looks < LOOKS_MAX; looks++) {
      if (closing.await(SETTLED_AFTER.toMillis(), TimeUnit.MILLISECONDS)) {
        return last;
      }
      var now = reader.look();
      if (now.equals(last)) {
        return now;
      }
      last = now;
    }
    return last;
  }
}
