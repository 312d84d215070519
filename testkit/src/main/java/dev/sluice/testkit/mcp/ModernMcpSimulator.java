package dev.sluice.testkit.mcp;

import dev.sluice.testkit.http.Header;
import dev.sluice.testkit.http.HttpExchange;
import dev.sluice.testkit.http.HttpHandler;
import dev.sluice.testkit.http.HttpLimits;
import dev.sluice.testkit.http.HttpServer;
import dev.sluice.testkit.http.MalformedException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A server of 2026-07-28 behind HTTP: it keeps nothing between requests, and checks that headers
/// and body of each say the same.
public final class ModernMcpSimulator implements HttpHandler, AutoCloseable {

  private static final String VERSION = "2026-07-28";
  private static final String PREFIX = "io.modelcontextprotocol/";
  private static final Set<String> NAMED = Set.of("tools/call", "prompts/get");

  private final McpScript script;
  private final Notes notes = new Notes();
  private final Door door;
  private final Desk desk;
  private final List<Feed> listening = new CopyOnWriteArrayList<>();
  private final Map<Feed, ObjectNode> subscriptions = new ConcurrentHashMap<>();
  private final Set<String> removed = ConcurrentHashMap.newKeySet();
  private final HttpServer server;
  private volatile Predicate<String> tokens = _ -> true;

  private ModernMcpSimulator(McpScript script) {
    this.script = script;
    this.door = new Door(script, notes);
    this.desk = new Desk(script);
    this.server = HttpServer.start(0, HttpLimits.STANDARD, this);
  }

  public static ModernMcpSimulator start(McpScript script) {
    return new ModernMcpSimulator(script);
  }

  /// From now on it answers only who comes with a token that is known.
  public void requireToken(Predicate<String> known) {
    tokens = known;
  }

  public URI url() {
    return URI.create("http://127.0.0.1:%d/mcp".formatted(server.port()));
  }

  public List<Received> received() {
    return notes.received();
  }

  public List<String> violations() {
    return notes.violations();
  }

  /// The ids of requests whose client hung up before the answer.
  public List<String> cancelled() {
    return notes.cancelled();
  }

  /// How often a tool was run.
  public int runs() {
    return desk.runs();
  }

  /// How often the list of tools, or a page of it, was asked for.
  public int lists() {
    return desk.lists();
  }

  /// A tool beside those that every server has, or another definition of one that came so.
  public void define(String tool, String description) {
    desk.define(tool, description);
  }

  /// A tool of one server alone.
  ///
  /// @param definition as the server lists it
  /// @param work from the arguments of a call to its result
  public record OwnTool(ObjectNode definition, Function<JsonNode, ObjectNode> work) {

    String name() {
      return definition.path("name").asString();
    }
  }

  /// A tool in place of those that every server has, or another version of one.
  public void own(OwnTool tool) {
    desk.own(tool);
  }

  /// A tool that says of itself that it changes nothing.
  public void defineReading(String tool, String description) {
    desk.defineReading(tool, description);
  }

  public void drop(String tool) {
    desk.drop(tool);
  }

  public int listeners() {
    return listening.size();
  }

  public int connections() {
    return server.connections();
  }

  /// Tells all who listen that the list of tools is another one.
  public void toolsChanged() {
    subscriptions.forEach(
        (feed, asked) -> {
          if (asked.at("/params/notifications/toolsListChanged").booleanValue(false)) {
            feed.add(told("notifications/tools/list_changed", asked.path("id"), empty()));
          }
        });
  }

  /// Tells those who subscribed to a resource that it is another one now.
  public void updated(String uri) {
    subscriptions.forEach(
        (feed, asked) -> {
          if (watched(asked).contains(uri)) {
            var params = empty().put("uri", uri);
            feed.add(told("notifications/resources/updated", asked.path("id"), params));
          }
        });
  }

  /// How many subscriptions to resources there are.
  public int subscriptions() {
    return subscriptions.values().stream().mapToInt(asked -> watched(asked).size()).sum();
  }

