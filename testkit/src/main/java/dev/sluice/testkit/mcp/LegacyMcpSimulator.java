package dev.sluice.testkit.mcp;

import dev.sluice.testkit.http.Header;
import dev.sluice.testkit.http.HttpExchange;
import dev.sluice.testkit.http.HttpHandler;
import dev.sluice.testkit.http.HttpLimits;
import dev.sluice.testkit.http.HttpServer;
import dev.sluice.testkit.http.MalformedException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A server of 2025 behind HTTP: sessions, a stream of its own messages, and streams that a client
/// can take up again.
public final class LegacyMcpSimulator implements HttpHandler, AutoCloseable {

  private final McpScript script;
  private final Notes notes = new Notes();
  private final Door door;
  private final Desk desk;
  private final Map<String, LegacySession> sessions = new ConcurrentHashMap<>();
  private final Map<String, CompletableFuture<?>> held = new ConcurrentHashMap<>();
  private final HttpServer server;

  private LegacyMcpSimulator(McpScript script) {
    this.script = script;
    this.door = new Door(script, notes);
    this.desk = new Desk(script);
    this.server = HttpServer.start(0, HttpLimits.STANDARD, this);
  }

  public static LegacyMcpSimulator start(McpScript script) {
    return new LegacyMcpSimulator(script);
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

  /// The ids of requests that the client cancelled.
  public List<String> cancelled() {
    return notes.cancelled();
  }

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

  /// A tool that says of itself that it changes nothing.
  public void defineReading(String tool, String description) {
    desk.defineReading(tool, description);
  }

  public void drop(String tool) {
    desk.drop(tool);
  }

  public int sessions() {
    return sessions.size();
  }

  /// Streams of the server's own messages that are open.
  public long listeners() {
    return sessions.values().stream().filter(LegacySession::listening).count();
  }

  /// Forgets every session, as a server that was restarted.
  public void forget() {
    var all = List.copyOf(sessions.values());
    sessions.clear();
    all.forEach(LegacySession::end);
  }

  /// Notifications of that method are heard only once `until` is complete.
  public void hold(String method, CompletableFuture<?> until) {
    held.put(method, until);
  }

  /// Takes the streams that were open for open still, or no more.
  public void occupied(boolean still) {
    sessions.values().forEach(still ? LegacySession::listen : LegacySession::unlisten);
  }

  public void toolsChanged() {
    sessions
        .values()
        .forEach(
            session ->
                session
                    .own()
                    .add(
                        LegacySession.notification(
                            "notifications/tools/list_changed",
                            JsonNodeFactory.instance.objectNode())));
  }

  /// Tells those who subscribed to a resource that it is another one now.
  public void updated(String uri) {
    sessions.values().forEach(session -> session.updated(uri));
  }

  /// How many subscriptions to resources there are.
  public int subscriptions() {
    return sessions.values().stream().mapToInt(LegacySession::subscriptions).sum();
  }

  /// Asks the client of each session something on its stream, with that id.
  public void askAll(int id, String method) {
    var message = JsonNodeFactory.instance.objectNode().put("jsonrpc", "2.0").put("id", id);
    message.put("method", method).putObject("params");
    sessions.values().forEach(session -> session.own().add(message.toString()));
  }

  @Override
  public void close() {
    sessions.values().forEach(LegacySession::end);
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
    JsonNode id = JsonNodeFactory.instance.nullNode();
    try {
      switch (exchange.request().method()) {
        case "GET" -> stream(exchange);
        case "DELETE" -> delete(exchange);
        case "POST" -> {
          var message = door.message(exchange);
          id = message.path("id");
          post(exchange, message);
        }
        default -> Door.status(exchange, 405);
      }
    } catch (ProblemException problem) {
      door.json(exchange, problem.status(), Door.failure(id, problem), List.of(), false);
    }
  }

  private void post(HttpExchange exchange, ObjectNode message)
      throws IOException, ProblemException {
    var method = message.path("method").stringValue("");
    if (method.equals("initialize")) {
      initialize(exchange, message);
      return;
    }
    if (method.equals("server/discover")) {
      probed(exchange, message);
      return;
    }
    door.require(
        exchange.request().header("mcp-method").isEmpty(), 400, "a modern header in a session");
    var session = session(exchange);
    if (!message.has("id")) {
      told(session, message);
      Door.status(exchange, 202);
    } else if (message.has("method")) {
      request(exchange, message, session);
    } else {
      door.require(session.answered(message), 400, "an answer to nothing");
      Door.status(exchange, 202);
    }
  }

  private void probed(HttpExchange exchange, ObjectNode message)
      throws IOException, ProblemException {
    switch (script.probe()) {
      case NOT_FOUND -> Door.status(exchange, 404);
      case METHOD_NOT_FOUND -> {
        var problem = ProblemException.of(200, -32601, "Method not found");
        door.json(exchange, 200, Door.failure(message.path("id"), problem), List.of(), false);
      }
      case BAD_REQUEST -> {
        var problem = ProblemException.of(400, -32000, "Bad Request: Server not initialized");
        var nobody = JsonNodeFactory.instance.nullNode();
        door.json(exchange, 400, Door.failure(nobody, problem), List.of(), false);
      }
    }
  }

  private void initialize(HttpExchange exchange, ObjectNode message)
      throws IOException, ProblemException {
    var params = message.path("params");
    door.require(
        exchange.request().header("mcp-session-id").isEmpty(), 400, "initialize in a session");
    door.require(
        params.path("clientInfo").path("name").isString()
            && params.path("clientInfo").path("version").isString()
            && params.path("capabilities").isObject()
            && params.path("protocolVersion").isString(),
        400,
        "initialize is not complete");
    var asked = params.path("protocolVersion").stringValue("");
    var version = script.versions().contains(asked) ? asked : script.versions().getFirst();
    var session = new LegacySession(UUID.randomUUID().toString(), version);
    sessions.put(session.id(), session);
    var result = JsonNodeFactory.instance.objectNode().put("protocolVersion", version);
    var capabilities = desk.capabilities();
    capabilities.putObject("logging");
    capabilities.withObject("resources").put("subscribe", true);
    result.set("capabilities", capabilities);
    result.set("serverInfo", Desk.server());
    result.put("instructions", "Simulated.");
    door.json(
        exchange,
        200,
        Door.answer(message.path("id"), result),
        List.of(new Header("Mcp-Session-Id", session.id())),
        false);
  }

  private LegacySession session(HttpExchange exchange) throws ProblemException {
    var id = exchange.request().header("mcp-session-id");
    door.require(id.isPresent(), 400, "no session");
    var session = Optional.ofNullable(sessions.get(id.orElse("")));
    if (session.isEmpty()) {
      throw ProblemException.of(404, -32001, "Session not found");
    }
    var version = exchange.request().header("mcp-protocol-version");
    var named = session.get().version().compareTo("2025-06-18") >= 0;
    door.require(
        named ? version.equals(Optional.of(session.get().version())) : version.isEmpty(),
        400,
        "MCP-Protocol-Version is not that of the session: " + version.orElse("none"));
    return session.get();
  }

  private void told(LegacySession session, ObjectNode message) throws ProblemException {
    var method = message.path("method").stringValue("");
    Optional.ofNullable(held.get(method)).ifPresent(CompletableFuture::join);
    switch (method) {
      case "notifications/initialized" -> {
        door.require(!session.initialized(), 400, "initialized twice");
        session.begin();
      }
      case "notifications/cancelled" -> {
        var id = message.path("params").path("requestId");
        var running = session.running(id);
        if (!running && session.over()) {
          // Its session ended meanwhile, and with it the call: no client can know that.
          throw ProblemException.of(404, -32001, "Session not found");
        }
        door.require(running, 400, "cancelled what does not run: " + id);
        notes.cancelled(id.toString());
        session.cancel(id);
      }
      default -> {
        // Other notifications of a client change nothing here.
      }
    }
  }

  private void request(HttpExchange exchange, ObjectNode message, LegacySession session)
      throws IOException, ProblemException {
    var method = message.path("method").stringValue("");
    if (!method.equals("ping")) {
      door.require(session.initialized(), 400, "a request before initialized");
    }
    if (method.equals("ping") || session.took(method, message.path("params"))) {
      var nothing = JsonNodeFactory.instance.objectNode();
      door.json(exchange, 200, Door.answer(message.path("id"), nothing), List.of(), false);
      return;
    }
    var params =
        message.path("params") instanceof ObjectNode p
            ? p
            : new ObjectNode(JsonNodeFactory.instance);
    door.require(
        !params.path("_meta").has("io.modelcontextprotocol/protocolVersion"),
        400,
        "modern metadata in a session");
    var ofTool = method.equals("tools/call");
    var feed = session.begin(message.path("id"));
    var talk = new SessionTalk(session, feed, message.path("id"), exchange);
    if (ofTool && script.answers() == McpScript.Answers.EVENTS) {
      Thread.ofVirtual()
          .name("simulator-tool")
          .start(
              () -> {
                door.events(answered(method, message, params, talk)).forEach(feed::add);
                session.ended(message.path("id"));
                feed.close();
              });
      var _ = door.pump(exchange, feed, 0, script.cut(), List.of());
      return;
    }
    try {
      var result = desk.handle(method, params, talk);
      door.json(exchange, 200, Door.answer(message.path("id"), result), List.of(), ofTool);
    } catch (ProblemException problem) {
      // In this era an error of the protocol is an answer like others.
      var failure = Door.failure(message.path("id"), problem);
      door.json(exchange, 200, failure, List.of(), ofTool);
    } finally {
      session.ended(message.path("id"));
    }
  }

  private ObjectNode answered(String method, ObjectNode message, ObjectNode params, Talk talk) {
    try {
      return Door.answer(message.path("id"), desk.handle(method, params, talk));
    } catch (ProblemException problem) {
      return Door.failure(message.path("id"), problem);
    }
  }

  private void stream(HttpExchange exchange) throws IOException, ProblemException {
    var accept = String.join(",", exchange.request().all("accept"));
    door.require(accept.contains("text/event-stream"), 406, "Accept lacks text/event-stream");
    var session = session(exchange);
    var last = exchange.request().header("last-event-id");
    if (last.isEmpty()) {
      door.require(session.listen(), 409, "a second stream of the server's own messages");
      try {
        var _ = door.pump(exchange, session.own(), 0, Optional.empty(), List.of());
      } finally {
        session.unlisten();
      }
      return;
    }
    var place = last.get().split("/", 2);
    var feed = session.feed(place[0]);
    door.require(feed.isPresent() && place.length == 2, 400, "an event that was never sent");
    var _ =
        door.pump(
            exchange,
            feed.orElseThrow(),
            Integer.parseInt(place[1]) + 1,
            Optional.empty(),
            List.of());
  }

  private void delete(HttpExchange exchange) throws IOException, ProblemException {
    var session = session(exchange);
    session.end();
    sessions.remove(session.id());
    Door.status(exchange, 204);
  }

  /// A tool that runs in a session.
  private record SessionTalk(LegacySession session, Feed feed, JsonNode id, HttpExchange exchange)
      implements Talk {
    @Override
    public void tell(String method, ObjectNode params) {
      feed.add(LegacySession.notification(method, params));
    }

    @Override
    public JsonNode ask(String key, String method, ObjectNode params, ObjectNode callParams)
        throws ProblemException {
      return session.ask(feed, method, params);
    }

    @Override
    public boolean logs(String level, ObjectNode callParams) {
      return session.logs(level);
    }

    @Override
    public boolean cancelled(Duration wait) {
      return session.cancelled(id, wait);
    }
  }
}
