package dev.sluice.mcp.serve.answer;

import dev.sluice.mcp.govern.Caller;
import dev.sluice.mcp.rpc.Era;
import dev.sluice.mcp.upstream.call.Call;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// One request of a client, with what is known of who asks.
///
/// @param call as it would go to a server that knows all by the same names
/// @param mirrored the headers that repeat parameters of a tool, by their names in small letters;
///   only the modern era has them
public record Query(Caller caller, Scope scope, Era era, Call call, Map<String, String> mirrored) {

  public Query {
    mirrored = Map.copyOf(mirrored);
  }

  public static Query legacy(Caller caller, Scope scope, Call call) {
    return new Query(caller, scope, Era.LEGACY, call, Map.of());
  }

  public String method() {
    return call.method();
  }

  public ObjectNode params() {
    return call.params();
  }
}
