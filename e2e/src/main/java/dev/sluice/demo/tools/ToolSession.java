package dev.sluice.demo.tools;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A client of tools at the gateway's one endpoint, as Claude Code is one.
final class ToolSession {

  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final String VERSION = "2025-06-18";
  private static final String DATA = "data:";
  private static final int ID = 1;

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI url;
  private final String key;
  private final String session;

  ToolSession(URI gateway, String key) {
    this.url = URI.create(gateway + "/mcp");
    this.key = key;
    var hello = JsonNodeFactory.instance.objectNode().put("protocolVersion", VERSION);
    hello.putObject("capabilities");
    hello.putObject("clientInfo").put("name", "demo").put("version", "1");
    this.session = post("", "initialize", hello).headers().firstValue("mcp-session-id").orElse("");
  }

  /// The names of the tools that the key sees.
  List<String> tools() {
    return list().path("tools").findValuesAsString("name");
  }

  JsonNode list() {
    return ask("tools/list", JsonNodeFactory.instance.objectNode());
  }

  JsonNode call(String tool, ObjectNode arguments) {
    var params = JsonNodeFactory.instance.objectNode().put("name", tool);
    params.set("arguments", arguments);
    var result = ask("tools/call", params);
    if (result.path("isError").asBoolean(false)) {
      throw new IllegalStateException(tool + ": " + result);
    }
    return result;
  }

  private JsonNode ask(String method, ObjectNode params) {
    var body = post(session, method, params).body();
    var text =
        body.startsWith("{")
            ? body
            : body.lines()
                .filter(line -> line.startsWith(DATA) && line.contains("\"id\":" + ID))
                .map(line -> line.substring(DATA.length()))
                .findFirst()
                .orElse("{}");
    var result = JsonMapper.shared().readTree(text).path("result");
    if (!result.isObject()) {
      throw new IllegalStateException(method + " was answered with: " + body);
    }
    return result;
  }

  private HttpResponse<String> post(String session, String method, ObjectNode params) {
    var message = JsonNodeFactory.instance.objectNode().put("jsonrpc", "2.0").put("id", ID);
    message.put("method", method).set("params", params);
    var request =
        HttpRequest.newBuilder(url)
            .timeout(TIMEOUT)
            .header("content-type", "application/json")
            .header("accept", "application/json, text/event-stream")
            .header("mcp-protocol-version", VERSION)
            .header("authorization", "Bearer " + key)
            .POST(BodyPublishers.ofString(message.toString()));
    if (!session.isEmpty()) {
      request.header("mcp-session-id", session);
    }
    try {
      return http.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
