package dev.sluice.mcp.serve;

import dev.sluice.mcp.rpc.MessageCodec;
import dev.sluice.mcp.rpc.MessageLimits;
import dev.sluice.mcp.rpc.sse.SseEvent;
import dev.sluice.mcp.rpc.sse.SseReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A client that speaks plain HTTP, and does what a test tells it.
final class Peer {

  static final String BOTH = "application/json, text/event-stream";
  private static final MessageCodec CODEC = new MessageCodec(MessageLimits.STANDARD);
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final URI url;
  private final Map<String, String> headers;

  Peer(URI url, String key) {
    this(url, Map.of("Authorization", "Bearer " + key, "Accept", BOTH));
  }

  private Peer(URI url, Map<String, String> headers) {
    this.url = url;
    this.headers = headers;
  }

  /// An answer, read to its end.
  record Read(int status, HttpResponse<?> http, byte[] body) {
    /// An answer that took longer than a moment is the last event of a stream.
    JsonNode json() {
      return type().startsWith("text/event-stream")
          ? tree(events().getLast().data().getBytes(StandardCharsets.UTF_8))
          : tree(body);
    }

    JsonNode result() {
      var json = json();
      if (!json.has("result")) {
        throw new AssertionError("no result: " + json);
      }
      return json.path("result");
    }

    int code() {
      return json().path("error").path("code").intValue(0);
    }

    String error() {
      return json().path("error").path("message").stringValue("");
    }

    String type() {
      return http.headers().firstValue("content-type").orElse("");
    }

    List<SseEvent> events() {
      try {
        return Peer.events(new java.io.ByteArrayInputStream(body));
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  Peer with(String name, String value) {
    var more = new java.util.LinkedHashMap<>(headers);
    more.put(name, value);
    return new Peer(url, more);
  }

  String header(String name) {
    return String.valueOf(headers.get(name));
  }

  Peer at(URI other) {
    return new Peer(other, headers);
  }

  Peer without(String name) {
    var fewer = new java.util.LinkedHashMap<>(headers);
    fewer.remove(name);
    return new Peer(url, fewer);
  }

  private HttpRequest.Builder request() {
    var builder = HttpRequest.newBuilder(url).timeout(Duration.ofSeconds(60));
    headers.forEach(builder::header);
    return builder;
  }

  Read send(String method, String body) {
    var builder = request();
    if (!headers.containsKey("Content-Type")) {
      builder.header("Content-Type", "application/json");
    }
    return read(builder.method(method, HttpRequest.BodyPublishers.ofString(body)).build());
  }

  Read send(String method) {
    return read(request().method(method, HttpRequest.BodyPublishers.noBody()).build());
  }

  private static Read read(HttpRequest request) {
    try {
      var response = HTTP.send(request, HttpResponse.BodyHandlers.ofByteArray());
      return new Read(response.statusCode(), response, response.body());
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /// A stream that is read event by event.
  record Open(HttpResponse<InputStream> http, SseReader reader) implements AutoCloseable {
    SseEvent event() {
      try {
        return reader.next().orElseThrow(() -> new AssertionError("the stream has ended"));
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    JsonNode message() {
      var event = event();
      return event.data().isEmpty()
          ? message()
          : tree(event.data().getBytes(StandardCharsets.UTF_8));
    }

    /// Whether it ends, after a few more events at most.
    boolean ended() {
      try {
        for (int events = 0; events < 10; events++) {
          if (reader.next().isEmpty()) {
            return true;
          }
        }
        return false;
      } catch (IOException _) {
        return true;
      }
    }

    @Override
    public void close() {
      try {
        http.body().close();
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  Open open(String method, String body) {
    try {
      var request =
          request()
              .header("Content-Type", "application/json")
              .method(method, HttpRequest.BodyPublishers.ofString(body))
              .build();
      var response = HTTP.send(request, HttpResponse.BodyHandlers.ofInputStream());
      if (response.statusCode() != 200) {
        throw new AssertionError(
            response.statusCode()
                + " "
                + new String(response.body().readAllBytes(), StandardCharsets.UTF_8));
      }
      return new Open(response, new SseReader(response.body(), 1 << 24));
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  static List<SseEvent> events(InputStream in) throws IOException {
    var events = new ArrayList<SseEvent>();
    var reader = new SseReader(in, 1 << 24);
    for (var next = reader.next(); next.isPresent(); next = reader.next()) {
      events.add(next.get());
    }
    return events;
  }

  static JsonNode tree(byte[] bytes) {
    try {
      return CODEC.tree(bytes);
    } catch (IOException e) {
      throw new AssertionError(new String(bytes, StandardCharsets.UTF_8), e);
    }
  }

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  static ObjectNode request(Object id, String method, ObjectNode params) {
    var json = object().put("jsonrpc", "2.0");
    if (id instanceof Integer number) {
      json.put("id", number);
    } else {
      json.put("id", String.valueOf(id));
    }
    json.put("method", method).set("params", params);
    return json;
  }

  static ObjectNode notification(String method, ObjectNode params) {
    var json = object().put("jsonrpc", "2.0").put("method", method);
    json.set("params", params);
    return json;
  }

  static ObjectNode tool(String name, ObjectNode arguments) {
    var params = object().put("name", name);
    params.set("arguments", arguments);
    return params;
  }

  /// A client with a session of that version.
  Peer begun(String version) {
    return begun(version, object());
  }

  Peer begun(String version, ObjectNode capabilities) {
    var params = object().put("protocolVersion", version);
    params.set("capabilities", capabilities);
    params.putObject("clientInfo").put("name", "peer").put("version", "1");
    var read = send("POST", request(0, "initialize", params).toString());
    var session = read.http().headers().firstValue("mcp-session-id").orElseThrow();
    var peer = with("Mcp-Session-Id", session);
    var agreed = read.result().path("protocolVersion").stringValue("");
    return agreed.compareTo("2025-06-18") >= 0 ? peer.with("MCP-Protocol-Version", agreed) : peer;
  }

  Read ask(Object id, String method, ObjectNode params) {
    return send("POST", request(id, method, params).toString());
  }

  Read ask(String method) {
    return ask(1, method, object());
  }

  /// A request of the modern era, headers and all.
  static ObjectNode modern(Object id, String method, ObjectNode params, ObjectNode capabilities) {
    var all = params.deepCopy();
    var meta = all.withObject("_meta");
    meta.put("io.modelcontextprotocol/protocolVersion", "2026-07-28");
    meta.set("io.modelcontextprotocol/clientCapabilities", capabilities);
    meta.putObject("io.modelcontextprotocol/clientInfo").put("name", "peer").put("version", "1");
    return request(id, method, all);
  }

  Peer modern(String method, ObjectNode params) {
    var peer = with("MCP-Protocol-Version", "2026-07-28").with("Mcp-Method", method);
    var name = params.has("name") ? params.path("name") : params.path("uri");
    return name.isString()
        ? peer.with("Mcp-Name", dev.sluice.mcp.rpc.HeaderText.encoded(name.stringValue("")))
        : peer;
  }

  Read modernly(Object id, String method, ObjectNode params) {
    return modern(method, params).send("POST", modern(id, method, params, object()).toString());
  }
}
