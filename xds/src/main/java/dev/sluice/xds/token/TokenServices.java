package dev.sluice.xds.token;

import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Asks services that give tokens out: their whole answer comes soon, and is short, or there is
/// none.
final class TokenServices {

  private static final Duration CONNECT_MAX = Duration.ofSeconds(5);
  private static final Duration ANSWER_MAX = Duration.ofSeconds(10);
  private static final long BODY_BYTES_MAX = 1 << 20;
  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_MAX)
          .build();

  private TokenServices() {}

  /// The client's own timeout ends with the head of an answer, so this waits by itself.
  static HttpResponse<String> ask(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    var asked = request.build();
    var answer =
        HTTP.sendAsync(asked, BodyHandlers.limiting(BodyHandlers.ofString(), BODY_BYTES_MAX));
    try {
      return answer.get(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IOException("%s: %s".formatted(asked.uri(), e.getCause()), e);
    } catch (TimeoutException e) {
      throw new IOException("%s: no answer within %s".formatted(asked.uri(), ANSWER_MAX), e);
    } finally {
      answer.cancel(true);
    }
  }

  static HttpRequest.Builder form(HttpRequest.Builder request, Map<String, String> fields) {
    var body =
        fields.entrySet().stream()
            .map(field -> field.getKey() + "=" + encoded(field.getValue()))
            .collect(Collectors.joining("&"));
    return request
        .header("content-type", "application/x-www-form-urlencoded")
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  static JsonNode json(HttpResponse<String> answer) throws IOException {
    try {
      return JsonMapper.shared().readTree(answer.body());
    } catch (JacksonException e) {
      throw new IOException(
          "%s answered %d, and no JSON".formatted(answer.uri(), answer.statusCode()), e);
    }
  }
}
