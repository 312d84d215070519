package dev.sluice.xds.ads;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.sluice.xds.XdsResources;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One Envoy's stream: what it asked for, what it was sent, and what it has taken.
///
/// The order of a change, each step after the acknowledgement of the one before it:
/// 1. clusters: the new ones, and the old ones that routes may still lead to
/// 2. routes
/// 3. clusters: the new ones only
///
/// Secrets are sent when they are asked for or change, on their own.
final class AdsStream {

  private static final String TYPE = "type.googleapis.com/";

  private final Subscription clusters = new Subscription(Cluster.getDescriptor().getFullName());
  private final Subscription routes =
      new Subscription(RouteConfiguration.getDescriptor().getFullName());
  private final Subscription secrets = new Subscription(Secret.getDescriptor().getFullName());
  private final Consumer<DiscoveryResponse> responses;
  private Map<String, Cluster> sentClusters = Map.of();
  private long nonces;

  AdsStream(Consumer<DiscoveryResponse> responses) {
    this.responses = responses;
  }

  /// Takes a request, an ACK or a NACK; the NACK's text, else null.
  @Nullable String take(DiscoveryRequest request) {
    for (var subscription : List.of(clusters, routes, secrets)) {
      if (subscription.type.equals(request.getTypeUrl())) {
        return subscription.take(request);
      }
    }
    return null;
  }

  void advance(XdsResources target) {
    if (clusters.idle()) {
      advanceRoutes(target);
    }
    sendSecrets(target);
  }

  private void advanceRoutes(XdsResources target) {
    if (routes.taken(version(List.of(target.routes())))) {
      sendClusters(byName(target.clusters()));
      return;
    }
    var both = new TreeMap<>(sentClusters);
    both.putAll(byName(target.clusters()));
    sendClusters(both);
    sendRoutes(target);
  }

  boolean acknowledged(XdsResources target) {
    return clusters.taken(version(target.clusters()))
        && routes.taken(version(List.of(target.routes())))
        && secrets.names.containsAll(target.secrets().keySet())
        && (target.secrets().isEmpty() || secrets.taken(version(target.secrets().values())));
  }

  private void sendClusters(Map<String, Cluster> resources) {
    if (send(clusters, resources.values())) {
      sentClusters = Map.copyOf(resources);
      secrets.sendAgain(); // a cluster that comes back has lost its secret
    }
  }

  private void sendRoutes(XdsResources target) {
    if (clusters.upToDate() && routes.names.contains(target.routes().getName())) {
      send(routes, List.of(target.routes()));
    }
  }

  private void sendSecrets(XdsResources target) {
    var asked = new TreeMap<>(target.secrets());
    asked.keySet().retainAll(secrets.names);
    if (!asked.isEmpty()) {
      send(secrets, asked.values());
    }
  }

  private boolean send(Subscription subscription, Collection<? extends Message> resources) {
    var version = version(resources);
    if (!subscription.wants(version)) {
      return false;
    }
    var nonce = Long.toString(++nonces);
    subscription.sent(version, nonce);
    responses.accept(
        DiscoveryResponse.newBuilder()
            .setTypeUrl(subscription.type)
            .setVersionInfo(version)
            .setNonce(nonce)
            .addAllResources(resources.stream().map(Any::pack).toList())
            .build());
    return true;
  }

  private static Map<String, Cluster> byName(List<Cluster> clusters) {
    var named = new TreeMap<String, Cluster>();
    clusters.forEach(cluster -> named.put(cluster.getName(), cluster));
    return named;
  }

  private static String version(Collection<? extends Message> resources) {
    return Versions.of(resources.stream().<ByteString>map(Message::toByteString).toList());
  }

  /// The state of one type of resource.
  private static final class Subscription {

    private final String type;
    private boolean asked;
    private Set<String> names = Set.of();
    private String sentVersion = "";
    private String sentNonce = "";
    private String takenVersion = "";
    private boolean waiting;
    private boolean again;

    Subscription(String fullName) {
      type = TYPE + fullName;
    }

    @Nullable String take(DiscoveryRequest request) {
      var nonce = request.getResponseNonce();
      if (!nonce.isEmpty() && !nonce.equals(sentNonce)) {
        return null; // about an older response; one about the last follows
      }
      var before = names;
      asked = true;
      names = Set.copyOf(request.getResourceNamesList());
      if (!waiting && (names.equals(before) || !before.containsAll(names))) {
        sendAgain(); // no ACK, so it asks anew: for more, or for what it dropped in between
      }
      if (nonce.isEmpty()) {
        return null;
      }
      waiting = false;
      if (request.hasErrorDetail()) {
        return request.getErrorDetail().getMessage();
      }
      takenVersion = sentVersion;
      return null;
    }

    void sent(String version, String nonce) {
      sentVersion = version;
      sentNonce = nonce;
      waiting = true;
      again = false;
    }

    void sendAgain() {
      again = true;
    }

    boolean wants(String version) {
      return idle() && (again || !version.equals(sentVersion));
    }

    boolean idle() {
      return asked && !waiting;
    }

    boolean taken(String version) {
      return takenVersion.equals(version);
    }

    boolean upToDate() {
      return idle() && takenVersion.equals(sentVersion) && !sentVersion.isEmpty();
    }
  }
}
