package dev.sluice.e2e.cluster;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A client of tools with a session of the protocol of 2025.
final class ToolClient implements AutoCloseable {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String VERSION = "2025-11-25";

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI endpoint;
  private final String token;
  private final String session;

  /// @param gateway its address
  ToolClient(URI gateway, String token) {
    this.endpoint = URI.create(gateway + "/mcp");
    this.token = token;
    var client = Map.of("name", "e2e", "version", "1");
    var hello = Map.of("protocolVersion", VERSION, "capabilities", Map.of(), "clientInfo", client);
    var answer = send("", "initialize", hello);
    this.session = answer.headers().firstValue("mcp-session-id").orElseThrow();
  }

  /// All tools, without those of the gateway itself.
  List<JsonNode> tools() {
    return ask("tools/list", Map.of())
        .path("tools")
        .valueStream()
        .filter(tool -> tool.path("name").asString().contains("__"))
        .toList();
  }

  List<String> names() {
    return tools().stream().map(tool -> tool.path("name").asString()).toList();
  }

  /// Servers that the list says are away.
  List<String> away() {
    return ask("tools/list", Map.of())
        .path("_meta")
        .path("dev.sluice/unavailable")
        .valueStream()
        .map(server -> server.path("server").asString())
        .toList();
  }

  JsonNode call(String tool, Map<String, ?> arguments) {
    return ask("tools/call", Map.of("name", tool, "arguments", arguments));
  }

  private JsonNode ask(String method, Map<String, ?> params) {
    var answer = send(session, method, params);
    var body = answer.body();
    return JSON.readTree(body.startsWith("{") ? body : last(body)).path("result");
  }

  /// The answer is the last event.
  private static String last(String events) {
    return events
        .lines()
        .filter(line -> line.startsWith("data:"))
        .reduce((_, line) -> line)
        .orElseThrow()
        .substring("data:".length());
  }

  private HttpResponse<String> send(String session, String method, Map<String, ?> params) {
    var body = Map.of("jsonrpc", "2.0", "id", 1, "method", method, "params", params);
    var request =
        HttpRequest.newBuilder(endpoint)
            .timeout(Duration.ofSeconds(30))
            .header("content-type", "application/json")
            .header("accept", "application/json, text/event-stream")
            .header("mcp-protocol-version", VERSION)
            .header("authorization", "Bearer " + token)
            .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)));
    if (!session.isEmpty()) {
      request.header("mcp-session-id", session);
    }
    try {
      var answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IllegalStateException(answer.statusCode() + ": " + answer.body());
      }
      return answer;
    } catch (IOException e) {
      throw new IllegalStateException("no answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
