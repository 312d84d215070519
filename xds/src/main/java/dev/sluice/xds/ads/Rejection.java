package dev.sluice.xds.ads;

import dev.sluice.core.policy.ObjectName;
import java.util.Optional;

/// What an Envoy said against its resources; the last ones that it took stay in force there.
///
/// @param node the Envoy's id
/// @param provider whose resource it is, where Envoy's words tell that
/// @param sentence Envoy's words, without a secret
public record Rejection(String node, Optional<ObjectName> provider, String sentence) {}
