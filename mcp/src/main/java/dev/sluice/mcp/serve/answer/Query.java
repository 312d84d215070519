package dev.sluice.mcp.serve.answer;

import dev.sluice.mcp.govern.Caller;
import dev.sluice.mcp.rpc.Era;
import dev.sluice.mcp.upstream.call.Call;
import tools.jackson.databind.node.ObjectNode;

/// One request of a client, with what is known of who asks.
///
/// @param call as it would go to a server that knows all by the same names
public record Query(Caller caller, Scope scope, Era era, Call call) {

  public String method() {
    return call.method();
  }

  public ObjectNode params() {
    return call.params();
  }
}
