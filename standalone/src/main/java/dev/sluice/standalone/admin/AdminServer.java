package dev.sluice.standalone.admin;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The admin server, for people and probes: all of it reads, but for what drains a pod.
public final class AdminServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
  private static final int BACKLOG = 64;

  /// How long an answer may take.
  public static final Duration ANSWERED_WITHIN = Duration.ofSeconds(30);

  private static final String MAX_RESPONSE_SECONDS = "sun.net.httpserver.maxRspTime";

  /// The JDK's server takes its limits, seconds and numbers, from system properties only.
  private static final Map<String, String> LIMITS =
      Map.of(
          "jdk.httpserver.maxConnections", "64",
          "sun.net.httpserver.maxReqTime", "10",
          "sun.net.httpserver.maxReqHeaders", "50",
          "sun.net.httpserver.nodelay", "true");

  private final HttpServer server;
  private final ExecutorService threads;

  private AdminServer(HttpServer server, ExecutorService threads) {
    this.server = server;
    this.threads = threads;
  }

  /// Starts it.
  ///
  /// @param pages by path; a path that ends in `/` stands for all below it, and its page is given
  ///   the rest
  /// @param answeredWithin then an answer is cut; the first server of the JVM decides
  public static AdminServer start(
      InetSocketAddress address,
      Map<String, Function<Asked, Answer>> pages,
      Duration answeredWithin)
      throws IOException {
    LIMITS.forEach(System::setProperty);
    System.setProperty(MAX_RESPONSE_SECONDS, Long.toString(answeredWithin.toSeconds()));
    var server = HttpServer.create(address, BACKLOG);
    var threads = Executors.newVirtualThreadPerTaskExecutor();
    server.setExecutor(threads);
    server.createContext("/", exchange -> answer(exchange, pages));
    server.start();
    return new AdminServer(server, threads);
  }

  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }

  private static void answer(HttpExchange exchange, Map<String, Function<Asked, Answer>> pages)
      throws IOException {
    try (exchange) {
      send(exchange, page(exchange, pages));
    } catch (RuntimeException e) {
      LOG.atError()
          .addKeyValue("path", exchange.getRequestURI().getPath())
          .setCause(e)
          .log("admin");
      throw e;
    }
  }

  private static Answer page(HttpExchange exchange, Map<String, Function<Asked, Answer>> pages) {
    var path = exchange.getRequestURI().getPath();
    var folder = folder(path, pages);
    var page = pages.get(folder);
    if (page == null) {
      return Answer.problem(404, "path: " + path + " (expected: one of " + pages.keySet() + ")");
    }
    var method = exchange.getRequestMethod();
    if (!method.equals("GET") && !method.equals("HEAD")) {
      exchange.getResponseHeaders().set("Allow", "GET, HEAD");
      return Answer.problem(405, "method: " + method + " (expected: GET)");
    }
    var query = exchange.getRequestURI().getRawQuery();
    return page.apply(new Asked(path.substring(folder.length()), query));
  }

  /// The path itself where it is a page, else the longest page that ends in `/` and holds it.
  private static String folder(String path, Map<String, Function<Asked, Answer>> pages) {
    if (pages.containsKey(path)) {
      return path;
    }
    for (var end = path.lastIndexOf('/'); end >= 0; end = path.lastIndexOf('/', end - 1)) {
      if (pages.containsKey(path.substring(0, end + 1))) {
        return path.substring(0, end + 1);
      }
    }
    return path;
  }

  private static void send(HttpExchange exchange, Answer answer) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", answer.contentType());
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.sendResponseHeaders(answer.status(), -1);
      return;
    }
    var body = answer.body().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(answer.status(), body.length);
    exchange.getResponseBody().write(body);
  }
}
