package dev.sluice.mcp.upstream.peer;

import dev.sluice.mcp.upstream.call.CallException;
import dev.sluice.mcp.upstream.call.Cancellation;

/// Reaches a server, and finds out its era; it remembers that until it turns out wrong.
public interface PeerOpener {

  /// @param closing when nobody wants the connection any more: it is given up, and with it all that
  ///   was begun for it
  Peer open(Cancellation closing) throws CallException;
}
