package dev.sluice.extproc.flow;

import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.core.policy.Snapshot;
import dev.sluice.extproc.decode.Client;
import dev.sluice.extproc.decode.Dialect;
import dev.sluice.extproc.decode.Endpoint;
import dev.sluice.extproc.reserve.BufferBudget;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A request whose head was accepted: what its body phase needs of it.
///
/// @param lease of the body's bytes; released when the body is not held any more
public record Admission(
    String requestId,
    Instant startedAt,
    Endpoint endpoint,
    String path,
    @Nullable String query,
    Client client,
    Dialect dialect,
    KeyPolicy key,
    Snapshot snapshot,
    BufferBudget.Lease lease) {}
