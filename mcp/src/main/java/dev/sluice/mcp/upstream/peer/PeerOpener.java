package dev.sluice.mcp.upstream.peer;

import dev.sluice.mcp.upstream.call.CallException;

/// Reaches a server, and finds out its era; it remembers that until it turns out wrong.
public interface PeerOpener {

  Peer open() throws CallException;
}
