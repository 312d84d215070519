package dev.sluice.testkit;

import dev.sluice.testkit.http.Header;
import dev.sluice.testkit.http.HttpRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What the real Claude Code sent and received, byte by byte; the long texts are neutral filler.
public final class RecordedTraffic {

  private static final String FOLDER = "/dev/sluice/testkit/recorded/";
  private static final List<String> REQUESTS =
      List.of(
          "01-first-turn-p-2.1.329",
          "02-tool-turn-p-2.1.329",
          "03-first-turn-tui-2.1.329",
          "04-first-turn-sonnet-2.1.197",
          "05-mcp-80-tools-2.1.197",
          "06-long-250k-2.1.329",
          "07-long-520k-2.1.329",
          "08-long-950k-2.1.329",
          "09-subagent-2.1.329",
          "10-aux-title-2.1.197",
          "11-count-tokens-2.1.329",
          "12-websearch-side-2.1.329",
          "13-nonstream-fallback-2.1.329",
          "14-gateway-mode-2.1.329",
          "15-models-discovery");
  private static final List<String> RESPONSES =
      List.of(
          "midstream-error.sse", "text-thinking.sse", "tool-use-nonstream.json", "tool-use.sse");

  private RecordedTraffic() {}

  /// A recorded request with its headers in wire order; Host, Authorization and Content-Length are
  /// those of the recording.
  public record Request(String name, HttpRequest http) {

    private static final String SESSION = "x-claude-code-session-id";
    private static final String FIRST_TEXT = "\"type\":\"text\",\"text\":\"";

    /// The same request in a session of its own: another session id, and a conversation that begins
    /// otherwise, so that system and tools come from the provider's cache and the messages do not.
    public Request inSession(UUID session) {
      var recorded = http.header(SESSION).orElseThrow();
      var headers =
          http.headers().stream()
              .map(h -> h.named(SESSION) ? new Header(h.name(), session.toString()) : h)
              .toList();
      // One byte a character, so that nothing but the two places changes.
      var body = new String(http.body(), StandardCharsets.ISO_8859_1);
      var text = body.indexOf(FIRST_TEXT) + FIRST_TEXT.length();
      var nonce = HexFormat.of().toHexDigits(session.getMostSignificantBits());
      var changed = body.substring(0, text) + nonce + body.substring(text + nonce.length());
      var bytes =
          changed.replace(recorded, session.toString()).getBytes(StandardCharsets.ISO_8859_1);
      return new Request(name, new HttpRequest(http.method(), http.target(), headers, bytes));
    }
  }

  @SuppressWarnings("ArrayRecordComponent")
  public record Response(String name, byte[] body) {}

  public static List<Request> requests() {
    return REQUESTS.stream().map(RecordedTraffic::request).toList();
  }

  public static Request request(String name) {
    var json = JsonMapper.shared().readTree(read("requests/" + name + ".headers.json"));
    var method = json.path("method").asString();
    var body = method.equals("GET") ? new byte[0] : read("requests/" + name + ".body.json");
    var http = new HttpRequest(method, json.path("path").asString(), headers(json), body);
    return new Request(name, http);
  }

  /// A short question to opus in the manner of a recorded request: a stream of up to 64,000 tokens.
  public static Request question(String text) {
    var recorded = request("01-first-turn-p-2.1.329").http();
    var body = JsonMapper.shared().createObjectNode();
    body.put("model", "claude-opus-5-5").put("max_tokens", 64_000).put("stream", true);
    body.putArray("messages").addObject().put("role", "user").put("content", text);
    var bytes = JsonMapper.shared().writeValueAsBytes(body);
    return new Request(
        "question",
        new HttpRequest(recorded.method(), recorded.target(), recorded.headers(), bytes));
  }

  public static List<Response> responses() {
    return RESPONSES.stream().map(name -> new Response(name, read("responses/" + name))).toList();
  }

  private static List<Header> headers(JsonNode json) {
    var headers = new ArrayList<Header>();
    for (var pair : json.path("headers")) {
      headers.add(new Header(pair.path(0).asString(), pair.path(1).asString()));
    }
    return headers;
  }

  private static byte[] read(String file) {
    try (InputStream resource = RecordedTraffic.class.getResourceAsStream(FOLDER + file)) {
      return Objects.requireNonNull(resource, file).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
