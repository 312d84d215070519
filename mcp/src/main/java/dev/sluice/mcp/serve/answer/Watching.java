package dev.sluice.mcp.serve.answer;

import dev.sluice.mcp.catalog.Catalog;
import dev.sluice.mcp.govern.ToolCalls;
import dev.sluice.mcp.rpc.RpcError;
import dev.sluice.mcp.serve.http.RefusedException;
import dev.sluice.mcp.serve.session.Kept;
import dev.sluice.mcp.serve.session.Kept.Watched;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallResult;
import java.util.Set;
import tools.jackson.databind.node.JsonNodeFactory;

/// Subscriptions to resources: a server is asked once for all that watch the same.
public final class Watching {

  private final Kept kept;
  private final ToolCalls calls;

  public Watching(Kept kept, ToolCalls calls) {
    this.kept = kept;
    this.calls = calls;
  }

  public Kept kept() {
    return kept;
  }

  CallResult watch(Owners.Routed routed, Query query) throws RefusedException {
    var watcher = query.caller().session().orElse("");
    var watched = watched(routed);
    if (!kept.watch(watcher, watched)) {
      throw RefusedException.of(
          200,
          RpcError.INVALID_REQUEST,
          "subscriptions: one more than there may be (expected: fewer resources)");
    }
    var result = calls.pass(query.caller(), routed.server(), routed.call());
    if (!(result instanceof CallResult.Result)) {
      kept.unwatch(watcher, watched);
    }
    return result;
  }

  CallResult unwatch(Owners.Routed routed, Query query) {
    var last = kept.unwatch(query.caller().session().orElse(""), watched(routed));
    return last
        ? calls.pass(query.caller(), routed.server(), routed.call())
        : new CallResult.Result(JsonNodeFactory.instance.objectNode());
  }

  /// Servers need not tell any more of what nobody watches. It is the gateway that asks, for no
  /// client: it is not counted.
  public void left(Catalog catalog, Set<Watched> left) {
    for (var watched : left) {
      var params = JsonNodeFactory.instance.objectNode().put("uri", watched.uri());
      var call = Call.of("resources/unsubscribe", params);
      catalog
          .server(watched.server())
          .ifPresent(
              server -> Thread.ofVirtual().name("mcp-unwatch").start(() -> server.call(call)));
    }
  }

  private static Watched watched(Owners.Routed routed) {
    return new Watched(
        routed.server().declared().name(), routed.call().params().path("uri").stringValue(""));
  }
}
