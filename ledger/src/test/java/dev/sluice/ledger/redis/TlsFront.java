package dev.sluice.ledger.redis;

import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.RealParts;
import dev.sluice.testkit.RedisServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;

/// TLS before a Redis, ended by Envoy, since not every Redis is built with it. It asks its clients
/// for a certificate of the same CA.
final class TlsFront implements AutoCloseable {

  private static final String CONFIG =
      """
      {"static_resources": {
        "listeners": [{"address": {"socket_address": {"address": "127.0.0.1", "port_value": %d}},
          "filter_chains": [{
            "transport_socket": {"name": "tls", "typed_config": {
              "@type": "type.googleapis.com/\
      envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext",
              "require_client_certificate": true,
              "common_tls_context": {
                "tls_certificates": [{"certificate_chain": {"filename": "%s"},
                  "private_key": {"filename": "%s"}}],
                "validation_context": {"trusted_ca": {"filename": "%s"}}}}},
            "filters": [{"name": "tcp", "typed_config": {
              "@type": "type.googleapis.com/\
      envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy",
              "stat_prefix": "redis", "cluster": "redis"}}]}]}],
        "clusters": [{"name": "redis", "load_assignment": {"cluster_name": "redis",
          "endpoints": [{"lb_endpoints": [{"endpoint": {"address": {"socket_address":
            {"address": "127.0.0.1", "port_value": %d}}}}]}]}}]}}
      """;

  private final int port;
  private final Process envoy;

  private TlsFront(int port, Process envoy) {
    this.port = port;
    this.envoy = envoy;
  }

  /// @param name of the host, in the certificate
  static TlsFront start(RedisServer redis, Authority authority, String name) throws Exception {
    var own = authority.issue(name);
    int port = freePort();
    var config = CONFIG.formatted(port, own.cert(), own.key(), authority.ca(), redis.port());
    var file = Files.writeString(authority.folder().resolve(name + ".json"), config);
    var log = authority.folder().resolve(name + ".log").toFile();
    var envoy =
        new ProcessBuilder(
                RealParts.envoy().toString(),
                "--config-path",
                file.toString(),
                "--use-dynamic-base-id",
                "--concurrency",
                "1")
            .redirectErrorStream(true)
            .redirectOutput(log)
            .start();
    var front = new TlsFront(port, envoy);
    await("Envoy, see " + log).until(front::listens);
    return front;
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private boolean listens() {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException _) {
      return false;
    }
  }

  int port() {
    return port;
  }

  String url(String options) {
    return "rediss://localhost:" + port + "?" + options;
  }

  @Override
  public void close() {
    envoy.destroyForcibly();
  }
}
