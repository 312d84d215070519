package dev.sluice.feed;

import org.jspecify.annotations.Nullable;

/// What a gateway says of itself.
///
/// @param id also the id of its Envoy's node
/// @param generation of the policy in force; 0 before the first one
/// @param version of its snapshot; empty before the first one
/// @param refusal why it keeps an older policy than is published, in one sentence
public record GatewayReport(String id, long generation, String version, @Nullable String refusal) {}
