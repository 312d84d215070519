package dev.sluice.xds;

import com.google.protobuf.ByteString;
import dev.sluice.core.envoy.DataPlane;
import dev.sluice.core.policy.Snapshot;
import dev.sluice.core.provider.Credential;
import dev.sluice.core.provider.Credentials;
import dev.sluice.core.provider.Service.Authentication;
import dev.sluice.xds.tls.ListenerCertificate;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.GenericSecret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// All that Envoy takes from a snapshot: clusters, routes and secrets, in a stable order.
///
/// @param policyVersion of the snapshot
public record XdsResources(
    String policyVersion,
    List<Cluster> clusters,
    RouteConfiguration routes,
    SortedMap<String, Secret> secrets) {

  public XdsResources {
    clusters = List.copyOf(clusters);
    secrets = Collections.unmodifiableSortedMap(new TreeMap<>(secrets));
  }

  /// @throws IllegalArgumentException where a provider's credential has no value
  public static XdsResources of(Snapshot snapshot, Credentials credentials, TrustStore trust) {
    var upstreams = snapshot.upstreams().values();
    var clusters = new ArrayList<Cluster>();
    var secrets = new TreeMap<String, Secret>();
    for (var upstream : upstreams) {
      for (var account : upstream.accounts()) {
        var name = account.credential();
        var credential = credential(name, credentials);
        clusters.addAll(Clusters.of(upstream, name, credential, trust));
        if (upstream.service().authentication() instanceof Authentication.Header header) {
          var secret = secret(name, header, credential);
          secrets.put(secret.getName(), secret);
        }
      }
    }
    return new XdsResources(snapshot.version(), clusters, Routes.of(upstreams), secrets);
  }

  /// These, and what a listener with TLS shows to clients.
  public XdsResources with(ListenerCertificate certificate) {
    var more = new TreeMap<>(secrets);
    more.put(
        DataPlane.LISTENER_SECRET,
        Secret.newBuilder()
            .setName(DataPlane.LISTENER_SECRET)
            .setTlsCertificate(
                TlsCertificate.newBuilder()
                    .setCertificateChain(inline(certificate.chainPem()))
                    .setPrivateKey(inline(certificate.keyPem())))
            .build());
    return new XdsResources(policyVersion, clusters, routes, more);
  }

  /// Names only: no secret gets into a log.
  @Override
  public String toString() {
    return "XdsResources[clusters=%s, secrets=%s]"
        .formatted(clusters.stream().map(Cluster::getName).toList(), secrets.keySet());
  }

  private static Credential credential(String name, Credentials credentials) {
    var credential = credentials.values().get(name);
    if (credential == null) {
      throw new IllegalArgumentException(
          "credential %s: no value (expected: one in %s)".formatted(name, credentials));
    }
    return credential;
  }

  private static Secret secret(String name, Authentication.Header header, Credential credential) {
    if (!(credential instanceof Credential.Value(var value))) {
      throw new IllegalStateException("BUG: %s in a header".formatted(credential));
    }
    return Secret.newBuilder()
        .setName(DataPlane.SECRET_PREFIX + name)
        .setGenericSecret(GenericSecret.newBuilder().setSecret(inline(header.prefix() + value)))
        .build();
  }

  private static DataSource inline(String value) {
    return DataSource.newBuilder().setInlineBytes(ByteString.copyFromUtf8(value)).build();
  }
}
