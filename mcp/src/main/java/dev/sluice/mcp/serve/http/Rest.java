package dev.sluice.mcp.serve.http;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// What is left of a body that is refused: it is read and thrown away. A client that writes all
/// before it reads would see no answer otherwise, and where a connection ends while Envoy writes,
/// Envoy answers 503 by itself and reads no answer.
public final class Rest {

  private static final long BYTES_MAX = 16L * 1024 * 1024;
  private static final Duration IDLE_MAX = Duration.ofSeconds(1);
  private static final Duration TOTAL_MAX = Duration.ofSeconds(10);
  private static final Duration TAKEN_MAX = Duration.ofSeconds(2);
  private static final int PIECE_BYTES = 16 * 1024;

  private final CountDownLatch enough = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile long bytes;

  private Rest() {}

  static Rest none() {
    var rest = new Rest();
    rest.enough.countDown();
    rest.ended.countDown();
    return rest;
  }

  /// Reads until the body ends, or its connection.
  ///
  /// @param length as far as the client said it
  static Rest of(InputStream body, OptionalLong length) {
    var rest = new Rest();
    if (length.orElse(0) > BYTES_MAX) {
      rest.enough.countDown();
    }
    Thread.ofVirtual().name("rest-of-body").start(() -> rest.discard(body));
    return rest;
  }

  private void discard(InputStream body) {
    var piece = new byte[PIECE_BYTES];
    long count = 0;
    try {
      for (int read = body.read(piece); read >= 0; read = body.read(piece)) {
        count += read;
        bytes = count;
        if (count > BYTES_MAX) {
          enough.countDown();
        }
      }
    } catch (IOException | RuntimeException _) {
      // Its connection has ended, or what comes is no HTTP, of which Helidon tells by exceptions
      // that share no closer type: there is no more of it.
      return;
    } finally {
      enough.countDown();
      ended.countDown();
    }
  }

  /// Returns when the answer is to be written: at the end of the body, or when there is too much of
  /// it, or nothing comes.
  public void awaitEnough() throws InterruptedException {
    long deadline = System.nanoTime() + TOTAL_MAX.toNanos();
    long seen = 0;
    while (System.nanoTime() < deadline
        && !enough.await(IDLE_MAX.toMillis(), TimeUnit.MILLISECONDS)
        && seen != bytes) {
      seen = bytes;
    }
  }

  /// Returns when Envoy has the answer and writes no more, or does not take it.
  public void awaitTaken() throws InterruptedException {
    var _ = ended.await(TAKEN_MAX.toMillis(), TimeUnit.MILLISECONDS);
  }
}
