package dev.sluice.mcp.serve.session;

import dev.sluice.core.policy.ObjectName;
import dev.sluice.mcp.rpc.ProtocolVersion;
import dev.sluice.mcp.upstream.call.ClientProfile;
import java.time.Instant;

/// A session of the legacy era, as its client brings it with each request.
///
/// @param id tells it from others; it is no secret
/// @param key whose session it is
/// @param issued to the second
public record Session(
    String id, ObjectName key, ProtocolVersion version, ClientProfile client, Instant issued) {}
