package dev.sluice.testkit.mcp;

import dev.sluice.testkit.http.ChunkedBody;
import dev.sluice.testkit.http.Ending;
import dev.sluice.testkit.http.Header;
import dev.sluice.testkit.http.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Reads requests strictly and writes answers, honestly or as the script lies.
final class Door {

  static final Header JSON = new Header("content-type", "application/json");
  static final Header EVENTS = new Header("content-type", "text/event-stream");

  private static final JsonMapper MAPPER = new JsonMapper();
  private static final int CHUNK_BYTES = 64 * 1024;
  private static final Duration KEEP_ALIVE_EVERY = Duration.ofMillis(500);

  private final McpScript script;
  private final Notes notes;

  Door(McpScript script, Notes notes) {
    this.script = script;
    this.notes = notes;
  }

  /// The message of a POST whose headers are as they must be.
  ObjectNode message(HttpExchange exchange) throws ProblemException {
    var request = exchange.request();
    var accept = String.join(",", request.all("accept"));
    require(accept.contains("application/json"), 406, "Accept lacks application/json");
    require(accept.contains("text/event-stream"), 406, "Accept lacks text/event-stream");
    var type = request.header("content-type").orElse("");
    require(type.startsWith("application/json"), 415, "Content-Type is not application/json");
    require(request.header("origin").isEmpty(), 403, "Origin is not allowed");
    var message = parsed(request.body());
    notes.received(new Received(request, message));
    return message;
  }

  static ObjectNode parsed(byte[] body) throws ProblemException {
    try {
      if (MAPPER.readTree(body) instanceof ObjectNode message
          && message.path("jsonrpc").stringValue("").equals("2.0")) {
        return message;
      }
    } catch (tools.jackson.core.JacksonException _) {
      // What is no JSON is like JSON that is no message.
    }
    throw ProblemException.of(400, -32700, "Parse error");
  }

  /// Notes what breaks the protocol, and refuses it.
  void require(boolean good, int status, String what) throws ProblemException {
    if (!good) {
      notes.violation(what);
      throw ProblemException.of(status, -32600, what);
    }
  }

  static ObjectNode answer(JsonNode id, JsonNode result) {
    var answer = JsonNodeFactory.instance.objectNode().put("jsonrpc", "2.0");
    answer.set("id", id);
    answer.set("result", result);
    return answer;
  }

  static ObjectNode failure(JsonNode id, ProblemException problem) {
    var answer = JsonNodeFactory.instance.objectNode().put("jsonrpc", "2.0");
    answer.set("id", id.isMissingNode() ? JsonNodeFactory.instance.nullNode() : id);
    answer.set("error", problem.error());
    return answer;
  }

  /// One answer of JSON, as the script has it.
  void json(
      HttpExchange exchange, int status, ObjectNode message, List<Header> more, boolean ofTool)
      throws IOException {
    var body = body(message, ofTool);
    delay(exchange, ofTool);
    if (ofTool && script.lies(McpScript.Lie.REDIRECT)) {
      exchange.respond(
          307, List.of(new Header("location", "http://127.0.0.1:1/mcp")), new byte[0], 0);
      return;
    }
    var headers = new ArrayList<Header>(more);
    headers.add(type(ofTool));
    if (ofTool && script.lies(McpScript.Lie.COMPRESSED)) {
      headers.add(new Header("content-encoding", "gzip"));
    }
    if (ofTool && script.lies(McpScript.Lie.ENDLESS_HEAD)) {
      for (var i = 0; i < 3000; i++) {
        headers.add(new Header("x-endless-" + i, "h".repeat(100)));
      }
    }
    if (ofTool && script.cut().isPresent()) {
      exchange.respond(status, headers, body, script.cut().get().afterBytes());
      exchange.breakOff(broken(script.cut().get().ending()));
    } else if (ofTool && script.lies(McpScript.Lie.TRICKLE)) {
      trickle(exchange, status, headers, body);
    } else {
      exchange.respond(status, headers, body, Long.MAX_VALUE);
    }
  }

  /// A body of known length that is not all there cannot end cleanly.
  private static Ending broken(Ending ending) {
    return ending == Ending.CLEAN ? Ending.FIN : ending;
  }

