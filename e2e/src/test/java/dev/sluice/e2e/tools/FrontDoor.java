package dev.sluice.e2e.tools;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import tools.jackson.databind.json.JsonMapper;

/// A balancer before the gateway: while it is held, what comes waits.
///
/// @param methods that came through it, in their order
record FrontDoor(HttpServer server, List<String> methods, Semaphore open) implements AutoCloseable {

  /// How the client is to speak.
  enum Era {
    STATELESS,
    /// The newest era is not known here, so that the client goes on in the one before.
    SESSION
  }

  private static final Set<String> OF_THE_CONNECTION =
      Set.of("connection", "content-length", "host", "transfer-encoding", "upgrade");

  private static final int ALL = 1000;

  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  static FrontDoor before(URI gateway, Era era) throws IOException {
    var methods = new CopyOnWriteArrayList<String>();
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    var server = HttpServer.create(address, 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    var open = new Semaphore(ALL);
    var door = new FrontDoor(server, methods, open);
    server.createContext("/", exchange -> door.pass(exchange, gateway, era));
    server.start();
    return door;
  }

  void hold() {
    open.drainPermits();
  }

  void release() {
    open.release(ALL);
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:%d/mcp".formatted(server.getAddress().getPort()));
  }

  private void pass(HttpExchange exchange, URI gateway, Era era) throws IOException {
    try (exchange) {
      var body = exchange.getRequestBody().readAllBytes();
      var message =
          JsonMapper.shared()
              .readTree(body.length == 0 ? "{}".getBytes(StandardCharsets.UTF_8) : body);
      var method = message.path("method").asString("");
      open.acquire();
      open.release();
      methods.add(method.isEmpty() ? exchange.getRequestMethod() : method);
      if (era == Era.SESSION && method.equals("server/discover")) {
        var unknown =
            """
            {"jsonrpc":"2.0","id":%s,"error":{"code":-32601,"message":"Method not found"}}
            """
                .formatted(message.path("id"))
                .getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("content-type", "application/json");
        exchange.sendResponseHeaders(200, unknown.length);
        exchange.getResponseBody().write(unknown);
        return;
      }
      forward(exchange, gateway.resolve(exchange.getRequestURI()), body);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void forward(HttpExchange exchange, URI to, byte[] body)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(to)
            .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) -> {
              if (passes(name)) {
                values.forEach(value -> request.header(name, value));
              }
            });
    var answer = CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    answer
        .headers()
        .map()
        .forEach(
            (name, values) -> {
              if (passes(name)) {
                exchange.getResponseHeaders().put(name, values);
              }
            });
    var length = answer.headers().firstValueAsLong("content-length").orElse(0);
    var none = answer.statusCode() == 202 || answer.statusCode() == 204;
    exchange.sendResponseHeaders(answer.statusCode(), none ? -1 : length);
    try (var from = answer.body()) {
      var some = new byte[8192];
      for (var count = from.read(some); count >= 0; count = from.read(some)) {
        exchange.getResponseBody().write(some, 0, count);
        exchange.getResponseBody().flush();
      }
    }
  }

  private static boolean passes(String header) {
    return !OF_THE_CONNECTION.contains(header.toLowerCase(Locale.ROOT)) && !header.startsWith(":");
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
