package dev.sluice.prove.crowd;

import dev.sluice.demo.parts.RecordedClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/// The way to one gateway, and who is on it.
public final class Lane {

  private static final int OK = 200;
  private static final int SERVER_ERROR = 500;
  private static final Duration BACKOFF = Duration.ofMillis(500);
  private static final int TAIL_BYTES = 200;

  private final RecordedClient client;
  private final Set<Ask> asking = ConcurrentHashMap.newKeySet();
  private final Set<Ask> streaming = ConcurrentHashMap.newKeySet();
  private final Queue<String> admitted = new ConcurrentLinkedQueue<>();

  public Lane(RecordedClient client) {
    this.client = client;
  }

  /// Those who wait for an answer or read one.
  public List<Ask> asking() {
    return List.copyOf(asking);
  }

  public int streaming() {
    return streaming.size();
  }

  /// The ids of the requests that were answered by the provider.
  public List<String> admitted() {
    return List.copyOf(admitted);
  }

  Attempt attempt(Ask ask) {
    asking.add(ask);
    try {
      var answer = client.open(ask.request());
      return answer.statusCode() == OK ? read(ask, answer) : refused(ask, answer);
    } catch (IOException | UncheckedIOException _) {
      return new Attempt.Elsewhere(BACKOFF);
    } finally {
      streaming.remove(ask);
      asking.remove(ask);
    }
  }

  private Attempt read(Ask ask, HttpResponse<InputStream> answer) throws IOException {
    admitted.add(answer.headers().firstValue("request-id").orElse("(absent)"));
    streaming.add(ask);
    try (var body = answer.body()) {
      var bytes = body.readNBytes(ask.bytesMax());
      if (bytes.length == ask.bytesMax()) {
        return new Attempt.Over(new End.Cancelled(ask));
      }
      return whole(bytes) ? new Attempt.Over(new End.Answered(ask)) : new Attempt.Later(BACKOFF);
    }
  }

  /// A stream may also end in good order with an error.
  private static boolean whole(byte[] stream) {
    var tail = Arrays.copyOfRange(stream, Math.max(0, stream.length - TAIL_BYTES), stream.length);
    return new String(tail, StandardCharsets.UTF_8).contains("\"message_stop\"");
  }

  /// As Claude Code does: whoever is not told that it is final tries again, after the time told.
  private static Attempt refused(Ask ask, HttpResponse<InputStream> answer) throws IOException {
    var at = System.nanoTime();
    try (var body = answer.body()) {
      var text = new String(body.readAllBytes(), StandardCharsets.UTF_8);
      if (answer.headers().firstValue("x-should-retry").orElse("").equals("false")) {
        return new Attempt.Over(new End.Refused(ask, at, text));
      }
      var told = answer.headers().firstValue("retry-after").map(Long::parseLong);
      var wait = told.map(Duration::ofSeconds).orElse(BACKOFF);
      return answer.statusCode() >= SERVER_ERROR
          ? new Attempt.Elsewhere(wait)
          : new Attempt.Later(wait);
    }
  }
}
