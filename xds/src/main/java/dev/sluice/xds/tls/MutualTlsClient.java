package dev.sluice.xds.tls;

import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.util.AdvancedTlsX509TrustManager.Verification;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A gRPC channel to a server that shows a certificate and demands one; both are read anew when
/// their files change, for connections that follow.
public final class MutualTlsClient implements AutoCloseable {

  /// Together: how soon a server that fell silent is noticed.
  private static final Duration PING_AFTER = Duration.ofSeconds(15);

  private static final Duration PONG_WITHIN = Duration.ofSeconds(10);
  private static final int MESSAGE_BYTES_MAX = 16 << 20;

  private final ManagedChannel channel;
  private final @Nullable OwnIdentity identity;

  private MutualTlsClient(ManagedChannel channel, @Nullable OwnIdentity identity) {
    this.channel = channel;
    this.identity = identity;
  }

  /// Connects with the first call.
  ///
  /// @param folder has `ca.crt` (whose server it is), `tls.crt` and `tls.key`
  public static MutualTlsClient to(String host, int port, Path folder, InstantSource clock)
      throws IOException, BadCertificateException {
    var identity =
        OwnIdentity.watch(folder, clock, Verification.CERTIFICATE_AND_HOST_NAME_VERIFICATION);
    var credentials =
        TlsChannelCredentials.newBuilder()
            .keyManager(identity.keys())
            .trustManager(identity.trust())
            .build();
    var builder = NettyChannelBuilder.forAddress(host, port, credentials);
    return new MutualTlsClient(channel(builder), identity);
  }

  /// To a server of this machine, without TLS.
  public static MutualTlsClient plaintext(String host, int port) {
    return new MutualTlsClient(
        channel(NettyChannelBuilder.forAddress(host, port).usePlaintext()), null);
  }

  private static ManagedChannel channel(NettyChannelBuilder builder) {
    return builder
        .keepAliveTime(PING_AFTER.toMillis(), TimeUnit.MILLISECONDS)
        .keepAliveTimeout(PONG_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
        .maxInboundMessageSize(MESSAGE_BYTES_MAX)
        .disableRetry()
        .build();
  }

  public ManagedChannel channel() {
    return channel;
  }

  @Override
  public void close() {
    channel.shutdownNow();
    if (identity != null) {
      identity.close();
    }
  }
}
