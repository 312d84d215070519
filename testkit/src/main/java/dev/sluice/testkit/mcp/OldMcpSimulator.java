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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A server of 2024-11-05: one stream of events for all that it says, and another place where it is
/// told things.
public final class OldMcpSimulator implements HttpHandler, AutoCloseable {

  private static final String VERSION = "2024-11-05";

  private final String endpoint;
  private final Notes notes = new Notes();
  private final Desk desk;
  private final Map<String, LegacySession> sessions = new ConcurrentHashMap<>();
  private final Set<String> ended = ConcurrentHashMap.newKeySet();
  private final HttpServer server;

  private OldMcpSimulator(McpScript script, String endpoint) {
    this.endpoint = endpoint;
    this.desk = new Desk(script);
    this.server = HttpServer.start(0, HttpLimits.STANDARD, this);
  }

  public static OldMcpSimulator start(McpScript script) {
    return new OldMcpSimulator(script, "/messages");
  }

  /// One that sends its clients to another endpoint.
  public static OldMcpSimulator startWithEndpoint(McpScript script, String endpoint) {
    return new OldMcpSimulator(script, endpoint);
  }

  public URI url() {
    return URI.create("http://127.0.0.1:%d/sse".formatted(server.port()));
  }

  public List<String> violations() {
    return notes.violations();
  }

  public List<String> cancelled() {
    return notes.cancelled();
  }

  public int sessions() {
    return sessions.size();
  }

  /// Ends all streams.
  public void endStreams() {
    sessions.values().forEach(LegacySession::end);
  }

  public void toolsChanged() {
    var changed =
        LegacySession.notification(
            "notifications/tools/list_changed", JsonNodeFactory.instance.objectNode());
    sessions.values().forEach(session -> session.own().add(changed));
  }

  @Override
  public void close() {
    endStreams();
    server.close();
  }

  @Override
  public void refuse(HttpExchange exchange, MalformedException problem) throws IOException {
    notes.violation("no HTTP: " + problem.getMessage());
    Door.status(exchange, problem.status());
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    var request = exchange.request();
    if (request.path().equals("/sse") && request.method().equals("GET")) {
      stream(exchange);
    } else if (request.path().equals("/messages") && request.method().equals("POST")) {
      post(exchange);
    } else {
      Door.status(exchange, request.path().equals("/sse") ? 405 : 404);
    }
  }

  private void stream(HttpExchange exchange) throws IOException {
    if (!String.join(",", exchange.request().all("accept")).contains("text/event-stream")) {
      notes.violation("Accept lacks text/event-stream");
    }
    var session = new LegacySession(UUID.randomUUID().toString(), VERSION);
    sessions.put(session.id(), session);
    var out =
        exchange.respondChunked(
            200, List.of(new Header("content-type", "text/event-stream; charset=utf-8")), 65_536);
    try {
      send(out, "endpoint", endpoint + "?session=" + session.id());
      for (var index = 0; !session.own().over(index); ) {
        var message = session.own().at(index, Duration.ofMillis(500));
        if (exchange.peerLeft(Duration.ZERO)) {
          return;
        }
        if (message.isPresent()) {
          index++;
          send(out, "message", message.get());
        }
      }
      out.end();
    } finally {
      ended.add(session.id());
      sessions.remove(session.id());
    }
  }

  private static void send(dev.sluice.testkit.http.ChunkedBody out, String type, String data)
      throws IOException {
    var event = "event: " + type + "\r\ndata: " + data + "\r\n\r\n";
    out.write(event.getBytes(StandardCharsets.UTF_8));
  }

  private void post(HttpExchange exchange) throws IOException {
    var id = exchange.request().query().replace("session=", "");
    var session = sessions.get(id);
    if (session == null) {
      // Whether its stream has ended a moment before, no client can know.
      if (!ended.contains(id)) {
        notes.violation("no such session");
      }
      Door.status(exchange, 404);
      return;
    }
    try {
      var message = Door.parsed(exchange.request().body());
      if (!message.has("id")) {
        // Who hears that it was taken may count on it.
        told(session, message);
      }
      exchange.respond(202, List.of(), "Accepted".getBytes(StandardCharsets.UTF_8), 8);
      if (!message.has("id")) {
        return;
      }
      if (message.has("method")) {
        Thread.ofVirtual().name("simulator-tool").start(() -> answer(session, message));
      } else if (!session.answered(message)) {
        notes.violation("an answer to nothing");
      }
    } catch (ProblemException problem) {
      Door.status(exchange, problem.status());
    }
  }

  private void told(LegacySession session, ObjectNode message) {
    var method = message.path("method").stringValue("");
    if (method.equals("notifications/initialized")) {
      session.begin();
    } else if (method.equals("notifications/cancelled")) {
      var id = message.path("params").path("requestId");
      notes.cancelled(id.toString());
      session.cancel(id);
    }
  }

  private void answer(LegacySession session, ObjectNode message) {
    try {
      session.own().add(Door.answer(message.path("id"), result(session, message)).toString());
    } catch (ProblemException problem) {
      session.own().add(Door.failure(message.path("id"), problem).toString());
    }
  }

  private ObjectNode result(LegacySession session, ObjectNode message) throws ProblemException {
    var method = message.path("method").stringValue("");
    if (method.equals("ping")) {
      return JsonNodeFactory.instance.objectNode();
    }
    if (method.equals("initialize")) {
      var result = JsonNodeFactory.instance.objectNode().put("protocolVersion", VERSION);
      result.set("capabilities", desk.capabilities());
      result.set("serverInfo", Desk.server());
      return result;
    }
    if (!session.initialized()) {
      notes.violation("a request before initialized");
    }
    var params =
        message.path("params") instanceof ObjectNode p ? p : JsonNodeFactory.instance.objectNode();
    return desk.handle(method, params, new OldTalk(session, message.path("id")));
  }

  /// A tool of a session with one stream.
  private record OldTalk(LegacySession session, JsonNode id) implements Talk {
    @Override
    public void tell(String method, ObjectNode params) {
      session.own().add(LegacySession.notification(method, params));
    }

    @Override
    public JsonNode ask(String key, String method, ObjectNode params, ObjectNode callParams)
        throws ProblemException {
      return session.ask(session.own(), method, params);
    }

    @Override
    public boolean logs(String level, ObjectNode callParams) {
      return true;
    }

    @Override
    public boolean cancelled(Duration wait) {
      return session.cancelled(id, wait);
    }
  }
}
