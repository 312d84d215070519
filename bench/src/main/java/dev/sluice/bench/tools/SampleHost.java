package dev.sluice.bench.tools;

import dev.sluice.testkit.http.Header;
import dev.sluice.testkit.http.HttpExchange;
import dev.sluice.testkit.http.HttpHandler;
import dev.sluice.testkit.http.HttpLimits;
import dev.sluice.testkit.http.HttpServer;
import dev.sluice.testkit.http.MalformedException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The sample servers and one that only echoes, each behind a path of its own: they speak the era
/// of 2026, keep nothing and answer at once.
final class SampleHost implements HttpHandler, AutoCloseable {
  static final String ECHO = "echo";
  static final String VERSION = "2026-07-28";
  static final String PREFIX = "io.modelcontextprotocol/";

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final List<Header> TYPE = List.of(new Header("content-type", "application/json"));

  private final Map<String, ArrayNode> tools = new HashMap<>();
  private final HttpServer server;

  private SampleHost() {
    for (var sample : SampleTools.all()) {
      var list = JsonNodeFactory.instance.arrayNode();
      sample.tools().forEach(tool -> list.add(tool.json()));
      tools.put(sample.declared().name().name(), list);
    }
    var echo = JsonNodeFactory.instance.arrayNode();
    var tool = echo.addObject().put("name", ECHO).put("description", "Says what it is told.");
    var schema = tool.putObject("inputSchema").put("type", "object");
    schema.putObject("properties").putObject("text").put("type", "string");
    tools.put(ECHO, echo);
    server = HttpServer.start(0, HttpLimits.STANDARD, this);
  }

  static SampleHost start() {
    return new SampleHost();
  }

  InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
  }

  @Override
  public void close() {
    server.close();
  }

  @Override
  public void refuse(HttpExchange exchange, MalformedException problem) throws IOException {
    exchange.respond(problem.status(), List.of(), new byte[0], 0);
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    var request = exchange.request();
    var list = tools.get(request.path().substring(1));
    if (list == null || !request.method().equals("POST")) {
      exchange.respond(405, List.of(), new byte[0], 0);
      return;
    }
    var message = JSON.readTree(request.body());
    var answer = JsonNodeFactory.instance.objectNode().put("jsonrpc", "2.0");
    answer.set("id", message.path("id"));
    int status = 200;
    switch (message.path("method").stringValue("")) {
      case "server/discover" -> answer.set("result", card());
      case "tools/list" -> answer.set("result", listed(list));
      case "tools/call" -> answer.set("result", said(message.path("params")));
      default -> {
        status = 404;
        answer.putObject("error").put("code", -32601).put("message", "Method not found");
      }
    }
    exchange.respond(status, TYPE, JSON.writeValueAsBytes(answer), Long.MAX_VALUE);
  }

  private static ObjectNode complete() {
    var result = JsonNodeFactory.instance.objectNode().put("resultType", "complete");
    var meta = result.putObject("_meta").putObject(PREFIX + "serverInfo");
    meta.put("name", "sample").put("version", "1");
    return result;
  }

  private static ObjectNode card() {
    var card = complete();
    card.putArray("supportedVersions").add(VERSION);
    card.putObject("capabilities").putObject("tools");
    return card.put("ttlMs", 600_000).put("cacheScope", "public");
  }

  private static ObjectNode listed(ArrayNode list) {
    var result = complete().put("ttlMs", 600_000).put("cacheScope", "public");
    result.set("tools", list);
    return result;
  }

  private static ObjectNode said(JsonNode params) {
    var result = complete();
    var text = params.path("arguments").path("text").stringValue("");
    result.putArray("content").addObject().put("type", "text").put("text", text);
    return result;
  }
}
