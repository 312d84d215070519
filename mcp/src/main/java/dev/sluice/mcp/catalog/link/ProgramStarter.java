package dev.sluice.mcp.catalog.link;

import dev.sluice.mcp.upstream.call.ClientProfile;
import dev.sluice.mcp.upstream.call.ServerListener;
import dev.sluice.mcp.upstream.call.Tally;
import dev.sluice.mcp.upstream.call.UpstreamLimits;
import dev.sluice.mcp.upstream.peer.PeerOpener;
import dev.sluice.mcp.upstream.stdio.Command;
import dev.sluice.mcp.upstream.stdio.StdioOpener;

/// Where programs run.
public interface ProgramStarter {

  /// As children of this process.
  ProgramStarter HERE = StdioOpener::new;

  PeerOpener opener(
      Command command,
      ClientProfile profile,
      UpstreamLimits limits,
      ServerListener listener,
      Tally tally);
}
