package dev.sluice.e2e.tools;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A client of tools that speaks plain HTTP, in a session of the legacy era.
public final class ToolClient {

  static final String VERSION = "2025-06-18";

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Duration TIMEOUT = Duration.ofSeconds(120);
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final String HELLO =
      """
      {"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"%s",
       "capabilities":%s,"clientInfo":{"name":"e2e","version":"1"}}}
      """;

  /// Begun with, it is named in no header.
  private static final String OLDEST = "2025-03-26";

  private final URI url;
  private final Map<String, String> headers;
  private final String version;
  private final AtomicInteger ids = new AtomicInteger();

  private ToolClient(URI url, Map<String, String> headers, String version) {
    this.url = url;
    this.headers = headers;
    this.version = version;
  }

  /// An answer, read to its end.
  ///
  /// @param json the message with the answer, or what else came in JSON; absent where none did
  public record Answer(
      int status, Map<String, String> headers, String body, Optional<JsonNode> json) {

    /// What a model reads of it: the texts of a result, or the sentence of an error.
    public String text() {
      var message = json.orElseThrow(() -> new AssertionError(status + ": " + body));
      var error = message.at("/error/message").asString("");
      return error.isEmpty()
          ? String.join("\n", message.at("/result/content").findValuesAsString("text"))
          : error;
    }

    public JsonNode result() {
      return json.orElseThrow(() -> new AssertionError(status + ": " + body)).path("result");
    }
  }

  /// @param path `/mcp`, or with a server's name
  public static ToolClient of(URI gateway, String token, String path) {
    var headers = new TreeMap<>(Map.of("content-type", "application/json"));
    headers.put("accept", "application/json, text/event-stream");
    headers.put("authorization", "Bearer " + token);
    headers.put("mcp-protocol-version", VERSION);
    return new ToolClient(URI.create(gateway + path), headers, VERSION);
  }

  /// The same in another version of the legacy era, before it has a session.
  ToolClient speaking(String other) {
    var named = new TreeMap<>(headers);
    if (other.equals(OLDEST)) {
      named.remove("mcp-protocol-version");
    } else {
      named.put("mcp-protocol-version", other);
    }
    return new ToolClient(url, named, other);
  }

  ToolClient with(String name, String value) {
    var more = new TreeMap<>(headers);
    more.put(name, value);
    return new ToolClient(url, more, version);
  }

  /// The same session, somewhere else.
  ToolClient at(URI gateway) {
    return new ToolClient(URI.create(gateway + url.getPath()), headers, version);
  }

  String session() {
    return headers.getOrDefault("mcp-session-id", "");
  }

  /// Begins a session, in which the returned client is.
  public ToolClient begun() {
    return begun("{}");
  }

  /// The same, of a client that can do more.
  ///
  /// @param capabilities in JSON
  ToolClient begun(String capabilities) {
    var answer = post(HELLO.formatted(version, capabilities), 0);
    var session = answer.headers().get("mcp-session-id");
    if (session == null || !answer.result().path("protocolVersion").asString().equals(version)) {
      throw new AssertionError("no session of " + version + ": " + answer);
    }
    return with("mcp-session-id", session);
  }

  /// Ends its session.
  ///
  /// @return the status
  int ended() {
    return send(request().DELETE().build(), -1).status();
  }

  Answer ask(String method, String params) {
    int id = ids.incrementAndGet();
    return post(request(id, method, params), id);
  }

  private static String request(int id, String method, String params) {
    return "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"%s\",\"params\":%s}"
        .formatted(id, method, params);
  }

  /// Sends several messages as one.
  Answer batch(String... messages) {
    return post("[" + String.join(",", messages) + "]", -1);
  }

  /// Asks, and reads what comes one event after the other.
  ToolStream open(int id, String method, String params) {
    return opened(request().POST(HttpRequest.BodyPublishers.ofString(request(id, method, params))));
  }

  /// The stream of changes, or the rest of one that broke.
  ToolStream open() {
    return opened(request().GET());
  }

  private static ToolStream opened(HttpRequest.Builder request) {
    try {
      return ToolStream.of(HTTP.send(request.build(), HttpResponse.BodyHandlers.ofInputStream()));
    } catch (IOException e) {
      throw new AssertionError("no answer: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /// Tells what wants no answer.
  ///
  /// @return the status
  int tell(String message) {
    return post(message, -1).status();
  }

  /// @param arguments in JSON
  public Answer call(String tool, String arguments) {
    return ask("tools/call", "{\"name\":\"%s\",\"arguments\":%s}".formatted(tool, arguments));
  }

  /// Of all tools.
  public List<String> names() {
    return strings(ask("tools/list", "{}").result().path("tools"), "name");
  }

  /// Servers that the list says are away.
  public List<String> away() {
    var meta = ask("tools/list", "{}").result().path("_meta");
    return strings(meta.path("dev.sluice/unavailable"), "server");
  }

  private static List<String> strings(JsonNode array, String field) {
    return array.valueStream().map(entry -> entry.path(field).asString()).toList();
  }

  /// Has a program run.
  Answer run(String code, int seconds) {
    var arguments = JSON.createObjectNode().put("code", code).put("timeout_seconds", seconds);
    return call("run_code", arguments.toString());
  }

  private Answer post(String body, int id) {
    return send(request().POST(HttpRequest.BodyPublishers.ofString(body)).build(), id);
  }

  private HttpRequest.Builder request() {
    var request = HttpRequest.newBuilder(url).timeout(TIMEOUT);
    headers.forEach(request::header);
    return request;
  }

  private static Answer send(HttpRequest request, int id) {
    try {
      var answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
      var body = answer.body();
      var headers = new TreeMap<String, String>();
      answer.headers().map().forEach((name, values) -> headers.put(name, values.getFirst()));
      return new Answer(answer.statusCode(), headers, body, message(body, id));
    } catch (IOException e) {
      throw new AssertionError("no answer: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static Optional<JsonNode> message(String body, int id) {
    if (body.startsWith("{")) {
      return Optional.of(JSON.readTree(body));
    }
    return body.lines()
        .filter(line -> line.startsWith("data:") && line.contains("\"id\":" + id))
        .map(line -> JSON.readTree(line.substring("data:".length())))
        .findFirst();
  }

  /// The stream of changes, or of what an event's id names.
  HttpResponse<InputStream> listen() throws IOException, InterruptedException {
    return HTTP.send(request().GET().build(), HttpResponse.BodyHandlers.ofInputStream());
  }
}
