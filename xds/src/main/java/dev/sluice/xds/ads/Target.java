package dev.sluice.xds.ads;

import com.google.protobuf.Descriptors.Descriptor;
import dev.sluice.core.envoy.DataPlane;
import dev.sluice.xds.XdsResources;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// What every Envoy is to have in the end.
record Target(
    XdsResources resources, ResourceSet clusters, ResourceSet routes, ResourceSet secrets) {

  static final String CLUSTERS = type(Cluster.getDescriptor());
  static final String ROUTES = type(RouteConfiguration.getDescriptor());
  static final String SECRETS = type(Secret.getDescriptor());

  static Target of(XdsResources resources) {
    return new Target(
        resources,
        ResourceSet.of(
            resources.clusters().stream()
                .collect(Collectors.toMap(Cluster::getName, Function.identity()))),
        ResourceSet.of(Map.of(resources.routes().getName(), resources.routes())),
        ResourceSet.of(resources.secrets()));
  }

  String policyVersion() {
    return resources.policyVersion();
  }

  /// The secrets without which a cluster cannot serve; the listener's is asked for where it has
  /// TLS.
  Set<String> credentials() {
    return secrets.entries().keySet().stream()
        .filter(name -> name.startsWith(DataPlane.SECRET_PREFIX))
        .collect(Collectors.toUnmodifiableSet());
  }

  /// Whether only the policy's version differs.
  boolean isSameAs(Target other) {
    return clusters.equals(other.clusters)
        && routes.equals(other.routes)
        && secrets.equals(other.secrets);
  }

  private static String type(Descriptor descriptor) {
    return "type.googleapis.com/" + descriptor.getFullName();
  }
}
