package dev.sluice.xds.ads;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// An Envoy that is connected, and how far it has come.
///
/// @param <Q> what it sends
final class Connection<Q> {

  private final String id;
  private final Instant since;
  private final AdsStream<Q> stream;
  private String policyVersion = "";
  private @Nullable Rejection rejection;

  Connection(String id, Instant since, AdsStream<Q> stream) {
    this.id = id;
    this.since = since;
    this.stream = stream;
  }

  /// Takes a request, an ACK or a NACK; what the NACK says.
  List<Rejection> take(Q request) {
    var refused = stream.take(request);
    if (refused == null) {
      return List.of();
    }
    var rejections = Rejections.of(id, refused);
    rejection = rejections.getLast();
    return rejections;
  }

  void advance(Target target) {
    stream.advance(target);
    if (stream.served(target)) {
      policyVersion = target.policyVersion();
    }
    if (stream.acknowledged(target)) {
      rejection = null;
    }
  }

  /// Other resources are in force than those that were refused.
  void forgive() {
    rejection = null;
  }

  boolean acknowledged(Target target) {
    return stream.acknowledged(target);
  }

  Node node() {
    return new Node(id, since, policyVersion, Optional.ofNullable(rejection));
  }
}
