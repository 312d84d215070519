package dev.sluice.mcp.serve.answer;

import dev.sluice.mcp.catalog.Catalog;
import dev.sluice.mcp.catalog.Offered;
import dev.sluice.mcp.govern.ToolCalls;
import dev.sluice.mcp.rpc.RpcError;
import dev.sluice.mcp.serve.http.RefusedException;
import dev.sluice.mcp.serve.news.Teller;
import dev.sluice.mcp.serve.session.Kept;
import dev.sluice.mcp.serve.session.Kept.Added;
import dev.sluice.mcp.serve.session.Kept.Watched;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallResult;
import java.time.Duration;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Subscriptions to resources: a server is asked once for all here that watch the same. What a
/// session watches is told to the other gateways, of which one may have its stream of changes.
public final class Watching {

  /// How often a server is asked to tell this gateway of a resource, and the pause between.
  private static final int HOLD_TRIES = 12;

  private static final Duration HOLD_AGAIN_AFTER = Duration.ofSeconds(5);

  private final Kept kept;
  private final ToolCalls calls;
  private final Catalog catalog;
  private final Teller teller;

  public Watching(Kept kept, ToolCalls calls, Catalog catalog, Teller teller) {
    this.kept = kept;
    this.teller = teller;
    this.calls = calls;
    this.catalog = catalog;
  }

  /// From which level on a session hears log messages; false for a level that there is not.
  boolean level(String session, String level) {
    var known = kept.level(session, level);
    left(kept.forgotten());
    if (known) {
      teller.level(session, level);
    }
    return known;
  }

  /// For a session, which all gateways serve.
  CallResult watchInSession(Owners.Routed routed, Query query) throws RefusedException {
    var result = watch(routed, query);
    if (result instanceof CallResult.Result) {
      teller.watches(query.caller().session().orElse(""), watched(routed));
    }
    return result;
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
    if (!(result instanceof CallResult.Result)) {
      switch (added) {
        case NEW -> kept.unwatch(watcher, watched);
        case WATCHED_ELSEWHERE -> kept.release(watcher, watched);
        case WATCHED_BEFORE, ONE_TOO_MANY -> {
          // It stays as it was.
        }
      }
    }
    return result;
  }

  CallResult unwatch(Owners.Routed routed, Query query) {
    var watched = watched(routed);
    var session = query.caller().session().orElse("");
    var elsewhere = kept.watches(session, watched) && !kept.holds(session, watched);
    var last = kept.unwatch(session, watched);
    teller.unwatches(session, watched);
    if (elsewhere || !last) {
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

  /// This gateway has the session's stream of changes, so servers are to tell it of what the
  /// session watches. It is the gateway that asks, for no client: it is not counted. A server that
  /// is away is asked again for a while.
  ///
  /// @param open whether the stream is still there
  /// @param heard what changed meanwhile, nobody knows
  public void hold(String session, BooleanSupplier open, Consumer<Watched> heard) {
    for (var watched : kept.hold(session)) {
      Thread.ofVirtual()
          .name("mcp-watch")
          .start(
              () -> {
                try {
                  holdAtLast(session, watched, open, heard);
                } catch (InterruptedException _) {
                  Thread.currentThread().interrupt();
                }
              });
    }
  }

  private void holdAtLast(
      String session, Watched watched, BooleanSupplier open, Consumer<Watched> heard)
      throws InterruptedException {
    var held = holdNow(session, watched, heard);
    for (int tries = 1; !held && tries < HOLD_TRIES; tries++) {
      Thread.sleep(HOLD_AGAIN_AFTER);
      if (!open.getAsBoolean() || !kept.hold(session, watched)) {
        return;
      }
      held = holdNow(session, watched, heard);
    }
  }

  private boolean holdNow(String session, Watched watched, Consumer<Watched> heard) {
    var server = catalog.server(watched.server());
    var held =
        server
            .map(one -> one.call(Call.of("resources/subscribe", params(watched))))
            .filter(CallResult.Result.class::isInstance)
            .isPresent();
    if (held) {
      heard.accept(watched);
    } else {
      kept.release(session, watched);
    }
    if (!kept.held(watched)) {
      server.ifPresent(one -> one.call(Call.of("resources/unsubscribe", params(watched))));
    }
    return held;
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
    if (!kept.held(watched)) {
      server.call(Call.of("resources/unsubscribe", params(watched)));
      watchAgain(server, watched);
    }
  }

  /// Somebody may have begun to watch it, and the server heard that first.
  private void watchAgain(Offered server, Watched watched) {
    if (kept.held(watched)) {
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