  /// A resource that is not there any more: who asks for it hears that it is not told of.
  public void remove(String uri) {
    removed.add(uri);
  }

  private static List<String> watched(ObjectNode asked) {
    var uris = asked.at("/params/notifications/resourceSubscriptions");
    return uris.valueStream().map(uri -> uri.stringValue("")).toList();
  }

  /// Ends all streams of changes.
  public void endStreams() {
    listening.forEach(Feed::close);
    listening.clear();
  }

  /// Stops to take connections, as a service that is restarted.
  public void leave() {
    server.leave();
  }

  public void comeBack() {
    server.comeBack();
  }

  @Override
  public void close() {
    listening.forEach(Feed::close);
    server.close();
  }

  @Override
  public void refuse(HttpExchange exchange, MalformedException problem) throws IOException {
    notes.violation("no HTTP: " + problem.getMessage());
    Door.status(exchange, problem.status());
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    if (!exchange.request().path().equals("/mcp")) {
      Door.status(exchange, 404);
      return;
    }
    var token = exchange.request().header("authorization").orElse("").replace("Bearer ", "");
    if (!tokens.test(token)) {
      exchange.respond(401, List.of(new Header("www-authenticate", "Bearer")), new byte[0], 0);
      return;
    }
    if (!exchange.request().method().equals("POST")) {
      notes.violation(exchange.request().method() + " in the modern era");
      Door.status(exchange, 405);
      return;
    }
    JsonNode id = JsonNodeFactory.instance.nullNode();
    try {
      var message = door.message(exchange);
      id = message.path("id");
      checkEnvelope(message);
      checkHeaders(exchange, message);
      answer(exchange, message);
    } catch (ProblemException problem) {
      door.json(exchange, problem.status(), Door.failure(id, problem), List.of(), false);
    }
  }

  private void checkEnvelope(ObjectNode message) throws ProblemException {
    door.require(message.has("method"), 400, "a response was sent in the modern era");
    door.require(message.has("id"), 400, "a notification was sent over HTTP");
    var meta = message.path("params").path("_meta");
    var complete =
        meta.path(PREFIX + "protocolVersion").isString()
            && meta.path(PREFIX + "clientCapabilities").isObject();
    if (!complete) {
      throw ProblemException.of(400, -32602, "Invalid params: _meta is not complete");
    }
  }

  private void checkHeaders(HttpExchange exchange, ObjectNode message) throws ProblemException {
    var request = exchange.request();
    var params = message.path("params");
    var version = params.path("_meta").path(PREFIX + "protocolVersion").stringValue("");
    door.require(request.header("mcp-session-id").isEmpty(), 400, "a session in the modern era");
    same("MCP-Protocol-Version", request.header("mcp-protocol-version"), version);
    same("Mcp-Method", request.header("mcp-method"), message.path("method").stringValue(""));
    if (!version.equals(VERSION)) {
      var data = JsonNodeFactory.instance.objectNode().put("requested", version);
      data.putArray("supported").add(VERSION);
      throw ProblemException.with(400, -32022, "Unsupported protocol version", data);
    }
    var method = message.path("method").stringValue("");
    if (NAMED.contains(method) || method.equals("resources/read")) {
      var name = params.path(NAMED.contains(method) ? "name" : "uri").stringValue("");
      same("Mcp-Name", request.header("mcp-name").map(ModernMcpSimulator::decoded), name);
    }
    var region = params.path("arguments").path("region");
    if (params.path("name").stringValue("").equals("regional") && region.isString()) {
      same(
          "Mcp-Param-Region",
          request.header("mcp-param-region").map(ModernMcpSimulator::decoded),
          region.stringValue());
    }
  }

  private static void same(String name, Optional<String> header, String body)
      throws ProblemException {
    if (!header.equals(Optional.of(body))) {
      throw ProblemException.of(400, -32020, "Header mismatch: " + name);
    }
  }

  private static String decoded(String value) {
    var marked = value.startsWith("=?base64?") && value.endsWith("?=");
    return marked
        ? new String(
            Base64.getDecoder().decode(value.substring(9, value.length() - 2)),
            StandardCharsets.UTF_8)
        : value;
  }