  private static void trickle(HttpExchange exchange, int status, List<Header> headers, byte[] body)
      throws IOException {
    var chunks = exchange.respondChunked(status, headers, 1);
    for (var b : body) {
      chunks.write(new byte[] {b});
      if (exchange.peerLeft(Duration.ofMillis(50))) {
        return;
      }
    }
    chunks.end();
  }

  private Header type(boolean ofTool) {
    return ofTool && script.lies(McpScript.Lie.WRONG_TYPE)
        ? new Header("content-type", "text/html")
        : JSON;
  }

  private byte[] body(ObjectNode message, boolean ofTool) {
    if (ofTool && script.lies(McpScript.Lie.NO_JSON)) {
      return "{\"jsonrpc\": \"2.0\", ".getBytes(StandardCharsets.UTF_8);
    }
    if (ofTool && script.lies(McpScript.Lie.DEEP)) {
      var nested = "[".repeat(1000) + "]".repeat(1000);
      var id = message.path("id").toString();
      return ("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":{\"deep\":" + nested + "}}")
          .getBytes(StandardCharsets.UTF_8);
    }
    return bytes(ofTool ? lied(message) : message);
  }

  private ObjectNode lied(ObjectNode message) {
    var copy = message.deepCopy();
    if (script.lies(McpScript.Lie.ANOTHERS_ID)) {
      copy.put("id", 987_654);
    }
    if (script.lies(McpScript.Lie.BOTH)) {
      copy.putObject("error").put("code", 1).put("message", "both");
    }
    return copy;
  }

  /// What goes before the answer on a stream, and the answer.
  List<String> events(ObjectNode message) {
    var events = new ArrayList<String>();
    if (script.lies(McpScript.Lie.ANOTHERS_ID_FIRST)) {
      events.add(answer(JsonNodeFactory.instance.numberNode(987_654), Desk.text("?")).toString());
    }
    if (script.lies(McpScript.Lie.ANOTHERS_PROGRESS)) {
      events.add(
          "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\","
              + "\"params\":{\"progressToken\":987654,\"progress\":1}}");
    }
    if (!script.lies(McpScript.Lie.NO_ANSWER)) {
      events.add(new String(body(message, true), StandardCharsets.UTF_8));
    }
    return events;
  }

  /// Sends a feed from a place on, until it is over or the client leaves; true for the latter.
  boolean pump(
      HttpExchange exchange, Feed feed, int from, Optional<McpScript.Cut> cut, List<Header> more)
      throws IOException {
    var headers = new ArrayList<Header>(more);
    headers.add(EVENTS);
    var out = exchange.respondChunked(200, headers, CHUNK_BYTES);
    var index = from;
    var left = cut.map(McpScript.Cut::afterBytes).orElse(Integer.MAX_VALUE);
    while (!feed.over(index)) {
      var message = feed.at(index, KEEP_ALIVE_EVERY);
      if (exchange.peerLeft(Duration.ZERO)) {
        return true;
      }
      var bytes = message.isPresent() ? event(feed, index++, message.get()) : alive();
      var send = Math.min(bytes.length, left);
      if (send > 0) {
        out.write(bytes, send);
      }
      left -= send;
      if (left <= 0 && cut.isPresent()) {
        end(exchange, out, cut.get().ending());
        return false;
      }
    }
    out.end();
    return false;
  }

  private static void end(HttpExchange exchange, ChunkedBody out, Ending ending)
      throws IOException {
    if (ending == Ending.CLEAN) {
      out.end();
    } else {
      exchange.breakOff(ending);
    }
  }

  private static byte[] event(Feed feed, int index, String message) {
    var id = feed.name().isEmpty() ? "" : "id: %s/%d\n".formatted(feed.name(), index);
    return ("event: message\n" + id + "data: " + message + "\n\n").getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] alive() {
    return ": alive\n\n".getBytes(StandardCharsets.UTF_8);
  }

  private void delay(HttpExchange exchange, boolean ofTool) {
    if (ofTool && !script.headerDelay().isZero()) {
      var _ = exchange.peerLeft(script.headerDelay());
    }
  }

  static byte[] bytes(JsonNode json) {
    return MAPPER.writeValueAsBytes(json);
  }

  static void status(HttpExchange exchange, int status) throws IOException {
    exchange.respond(status, List.of(), new byte[0], 0);
  }
}
