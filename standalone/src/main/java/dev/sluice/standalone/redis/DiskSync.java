package dev.sluice.standalone.redis;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings Redis' append-only files to the disk once a second.
///
/// Redis could do so itself (`appendfsync everysec`), but then it holds back what it has
/// acknowledged while the disk is busy, and loses that if it crashes. With `always` every request
/// waits for the disk: about a millisecond, more than all the rest of the gateway.
final class DiskSync {

  private static final Logger LOG = LoggerFactory.getLogger(DiskSync.class);
  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final int DEPTH = 2;

  private final Path folder;
  private final Map<Path, FileTime> synced = new HashMap<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;

  private DiskSync(Path folder) {
    this.folder = folder;
    this.thread = Thread.ofPlatform().daemon().name("disk-sync").unstarted(this::syncUntilClosed);
  }

  static DiskSync start(Path folder) {
    var sync = new DiskSync(folder);
    sync.thread.start();
    return sync;
  }

  void end() {
    closing.countDown();
  }

  private void syncUntilClosed() {
    try {
      while (!closing.await(EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        syncChanged();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void syncChanged() {
    try {
      for (var file : files()) {
        sync(file);
      }
    } catch (NoSuchFileException _) {
      synced.clear(); // Redis has rewritten its files; the next second tells.
    } catch (IOException e) {
      LOG.atError().setCause(e).log("the ledger's file cannot be brought to the disk");
    }
  }

  private List<Path> files() throws IOException {
    try (var files = Files.find(folder, DEPTH, (path, _) -> path.toString().endsWith(".aof"))) {
      return files.toList();
    }
  }

  private void sync(Path file) throws IOException {
    var changed = Files.getLastModifiedTime(file);
    if (!changed.equals(synced.get(file))) {
      try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.force(false);
      }
      synced.put(file, changed);
    }
  }
}
