package dev.sluice.xds.tls;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
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
  private final WatchedFiles files;

  private MutualTlsServer(Server server, WatchedFiles files) {
    this.server = server;
    this.files = files;
  }

  /// @param folder has `ca.crt` (whose clients are served), `tls.crt` and `tls.key`
  /// @param services must not block
  public static MutualTlsServer start(
      InetSocketAddress address, Path folder, InstantSource clock, List<BindableService> services)
      throws IOException, BadCertificateException {
    var keys = new AdvancedTlsX509KeyManager();
    var trust = trust();
    var files =
        WatchedFiles.start(
            List.of(folder.resolve("ca.crt"), folder.resolve("tls.crt"), folder.resolve("tls.key")),
            texts -> take(texts, clock, keys, trust));
    try {
      var credentials =
          TlsServerCredentials.newBuilder()
              .keyManager(keys)
              .trustManager(trust)
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
      return new MutualTlsServer(builder.build().start(), files);
    } catch (IOException e) {
      files.close();
      throw e;
    }
  }

  /// Clients are known by whom their certificate is from, not by an address.
  private static AdvancedTlsX509TrustManager trust() {
    try {
      return AdvancedTlsX509TrustManager.newBuilder()
          .setVerification(AdvancedTlsX509TrustManager.Verification.CERTIFICATE_ONLY_VERIFICATION)
          .build();
    } catch (CertificateException e) {
      throw new IllegalStateException("BUG: no certificates", e);
    }
  }

  private static void take(
      List<String> texts,
      InstantSource clock,
      AdvancedTlsX509KeyManager keys,
      AdvancedTlsX509TrustManager trust)
      throws BadCertificateException {
    var clients = Pem.certificates(texts.get(0)).toArray(X509Certificate[]::new);
    var own = Identity.checked(texts.get(1), texts.get(2), clock.instant());
    try {
      trust.updateTrustCredentials(clients);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("BUG: certificates that were read cannot be used", e);
    }
    keys.updateIdentityCredentials(own.chain().toArray(X509Certificate[]::new), own.key());
  }

  /// The real one.
  public int port() {
    return server.getPort();
  }

  @Override
  public void close() {
    files.close();
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
