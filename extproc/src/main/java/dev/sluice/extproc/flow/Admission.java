package dev.sluice.extproc.flow;

import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.core.policy.Snapshot;
import dev.sluice.extproc.decode.Client;
import dev.sluice.extproc.decode.Dialect;
import dev.sluice.extproc.decode.Endpoint;
import dev.sluice.extproc.reserve.BufferBudget;
import dev.sluice.extproc.route.Route;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A request whose head was accepted: what its body phase needs of it.
///
/// @param bound the only place that may answer, for one of the gateway's own counts; else null
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
    @Nullable Route bound,
    BufferBudget.Lease lease) {}
