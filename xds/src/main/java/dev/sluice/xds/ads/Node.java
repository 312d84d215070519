package dev.sluice.xds.ads;

import java.time.Instant;
import java.util.Optional;

/// An Envoy that is connected.
///
/// @param id as its bootstrap has it
/// @param policyVersion of the last snapshot whose resources it has taken, all but those of
///   providers that it refused; empty before the first
/// @param rejection the last, of those against what is in force
public record Node(
    String id, Instant connectedSince, String policyVersion, Optional<Rejection> rejection) {}
