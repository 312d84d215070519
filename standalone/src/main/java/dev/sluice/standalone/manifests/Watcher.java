package dev.sluice.standalone.manifests;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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

  private final ManifestFiles files;
  private final Runnable changed;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;
  private String complaint = "";

  private Watcher(ManifestFiles files, Map<Path, String> seen, Runnable changed) {
    this.files = files;
    this.changed = changed;
    this.thread = Thread.ofVirtual().name("watch-manifests").unstarted(() -> watch(seen));
  }

  /// @param seen the fingerprints of what was already read
  static Watcher start(ManifestFiles files, Map<Path, String> seen, Runnable changed) {
    var watcher = new Watcher(files, seen, changed);
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

  private void watch(Map<Path, String> first) {
    var seen = first;
    try {
      while (!closing.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        seen = look(seen);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private Map<Path, String> look(Map<Path, String> seen) throws InterruptedException {
    try {
      var now = files.fingerprints();
      if (now.equals(seen)) {
        return seen;
      }
      var settled = settled(now);
      tell();
      return settled;
    } catch (IOException e) {
      complainOnce(e);
      return seen;
    }
  }

  private void tell() {
    try {
      changed.run();
    } catch (RuntimeException e) {
      LOG.atError().setCause(e).log("a change of the manifests did not take effect");
    }
  }

  private void complainOnce(IOException e) {
    if (!e.toString().equals(complaint)) {
      complaint = e.toString();
      LOG.atWarn().setCause(e).log("the manifests cannot be looked at; the policy stays");
    }
  }

  private Map<Path, String> settled(Map<Path, String> first)
      throws IOException, InterruptedException {
    var last = first;
    for (var looks = 0; looks < LOOKS_MAX; looks++) {
      if (closing.await(SETTLED_AFTER.toMillis(), TimeUnit.MILLISECONDS)) {
        return last;
      }
      var now = files.fingerprints();
      if (now.equals(last)) {
        return now;
      }
      last = now;
    }
    return last;
  }
}
