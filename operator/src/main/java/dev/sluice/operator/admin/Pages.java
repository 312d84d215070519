package dev.sluice.operator.admin;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;

/// `/healthz`, `/readyz` and `/metrics`, all of them without a secret.
public final class Pages implements AutoCloseable {

  private static final int BACKLOG = 16;
  private static final int OK = 200;
  private static final int UNAVAILABLE = 503;
  private static final String TEXT = "text/plain; charset=utf-8";

  private final HttpServer server;

  private Pages(HttpServer server) {
    this.server = server;
  }

  /// @param healthy whether its rounds go on
  /// @param ready whether Envoys that come get a configuration
  public static Pages start(
      InetSocketAddress address,
      BooleanSupplier healthy,
      BooleanSupplier ready,
      PrometheusRegistry meters)
      throws IOException {
    var server = HttpServer.create(address, BACKLOG);
    server.createContext("/healthz", exchange -> state(exchange, healthy, "no round ends"));
    server.createContext("/readyz", exchange -> state(exchange, ready, "no round was through yet"));
    server.createContext("/metrics", exchange -> metrics(exchange, meters));
    server.start();
    return new Pages(server);
  }

  public int port() {
    return server.getAddress().getPort();
  }

  private static void state(HttpExchange exchange, BooleanSupplier good, String otherwise)
      throws IOException {
    boolean holds = good.getAsBoolean();
    var text = (holds ? "ok" : otherwise) + "\n";
    send(exchange, holds ? OK : UNAVAILABLE, TEXT, text.getBytes(StandardCharsets.UTF_8));
  }

  private static void metrics(HttpExchange exchange, PrometheusRegistry meters) throws IOException {
    var writer = PrometheusTextFormatWriter.builder().build();
    var page = new ByteArrayOutputStream();
    writer.write(page, meters.scrape());
    send(exchange, OK, writer.getContentType(), page.toByteArray());
  }

  private static void send(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", type);
      exchange.getResponseHeaders().set("Cache-Control", "no-store");
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
