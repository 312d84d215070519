package dev.sluice.mcp.serve.answer;

import dev.sluice.mcp.catalog.Catalog;
import dev.sluice.mcp.catalog.Offered;
import dev.sluice.mcp.govern.ToolCalls;
import dev.sluice.mcp.rpc.RpcError;
import dev.sluice.mcp.serve.http.RefusedException;
import dev.sluice.mcp.serve.session.Kept;
import dev.sluice.mcp.serve.session.Kept.Added;
import dev.sluice.mcp.serve.session.Kept.Watched;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallResult;
import java.util.Set;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Subscriptions to resources: a server is asked once for all that watch the same.
public final class Watching {

  private final Kept kept;
  private final ToolCalls calls;
  private final Catalog catalog;

  public Watching(Kept kept, ToolCalls calls, Catalog catalog) {
    this.kept = kept;
    this.calls = calls;
    this.catalog = catalog;
  }

  /// From which level on a session hears log messages; false for a level that there is not.
  boolean level(String session, String level) {
    var known = kept.level(session, level);
    left(kept.forgotten());
    return known;
  }

  CallResult watch(Owners.Routed routed, Query query) throws RefusedException {
    var watcher = query.caller().session().orElse("");
    var watched = watched(routed);
    var added = kept.watch(watcher, watched);
    left(kept.forgotten());
    if (added == Added.ONE_TOO_MANY) {
      throw RefusedException.of(
          200,
          RpcError.INVALID_REQUEST,
          "subscriptions: one more than there may be (expected: fewer resources)");
    }
    var result = calls.pass(query.caller(), routed.server(), routed.call());
    if (added == Added.NEW && !(result instanceof CallResult.Result)) {
      kept.unwatch(watcher, watched);
    }
    return result;
  }

  CallResult unwatch(Owners.Routed routed, Query query) {
    var watched = watched(routed);
    if (!kept.unwatch(query.caller().session().orElse(""), watched)) {
      return new CallResult.Result(JsonNodeFactory.instance.objectNode());
    }
    var result = calls.pass(query.caller(), routed.server(), routed.call());
    if (result instanceof CallResult.Refused) {
      // It may be a limit of the key, and the server has not heard of it.
      left(Set.of(watched));
    } else {
      watchAgain(routed.server(), watched);
    }
    return result;
  }

  /// Servers need not tell any more of what nobody watches. It is the gateway that asks, for no
  /// client: it is not counted.
  public void left(Set<Watched> left) {
    for (var watched : left) {
      catalog
          .server(watched.server())
          .ifPresent(
              server ->
                  Thread.ofVirtual().name("mcp-unwatch").start(() -> giveUp(server, watched)));
    }
  }

  private void giveUp(Offered server, Watched watched) {
    if (!kept.watched(watched)) {
      server.call(Call.of("resources/unsubscribe", params(watched)));
      watchAgain(server, watched);
    }
  }

  /// Somebody may have begun to watch it, and the server heard that first.
  private void watchAgain(Offered server, Watched watched) {
    if (kept.watched(watched)) {
      server.call(Call.of("resources/subscribe", params(watched)));
    }
  }

  private static ObjectNode params(Watched watched) {
    return JsonNodeFactory.instance.objectNode().put("uri", watched.uri());
  }

  private static Watched watched(Owners.Routed routed) {
    return new Watched(
        routed.server().declared().name(), routed.call().params().path("uri").stringValue(""));
  }
}
