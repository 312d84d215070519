package dev.sluice.standalone.envoy;

import dev.sluice.standalone.socket.UnixSocket;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Envoy's admin interface, over its Unix socket.
public record EnvoyAdmin(Path socket) {

  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final JsonMapper JSON = JsonMapper.shared();

  /// Whether Envoy says that it serves.
  public boolean ready() {
    try {
      return ask("/ready").startsWith("HTTP/1.1 200 ");
    } catch (IOException _) {
      return false; // Not there yet.
    }
  }

  /// Whether Envoy runs, if it serves or waits for its first configuration.
  public boolean answers() {
    try {
      return ask("/ready").startsWith("HTTP/1.1 ");
    } catch (IOException _) {
      return false; // Not there yet.
    }
  }

  /// The real port of the only listener.
  int port() throws IOException {
    var port =
        json("/listeners?format=json")
            .at("/listener_statuses/0/local_address/socket_address/port_value");
    if (!port.isInt()) {
      throw new IOException("Envoy does not tell the port of its listener");
    }
    return port.intValue();
  }

  /// Has Envoy end each connection after its answer, so that clients look for another gateway. It
  /// goes on serving who comes nonetheless, and says that it is not ready.
  public void sendClientsAway() throws IOException {
    var answer = ask("POST", "/healthcheck/fail");
    if (!answer.startsWith("HTTP/1.1 200 ")) {
      throw new IOException("Envoy's answer to /healthcheck/fail: " + answer.lines().findFirst());
    }
  }

  /// The requests of clients that it is serving.
  public long activeRequests() throws IOException {
    var active = 0L;
    for (var stat : json("/stats?format=json&filter=downstream_rq_active").path("stats")) {
      var name = stat.path("name").asString("");
      if (name.endsWith(".downstream_rq_active") && !name.startsWith("http.admin.")) {
        active += stat.path("value").asLong(0);
      }
    }
    return active;
  }

  private JsonNode json(String path) throws IOException {
    var answer = ask(path);
    try {
      return JSON.readTree(body(answer));
    } catch (JacksonException | StringIndexOutOfBoundsException | NumberFormatException e) {
      throw new IOException("Envoy's answer to " + path + " cannot be read", e);
    }
  }

  private String ask(String path) throws IOException {
    return ask("GET", path);
  }

  private String ask(String method, String path) throws IOException {
    var head = method + " " + path + " HTTP/1.1\r\nHost: admin\r\nConnection: close\r\n\r\n";
    return UnixSocket.ask(socket, head, PATIENCE);
  }

  /// The chunks of the answer, joined: Envoy's admin interface always sends chunks.
  private static String body(String answer) {
    var body = new StringBuilder();
    var at = answer.indexOf("\r\n\r\n") + 4;
    while (true) {
      var end = answer.indexOf("\r\n", at);
      var length = Integer.parseInt(answer.substring(at, end), 16);
      if (length == 0) {
        return body.toString();
      }
      body.append(answer, end + 2, end + 2 + length);
      at = end + 2 + length + 2;
    }
  }
}
