package dev.sluice.xds.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks at the files of a certificate once a second, and hands them on when they have changed and
/// have come to rest: a certificate and its key are rarely written at once. What cannot be used is
/// told once, and the last good one stays.
public final class WatchedFiles implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(WatchedFiles.class);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
  private static final long FILE_BYTES_MAX = 1 << 20;

  private final List<Path> files;
  private final Taker taker;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;

  /// Takes the texts of the files, in their order.
  @FunctionalInterface
  public interface Taker {
    void take(List<String> texts) throws BadCertificateException;
  }

  private WatchedFiles(List<Path> files, Taker taker, List<String> seen) {
    this.files = List.copyOf(files);
    this.taker = taker;
    this.thread = Thread.ofVirtual().name("watch-certificate").unstarted(() -> watch(seen));
  }

  /// Hands the files on as they are now, and again after each change.
  ///
  /// @throws BadCertificateException of the taker, for what the files are now
  public static WatchedFiles start(List<Path> files, Taker taker)
      throws IOException, BadCertificateException {
    var seen = read(files);
    taker.take(seen);
    var watched = new WatchedFiles(files, taker, seen);
    watched.thread.start();
    return watched;
  }

  private void watch(List<String> first) {
    var taken = first;
    var last = first;
    var complaint = "";
    try {
      while (!closing.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        var trouble = "";
        try {
          var now = read(files);
          var rests = now.equals(last);
          last = now;
          if (rests && !now.equals(taken)) {
            taken = now;
            taker.take(now);
            LOG.info("the certificate of {} has changed", files.getFirst());
          } else {
            trouble = complaint;
          }
        } catch (IOException e) {
          trouble = "cannot be read: " + e;
        } catch (BadCertificateException e) {
          trouble = e.sentence();
        }
        if (!trouble.isEmpty() && !trouble.equals(complaint)) {
          LOG.error("{}: {}; the last good certificate stays", files, trouble);
        }
        complaint = trouble;
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static List<String> read(List<Path> files) throws IOException {
    var texts = new ArrayList<String>();
    for (var file : files) {
      if (Files.size(file) > FILE_BYTES_MAX) {
        throw new IOException(
            "%s: %d bytes (expected: %d or less)"
                .formatted(file, Files.size(file), FILE_BYTES_MAX));
      }
      texts.add(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
    }
    return texts;
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
}
