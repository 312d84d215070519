package dev.sluice.feed;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What one Envoy has taken over xDS, as the replica says to which it is connected.
///
/// @param version of what it has acknowledged whole; empty before that
/// @param rejection why it has refused what it was sent last
public record EnvoyReport(
    String node, String version, Instant connectedAt, @Nullable String rejection) {}
