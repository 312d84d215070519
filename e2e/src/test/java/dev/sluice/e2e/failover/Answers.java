package dev.sluice.e2e.failover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.demo.parts.RecordedClient;
import dev.sluice.testkit.RecordedTraffic;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Sends a request, and reads what comes.
final class Answers {

  private static final List<Integer> ASKED_AGAIN = List.of(408, 409, 429);

  private Answers() {}

  static Told read(RecordedClient client, RecordedTraffic.Request request, boolean streams) {
    var answer = client.open(request);
    var whole = new ByteArrayOutputStream();
    boolean cut = !read(answer.body(), whole);
    var text = whole.toString(StandardCharsets.UTF_8);
    if (answer.statusCode() != 200) {
      return new Told.Failed(answer.statusCode(), text, pause(answer));
    }
    if (streams) {
      return EventReader.read(text);
    }
    return cut ? new Told.Broken(List.of()) : message(text);
  }

  /// False where the connection broke.
  private static boolean read(InputStream body, ByteArrayOutputStream whole) {
    try (body) {
      body.transferTo(whole);
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  private static Told message(String text) {
    var message = JsonMapper.shared().readTree(text);
    assertThat(message.path("type").asString()).as(text).isEqualTo("message");
    var blocks =
        StreamSupport.stream(message.path("content").spliterator(), false)
            .map(ObjectNode.class::cast)
            .toList();
    return new Told.Message(blocks, message.path("stop_reason").asString());
  }

  /// As Claude Code decides; null where it gives up.
  private static @Nullable Duration pause(HttpResponse<?> answer) {
    var headers = answer.headers();
    int status = answer.statusCode();
    boolean again =
        headers
            .firstValue("x-should-retry")
            .map(Boolean::parseBoolean)
            .orElse(status >= 500 || ASKED_AGAIN.contains(status));
    return again ? Duration.ofSeconds(headers.firstValueAsLong("retry-after").orElse(0)) : null;
  }
}
