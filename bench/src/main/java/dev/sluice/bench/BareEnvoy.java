package dev.sluice.bench;

import dev.sluice.bench.process.Started;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Starts the yardstick: Envoy with one worker, one plain listener and one cluster.
public final class BareEnvoy {
  private static final Duration READY_MAX = Duration.ofSeconds(20);
  private static final String CONFIG =
      """
      {"static_resources": {
        "listeners": [{"name": "bare",
          "address": {"socket_address": {"address": "127.0.0.1", "port_value": LISTENER_PORT}},
          "filter_chains": [{"filters": [{
            "name": "envoy.filters.network.http_connection_manager",
            "typed_config": {
              "@type": "type.googleapis.com/envoy.extensions.filters.network\
      .http_connection_manager.v3.HttpConnectionManager",
              "stat_prefix": "bare",
              "http_filters": [{"name": "envoy.filters.http.router", "typed_config": {
                "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}],
              "route_config": {"virtual_hosts": [{"name": "all", "domains": ["*"],
                "routes": [{"match": {"prefix": "/"},
                  "route": {"cluster": "upstream", "timeout": "0s"}}]}]}}}]}]}],
        "clusters": [{"name": "upstream", "type": "STATIC", "connect_timeout": "5s",
          "load_assignment": {"cluster_name": "upstream", "endpoints": [{"lb_endpoints": [
            {"endpoint": {"address": {"socket_address":
              {"address": "127.0.0.1", "port_value": UPSTREAM_PORT}}}}]}]}}]}}
      """;

  private BareEnvoy() {}

  /// Starts it before `upstream`, and waits until it listens.
  public static Target start(String envoy, InetSocketAddress upstream, Path folder) {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), freePort());
    String config =
        CONFIG
            .replace("LISTENER_PORT", Integer.toString(address.getPort()))
            .replace("UPSTREAM_PORT", Integer.toString(upstream.getPort()));
    Path file = folder.resolve("envoy.json");
    try {
      Files.writeString(file, config);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var command =
        List.of(
            envoy,
            "-c",
            file.toString(),
            "--concurrency",
            "1",
            "--use-dynamic-base-id",
            "--log-level",
            "error");
    var program = Started.start(command, Map.of(), folder);
    program.await(() -> connects(address), READY_MAX);
    return new Target(Side.BARE, address, Optional.of(program));
  }

  private static int freePort() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<Boolean> connects(InetSocketAddress address) {
    try (var _ = new Socket(address.getAddress(), address.getPort())) {
      return Optional.of(true);
    } catch (IOException _) {
      return Optional.empty(); // not listening yet
    }
  }
}
