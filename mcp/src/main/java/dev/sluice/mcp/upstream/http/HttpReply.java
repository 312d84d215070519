package dev.sluice.mcp.upstream.http;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/// An answer whose head is there, and whose body comes; closing it gives the connection back where
/// the body was read to its end, else it ends the connection, and the server sees that.
public final class HttpReply implements AutoCloseable {

  private static final Duration REST_MAX = Duration.ofSeconds(1);
  private static final int REST_BYTES_MAX = 64 * 1024;

  private final Head head;
  private final Body body;
  private final Wire wire;
  private final Consumer<Wire> back;
  private final AutoCloseable watch;
  private final AtomicBoolean closed = new AtomicBoolean();

  HttpReply(Head head, Body body, Wire wire, Consumer<Wire> back, AutoCloseable watch) {
    this.head = head;
    this.body = body;
    this.wire = wire;
    this.back = back;
    this.watch = watch;
  }

  public int status() {
    return head.status();
  }

  public boolean succeeded() {
    return head.status() >= 200 && head.status() < 300;
  }

  public Optional<String> header(String name) {
    return head.header(name);
  }

  /// The type of the body without its parameters, in small letters.
  public String type() {
    var type = header("content-type").orElse("");
    var end = type.indexOf(';');
    return (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT);
  }

  public InputStream body() {
    return body;
  }

  /// The whole body; one byte more than the limit at most.
  public byte[] all(int bytesMax) throws IOException {
    var most = Math.min(bytesMax, Integer.MAX_VALUE - 1);
    // As much as there will be, where that is known: no larger buffer is taken for it.
    return body.readNBytes((int) Math.min(most, head.length().orElse(most)) + 1);
  }

  /// Closes it when the server has ended its answer, of which nothing is wanted any more; if that
  /// takes too long, it is closed without.
  public void closeAtItsEnd() {
    if (body.complete()) {
      close();
    } else if (closed.compareAndSet(false, true)) {
      Thread.ofVirtual().name("mcp-http-rest").start(this::rest);
    }
  }

  private void rest() {
    var watchdog = Watchdog.at(REST_MAX, wire::close);
    try {
      var _ = body.readNBytes(REST_BYTES_MAX);
    } catch (IOException _) {
      // What was wanted had come before.
    } finally {
      watchdog.cancel(false);
      release();
    }
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      release();
    }
  }

  private void release() {
    try {
      watch.close();
    } catch (Exception e) {
      throw new IllegalStateException("BUG: a watch that does not close", e);
    }
    if (body.complete() && head.keepsOpen()) {
      back.accept(wire);
    } else {
      wire.close();
    }
  }
}
