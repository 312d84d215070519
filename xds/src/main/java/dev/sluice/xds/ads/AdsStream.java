package dev.sluice.xds.ads;

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
/// @param <Q> what Envoy sends
final class AdsStream<Q> {

  private final Function<Q, String> typeOf;
  private final Subscription<Q> clusters;
  private final Subscription<Q> routes;
  private final Subscription<Q> secrets;

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
      return clusters.take(request);
    }
    if (type.equals(Target.ROUTES)) {
      return routes.take(request);
    }
    return type.equals(Target.SECRETS) ? secrets.take(request) : null;
  }

  void advance(Target target) {
    boolean changed;
    if (routes.taken(target.routes())) {
      changed = clusters.offer(target.clusters());
    } else {
      changed = clusters.add(target.clusters());
      if (clusters.idle() && clusters.has(target.clusters())) {
        routes.offer(target.routes());
      }
    }
    if (changed) {
      secrets.doubt(); // a cluster that comes back has lost its secret
    }
    secrets.offer(target.secrets());
  }

  boolean acknowledged(Target target) {
    return clusters.taken(target.clusters())
        && routes.taken(target.routes())
        && target.credentials().stream().allMatch(secrets::asksFor)
        && secrets.has(target.secrets());
  }
}