  private void answer(HttpExchange exchange, ObjectNode message)
      throws IOException, ProblemException {
    var method = message.path("method").stringValue("");
    var id = message.path("id");
    switch (method) {
      case "server/discover" -> door.json(exchange, 200, complete(id, card()), List.of(), false);
      case "subscriptions/listen" -> listen(exchange, message);
      case "tools/call" -> call(exchange, message);
      default -> {
        var params = message.path("params") instanceof ObjectNode object ? object : empty();
        var result = desk.handle(method, params, ModernTalk.silent(exchange));
        result.put("ttlMs", 1000).put("cacheScope", "private");
        door.json(exchange, 200, complete(id, result), List.of(), false);
      }
    }
  }

  private ObjectNode card() {
    var card = empty();
    card.putArray("supportedVersions").add(VERSION);
    var capabilities = desk.capabilities();
    capabilities.putObject("logging");
    capabilities.withObject("resources").put("subscribe", true);
    card.set("capabilities", capabilities);
    card.put("instructions", "Simulated.");
    return card.put("ttlMs", 60_000).put("cacheScope", "public");
  }

  private static ObjectNode complete(JsonNode id, ObjectNode result) {
    if (!result.has("resultType")) {
      result.put("resultType", "complete");
    }
    result.withObject("_meta").set(PREFIX + "serverInfo", Desk.server());
    return Door.answer(id, result);
  }

  private void listen(HttpExchange exchange, ObjectNode asked) throws IOException {
    var message = asked.deepCopy();
    if (message.at("/params/notifications/resourceSubscriptions") instanceof ArrayNode uris) {
      uris.removeIf(uri -> removed.contains(uri.stringValue("")));
    }
    // Streams of this era have no ids of events.
    var feed = new Feed("");
    subscriptions.put(feed, message);
    var acknowledged = empty();
    acknowledged.putObject("_meta").set(PREFIX + "subscriptionId", message.path("id"));
    acknowledged.set("notifications", message.path("params").path("notifications"));
    feed.add(ModernTalk.notification("notifications/subscriptions/acknowledged", acknowledged));
    listening.add(feed);
    try {
      door.pump(exchange, feed, 0, Optional.empty(), List.of());
    } finally {
      listening.remove(feed);
      subscriptions.remove(feed);
    }
  }

  private static String told(String method, JsonNode id, ObjectNode params) {
    params.putObject("_meta").set(PREFIX + "subscriptionId", id);
    return ModernTalk.notification(method, params);
  }

  private void call(HttpExchange exchange, ObjectNode message)
      throws IOException, ProblemException {
    var params = message.path("params") instanceof ObjectNode object ? object : empty();
    if (script.answers() == McpScript.Answers.JSON) {
      var result = answered(message, params, ModernTalk.silent(exchange));
      door.json(exchange, 200, result, List.of(), true);
      return;
    }
    var feed = new Feed("");
    Thread.ofVirtual()
        .name("simulator-tool")
        .start(
            () -> {
              door.events(errors(message, params, ModernTalk.on(feed, exchange)))
                  .forEach(feed::add);
              feed.close();
            });
    if (door.pump(exchange, feed, 0, script.cut(), List.of())) {
      notes.cancelled(message.path("id").toString());
    }
  }

  private ObjectNode errors(ObjectNode message, ObjectNode params, Talk talk) {
    try {
      return answered(message, params, talk);
    } catch (ProblemException problem) {
      return Door.failure(message.path("id"), problem);
    }
  }

  private ObjectNode answered(ObjectNode message, ObjectNode params, Talk talk)
      throws ProblemException {
    try {
      return complete(message.path("id"), desk.handle("tools/call", params, talk));
    } catch (ProblemException problem) {
      if (problem.result().isPresent()) {
        return complete(message.path("id"), problem.result().get());
      }
      throw problem;
    }
  }

  private static ObjectNode empty() {
    return JsonNodeFactory.instance.objectNode();
  }
}
