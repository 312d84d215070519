package dev.sluice.xds.ads;

import dev.sluice.core.envoy.DataPlane;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One Envoy's stream, and the order of what it is sent.
///
/// The steps of a change, each after the acknowledgement of the one before it:
/// 1. clusters: the new ones beside the old ones, to which routes may still lead
/// 2. routes
/// 3. clusters: the new ones only
///
/// Secrets are sent when they are asked for or change, on their own.
///
/// A cluster that Envoy refused stays as it was there, or missing, and keeps back nothing else; it
/// is tried again once it has changed. Until then no cluster is taken away.
///
/// @param <Q> what Envoy sends
final class AdsStream<Q> {

  private final Function<Q, String> typeOf;
  private final Subscription<Q> clusters;
  private final Subscription<Q> routes;
  private final Subscription<Q> secrets;

  /// The versions of clusters that Envoy refused, by name.
  private final Map<String, String> refused = new HashMap<>();

  AdsStream(Function<Q, String> typeOf, Function<String, Subscription<Q>> subscribe) {
    this.typeOf = typeOf;
    this.clusters = subscribe.apply(Target.CLUSTERS);
    this.routes = subscribe.apply(Target.ROUTES);
    this.secrets = subscribe.apply(Target.SECRETS);
  }

  /// Takes a request, an ACK or a NACK; what was refused, else null.
  @Nullable Refused take(Q request) {
    var type = typeOf.apply(request);
    if (type.equals(Target.CLUSTERS)) {
      var nack = clusters.take(request);
      if (nack != null) {
        refused.putAll(Rejections.named(nack));
      }
      return nack;
    }
    if (type.equals(Target.ROUTES)) {
      return routes.take(request);
    }
    return type.equals(Target.SECRETS) ? secrets.take(request) : null;
  }

  void advance(Target target) {
    refused.entrySet().retainAll(target.clusters().versions().entrySet());
    var good = target.clusters().without(refused);
    boolean changed;
    if (routes.taken(target.routes()) && good.equals(target.clusters())) {
      changed = clusters.offer(good);
    } else {
      changed = clusters.add(good);
      if (clusters.idle() && clusters.has(good)) {
        routes.offer(target.routes());
      }
    }
    if (changed) {
      secrets.doubt(); // a cluster that comes back has lost its secret
    }
    secrets.offer(target.secrets());
  }

  /// Whether it has taken everything, and nothing else.
  boolean acknowledged(Target target) {
    return clusters.taken(target.clusters()) && served(target);
  }

  /// Whether it has taken everything that it has not refused.
  boolean served(Target target) {
    return clusters.has(target.clusters().without(refused))
        && routes.taken(target.routes())
        && target.credentials().stream().allMatch(name -> secrets.asksFor(name) || unused(name))
        && secrets.has(target.secrets());
  }

  /// Whether it is the credential of a cluster that was refused: nobody asks for it.
  private boolean unused(String credential) {
    var name = credential.substring(DataPlane.SECRET_PREFIX.length());
    return refused.containsKey(DataPlane.CLUSTER_PREFIX + name);
  }
}
