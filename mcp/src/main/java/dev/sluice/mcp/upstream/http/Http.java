package dev.sluice.mcp.upstream.http;

import dev.sluice.mcp.upstream.call.CallException;
import dev.sluice.mcp.upstream.call.CallFailure.Effect;
import dev.sluice.mcp.upstream.call.CallFailure.Reason;
import dev.sluice.mcp.upstream.call.Cancellation;
import dev.sluice.mcp.upstream.guard.UrlGuard;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/// Sends requests of HTTP/1.1 and keeps connections open between them.
///
/// The client of the JDK finds the address of a host by itself when it connects, after every check;
/// here the connection goes to the address that was checked. Redirects are answers like others.
public final class Http implements AutoCloseable {

  private static final int RESTING_MAX = 16;
  private static final long REST_NANOS_MAX = TimeUnit.SECONDS.toNanos(25);

  /// A server closes a connection that rests; up to this age that is not looked for.
  private static final long TRUSTED_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /// So much fits into the buffers below us, and a write of it never waits for the server.
  private static final int UNWATCHED_WRITE_BYTES_MAX = 16 * 1024;

  private final UrlGuard guard;
  private final SSLSocketFactory tls;
  private final Map<String, ArrayDeque<Wire>> resting = new HashMap<>();
  private boolean closed;

  public Http(UrlGuard guard, SSLSocketFactory tls) {
    this.guard = guard;
    this.tls = tls;
  }

  /// Sends it, and returns when the head of the answer is there. The cancellation ends the
  /// connection at any time until the reply is closed.
  public HttpReply send(
      HttpQuery query, Patience patience, Cancellation cancellation, long answerBytesMax)
      throws CallException {
    guard.check(query.url());
    var key = key(query.url());
    var rested = rested(key, query.url());
    if (rested.isPresent()) {
      try {
        return exchange(rested.get(), key, query, patience, cancellation, answerBytesMax);
      } catch (CallException e) {
        if (e.failure().reason() != Reason.CUT
            || query.repeatable() == HttpQuery.Repeatable.NO
            || cancellation.cancelled()) {
          throw e;
        }
      }
    }
    var wire = Wire.connect(query.url(), guard, tls, patience);
    return exchange(wire, key, query, patience, cancellation, answerBytesMax);
  }

  // A flow with all that it needs; a record of it would have no name of its own.
  private HttpReply exchange(
      Wire wire,
      String key,
      HttpQuery query,
      Patience patience,
      Cancellation cancellation,
      long answerBytesMax)
      throws CallException {
    var watch = cancellation.onCancel(wire::close);
    var written = false;
    var sent = false;
    try {
      write(wire, query, patience);
      written = true;
      var head = Head.read(wire, patience);
      var body = Body.of(head, query.method(), wire, patience, answerBytesMax);
      if (head.header("content-encoding").filter(c -> !c.equals("identity")).isPresent()) {
        throw CallException.of(
            Reason.MALFORMED, Effect.MAY_HAVE_RUN, "a compressed answer (expected: identity)");
      }
      sent = true;
      return new HttpReply(head, body, wire, done -> giveBack(key, done, cancellation), watch);
    } catch (IOException e) {
      throw !written && cancellation.cancelled()
          ? CallException.of(Reason.CANCELLED, Effect.NEVER_RUN, "cancelled before it was sent")
          : explained(e, cancellation);
    } finally {
      if (!sent) {
        watch.close();
        wire.close();
      }
    }
  }

  /// What a broken read or write means.
  public static CallException explained(IOException e, Cancellation cancellation) {
    if (cancellation.cancelled()) {
      return CallException.of(Reason.CANCELLED, Effect.MAY_HAVE_RUN, "the caller cancelled it");
    }
    return e instanceof CallException known
        ? known
        : CallException.of(
            Reason.CUT,
            Effect.MAY_HAVE_RUN,
            "the connection broke (%s)".formatted(e.getClass().getSimpleName()));
  }

  private static void write(Wire wire, HttpQuery query, Patience patience) throws IOException {
    var bytes = bytes(query);
    if (bytes.length <= UNWATCHED_WRITE_BYTES_MAX) {
      wire.write(bytes);
      return;
    }
    var watchdog = Watchdog.at(patience.left(), wire::close);
    try {
      wire.write(bytes);
    } catch (IOException e) {
      throw patience.left().isZero() ? patience.timeout(Patience.Phase.BODY) : e;
    } finally {
      watchdog.cancel(false);
    }
  }

  private static byte[] bytes(HttpQuery query) throws CallException {
    var url = query.url();
    var path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
    var head = new StringBuilder(query.method()).append(' ').append(path);
    if (url.getRawQuery() != null) {
      head.append('?').append(url.getRawQuery());
    }
    head.append(" HTTP/1.1\r\nHost: ").append(url.getHost());
    if (url.getPort() >= 0) {
      head.append(':').append(url.getPort());
    }
    head.append("\r\nAccept-Encoding: identity\r\n");
    for (var header : query.headers()) {
      if (!header.writable()) {
        throw CallException.of(
            Reason.MALFORMED, Effect.NEVER_RUN, header.name().length() + " characters: no header");
      }
      head.append(header.name()).append(": ").append(header.value()).append("\r\n");
    }
    if (!query.method().equals("GET")) {
      head.append("Content-Length: ").append(query.body().length).append("\r\n");
    }
    var bytes = new ByteArrayOutputStream(head.length() + query.body().length + 2);
    bytes.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    bytes.writeBytes(query.body());
    return bytes.toByteArray();
  }

  /// What may not be called any more is closed, though it was checked when it was opened.
  private Optional<Wire> rested(String key, URI url) {
    while (true) {
      @Nullable Wire wire;
      synchronized (this) {
        @Nullable ArrayDeque<Wire> wires = resting.get(key);
        wire = wires == null ? null : wires.pollLast();
      }
      if (wire == null) {
        return Optional.empty();
      }
      var age = System.nanoTime() - wire.restingSince();
      var fresh = age <= TRUSTED_NANOS || (age <= REST_NANOS_MAX && !wire.spent());
      if (fresh && guard.lets(url, wire.address())) {
        return Optional.of(wire);
      }
      wire.close();
    }
  }

  /// The answer of a cancelled call may have come whole, and yet its connection is closed, or will
  /// be in a moment: it must not be another's then.
  private synchronized void giveBack(String key, Wire wire, Cancellation cancellation) {
    var wires = resting.computeIfAbsent(key, _ -> new ArrayDeque<>());
    if (closed || cancellation.cancelled() || wires.size() >= RESTING_MAX) {
      wire.close();
      return;
    }
    wire.rest(System.nanoTime());
    wires.addLast(wire);
  }

  @Override
  public synchronized void close() {
    closed = true;
    resting.values().forEach(wires -> wires.forEach(Wire::close));
    resting.clear();
  }

  private static String key(URI url) {
    return url.getScheme() + "://" + UrlGuard.host(url) + ":" + UrlGuard.port(url);
  }
}
