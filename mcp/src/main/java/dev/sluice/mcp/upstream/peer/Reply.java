package dev.sluice.mcp.upstream.peer;

import dev.sluice.mcp.rpc.Message;
import java.io.IOException;

/// The way of our answer to a request of the server.
public interface Reply {
  void send(Message message) throws IOException;
}
