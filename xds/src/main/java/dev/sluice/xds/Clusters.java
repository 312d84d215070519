package dev.sluice.xds;

import com.google.protobuf.Any;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.util.Durations;
import dev.sluice.core.envoy.DataPlane;
import dev.sluice.core.policy.Upstream;
import dev.sluice.core.provider.Credential;
import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.UpstreamConnectionOptions;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.Http1ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.HttpProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.RoutingPriority;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.core.v3.TcpKeepalive;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.Endpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/// An account at a provider as a cluster: where it is, how to trust it, and what happens to each
/// attempt there.
final class Clusters {

  private static final String HTTP_OPTIONS =
      "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

  /// Shorter than providers and the middle boxes before them keep an idle connection, so that a
  /// request does not meet one that is just being closed.
  private static final Duration IDLE_CONNECTION_MAX = Duration.ofSeconds(55);

  private static final TlsParameters TLS_1_2_TO_1_3 =
      TlsParameters.newBuilder()
          .setTlsMinimumProtocolVersion(TlsParameters.TlsProtocol.TLSv1_2)
          .setTlsMaximumProtocolVersion(TlsParameters.TlsProtocol.TLSv1_3)
          .build();

  private static final int STREAM_WINDOW_BYTES = 1 << 20;
  private static final int CONNECTION_WINDOW_BYTES = 16 << 20;
  private static final int UNLIMITED = 1_000_000;

  private Clusters() {}

  static String name(String credential) {
    return DataPlane.CLUSTER_PREFIX + credential;
  }

  /// Of one account: a cluster for first attempts, and one for those after another.
  ///
  /// @param name of the credential
  static List<Cluster> of(Upstream upstream, String name, Credential credential, TrustStore trust) {
    var cluster = name(name);
    var attempts = new AttemptFilters(upstream, name, credential);
    return List.of(
        of(upstream, trust, cluster, attempts.first()),
        of(upstream, trust, cluster + DataPlane.AGAIN_SUFFIX, attempts.again()));
  }

  private static Cluster of(
      Upstream upstream, TrustStore trust, String name, List<HttpFilter> filters) {
    var endpoint = upstream.endpoint();
    var host = host(endpoint);
    var cluster =
        Cluster.newBuilder()
            .setName(name)
            .setConnectTimeout(Durations.fromNanos(upstream.timeouts().connect().toNanos()))
            .setLoadAssignment(endpoint(upstream, name))
            .setCircuitBreakers(unlimited())
            .setUpstreamConnectionOptions(keepAlive())
            .putTypedExtensionProtocolOptions(HTTP_OPTIONS, Any.pack(http(upstream, filters)));
    if (isIp(host)) {
      cluster.setType(Cluster.DiscoveryType.STATIC);
    } else {
      cluster
          .setType(Cluster.DiscoveryType.LOGICAL_DNS)
          // With ALL, localhost is ::1 only, where little listens.
          .setDnsLookupFamily(Cluster.DnsLookupFamily.V4_PREFERRED)
          .setRespectDnsTtl(true);
    }
    if (isTls(endpoint)) {
      cluster.setTransportSocket(tls(host, trust));
    }
    return cluster.build();
  }

  private static ClusterLoadAssignment endpoint(Upstream upstream, String cluster) {
    var uri = upstream.endpoint();
    var address = SocketAddress.newBuilder().setAddress(host(uri)).setPortValue(port(uri));
    var endpoint =
        Endpoint.newBuilder()
            .setHostname(uri.getAuthority()) // becomes the Host header
            .setAddress(Address.newBuilder().setSocketAddress(address));
    return ClusterLoadAssignment.newBuilder()
        .setClusterName(cluster)
        .addEndpoints(
            LocalityLbEndpoints.newBuilder()
                .addLbEndpoints(LbEndpoint.newBuilder().setEndpoint(endpoint)))
        .build();
  }

  /// The ledger and the rate limits bound what is in flight; Envoy's default of 1024 requests would
  /// answer 503 below that.
  private static CircuitBreakers unlimited() {
    var threshold =
        CircuitBreakers.Thresholds.newBuilder()
            .setPriority(RoutingPriority.DEFAULT)
            .setMaxConnections(UInt32Value.of(UNLIMITED))
            .setMaxPendingRequests(UInt32Value.of(UNLIMITED))
            .setMaxRequests(UInt32Value.of(UNLIMITED))
            .setMaxRetries(UInt32Value.of(UNLIMITED));
    return CircuitBreakers.newBuilder().addThresholds(threshold).build();
  }

  private static UpstreamConnectionOptions keepAlive() {
    return UpstreamConnectionOptions.newBuilder()
        .setTcpKeepalive(
            TcpKeepalive.newBuilder()
                .setKeepaliveProbes(UInt32Value.of(3))
                .setKeepaliveTime(UInt32Value.of(30))
                .setKeepaliveInterval(UInt32Value.of(10)))
        .build();
  }

  private static io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions http(
      Upstream upstream, List<HttpFilter> filters) {
    var options =
        io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions.newBuilder()
            .setCommonHttpProtocolOptions(
                HttpProtocolOptions.newBuilder()
                    .setIdleTimeout(Durations.fromSeconds(IDLE_CONNECTION_MAX.toSeconds())))
            .addAllHttpFilters(filters);
    if (isTls(upstream.endpoint())) {
      options
          .getAutoConfigBuilder()
          .setHttpProtocolOptions(Http1ProtocolOptions.getDefaultInstance())
          .setHttp2ProtocolOptions(
              Http2ProtocolOptions.newBuilder()
                  .setInitialStreamWindowSize(UInt32Value.of(STREAM_WINDOW_BYTES))
                  .setInitialConnectionWindowSize(UInt32Value.of(CONNECTION_WINDOW_BYTES)));
    } else {
      options
          .getExplicitHttpConfigBuilder()
          .setHttpProtocolOptions(Http1ProtocolOptions.getDefaultInstance());
    }
    return options.build();
  }

  private static TransportSocket tls(String host, TrustStore trust) {
    var names =
        SubjectAltNameMatcher.newBuilder()
            .setSanType(
                isIp(host)
                    ? SubjectAltNameMatcher.SanType.IP_ADDRESS
                    : SubjectAltNameMatcher.SanType.DNS)
            .setMatcher(StringMatcher.newBuilder().setExact(host));
    var validation =
        CertificateValidationContext.newBuilder()
            .setTrustedCa(DataSource.newBuilder().setFilename(trust.bundle().toString()))
            .addMatchTypedSubjectAltNames(names);
    var context =
        UpstreamTlsContext.newBuilder()
            .setCommonTlsContext(
                CommonTlsContext.newBuilder()
                    .setTlsParams(TLS_1_2_TO_1_3) // the default for clients ends at 1.2
                    .setValidationContext(validation));
    if (!isIp(host)) {
      context.setSni(host);
    }
    return TransportSocket.newBuilder()
        .setName("envoy.transport_sockets.tls")
        .setTypedConfig(Any.pack(context.build()))
        .build();
  }

  private static boolean isTls(URI endpoint) {
    return "https".equals(endpoint.getScheme());
  }

  private static int port(URI endpoint) {
    if (endpoint.getPort() != -1) {
      return endpoint.getPort();
    }
    return isTls(endpoint) ? 443 : 80;
  }

  /// Without the brackets of an IPv6 address.
  private static String host(URI endpoint) {
    var host = endpoint.getHost();
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private static boolean isIp(String host) {
    return host.contains(":") || host.matches("\\d+\\.\\d+\\.\\d+\\.\\d+");
  }
}
