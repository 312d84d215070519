package dev.sluice.mcp.serve.http;

import dev.sluice.mcp.rpc.sse.SseEvent;
import dev.sluice.mcp.rpc.sse.SseWriter;
import dev.sluice.mcp.upstream.http.Watchdog;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;

/// The answer to one request: a document, or a stream of events. A client that does not read is cut
/// off: the thread that writes is interrupted, which closes its socket.
public final class Outgoing {

  private final ServerResponse response;
  private final Duration writeMax;

  public Outgoing(ServerResponse response, Duration writeMax) {
    this.response = response;
    this.writeMax = writeMax;
  }

  /// Writes to a client, or fails.
  private interface Writing {
    void write() throws IOException;
  }

  public void empty(int status, Map<String, String> headers) throws IOException {
    within(
        () -> {
          head(status, headers);
          response.send();
        });
  }

  public void json(int status, Map<String, String> headers, byte[] body) throws IOException {
    within(
        () -> {
          head(status, headers);
          response.header(HeaderNames.CONTENT_TYPE, "application/json");
          response.send(body);
        });
  }

  private void head(int status, Map<String, String> headers) {
    response.status(status);
    response.header(HeaderNames.CACHE_CONTROL, "no-store");
    headers.forEach((name, value) -> response.header(HeaderNames.create(name), value));
  }

  public Events events() throws IOException {
    head(200, Map.of());
    response.header(HeaderNames.CONTENT_TYPE, "text/event-stream");
    // Proxies are asked to pass each event on at once.
    response.header(HeaderNames.create("X-Accel-Buffering"), "no");
    return new Events(response.outputStream());
  }

  /// A stream of events.
  public final class Events implements AutoCloseable {
    private final OutputStream out;

    private Events(OutputStream out) {
      this.out = out;
    }

    public void send(SseEvent event) throws IOException {
      write(SseWriter.bytes(event));
    }

    /// Shows that the stream lives, and finds out whether the client does.
    public void keepAlive() throws IOException {
      write(SseWriter.keepAlive());
    }

    private void write(byte[] bytes) throws IOException {
      within(
          () -> {
            out.write(bytes);
            out.flush();
          });
    }

    @Override
    public void close() throws IOException {
      within(out::close);
    }
  }

  private void within(Writing writing) throws IOException {
    var writer = Thread.currentThread();
    var alarm = Watchdog.at(writeMax, writer::interrupt);
    try {
      writing.write();
    } finally {
      alarm.cancel(false);
    }
  }
}
