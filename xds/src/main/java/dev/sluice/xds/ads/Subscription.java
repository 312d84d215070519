package dev.sluice.xds.ads;

import org.jspecify.annotations.Nullable;

/// What one Envoy asked for of one type of resource, was sent, and has taken: in one of the two
/// protocols that Envoy speaks.
///
/// @param <Q> what Envoy sends: a request, an ACK or a NACK
interface Subscription<Q> {

  /// What was refused, where it is a NACK.
  @Nullable Refused take(Q request);

  /// Nothing is sent before Envoy has asked, and while its answer to the last is missing.
  boolean idle();

  boolean asksFor(String name);

  /// Sends what Envoy asks for of these and lacks, and takes away the others. What it has refused
  /// is not sent again before something else is.
  ///
  /// @return whether something was sent
  boolean offer(ResourceSet resources);

  /// As [#offer], but takes nothing away.
  boolean add(ResourceSet resources);

  /// Whether Envoy has taken all that it asks for of these, whatever else it has.
  boolean has(ResourceSet resources);

  /// Whether Envoy has taken what it asks for of these, and nothing else.
  boolean taken(ResourceSet resources);

  /// Envoy may have forgotten some without a word.
  void doubt();
}
