package dev.sluice.xds.tls;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.util.AdvancedTlsX509TrustManager.Verification;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A gRPC server that shows a certificate and demands one. Its files, as a mounted Secret has them,
/// are read anew when they change; streams that are open go on.
public final class MutualTlsServer implements AutoCloseable {

  /// Together: how soon a client that fell silent is noticed.
  private static final Duration PING_AFTER = Duration.ofSeconds(15);

  private static final Duration PONG_WITHIN = Duration.ofSeconds(10);
  private static final Duration CLIENT_PINGS_EVERY_MIN = Duration.ofSeconds(5);
  private static final Duration HANDSHAKE_WITHIN = Duration.ofSeconds(10);
  private static final Duration CLOSED_WITHIN = Duration.ofSeconds(2);
  private static final int CALLS_PER_CONNECTION_MAX = 10;

  private final Server server;
  private final OwnIdentity identity;

  private MutualTlsServer(Server server, OwnIdentity identity) {
    this.server = server;
    this.identity = identity;
  }

  /// @param folder has `ca.crt` (whose clients are served), `tls.crt` and `tls.key`
  /// @param services must not block
  public static MutualTlsServer start(
      InetSocketAddress address, Path folder, InstantSource clock, List<BindableService> services)
      throws IOException, BadCertificateException {
    // Clients are known by whom their certificate is from, not by an address.
    var identity = OwnIdentity.watch(folder, clock, Verification.CERTIFICATE_ONLY_VERIFICATION);
    try {
      var credentials =
          TlsServerCredentials.newBuilder()
              .keyManager(identity.keys())
              .trustManager(identity.trust())
              .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE)
              .build();
      var builder =
          NettyServerBuilder.forAddress(address, credentials)
              .directExecutor()
              .handshakeTimeout(HANDSHAKE_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
              .keepAliveTime(PING_AFTER.toMillis(), TimeUnit.MILLISECONDS)
              .keepAliveTimeout(PONG_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
              .permitKeepAliveTime(CLIENT_PINGS_EVERY_MIN.toMillis(), TimeUnit.MILLISECONDS)
              .permitKeepAliveWithoutCalls(true)
              .maxConcurrentCallsPerConnection(CALLS_PER_CONNECTION_MAX);
      services.forEach(builder::addService);
      return new MutualTlsServer(builder.build().start(), identity);
    } catch (IOException e) {
      identity.close();
      throw e;
    }
  }

  /// The real one.
  public int port() {
    return server.getPort();
  }

  @Override
  public void close() {
    identity.close();
    server.shutdown();
    try {
      if (!server.awaitTermination(CLOSED_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
        server.shutdownNow();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      server.shutdownNow();
    }
  }
}
