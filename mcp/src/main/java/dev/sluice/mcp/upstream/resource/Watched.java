package dev.sluice.mcp.upstream.resource;

import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.rpc.RpcError;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallResult;
import dev.sluice.mcp.upstream.call.ServerListener;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The resources that a server was asked to tell of: a new connection to it asks again.
public final class Watched {

  static final String SUBSCRIBE = "resources/subscribe";
  static final String UNSUBSCRIBE = "resources/unsubscribe";

  /// Of one server, for all who watch.
  private static final int URIS_MAX = 10_000;

  private static final int URI_CHARS_MAX = 8 * 1024;

  private final Set<String> uris = new LinkedHashSet<>();

  /// Why a call is not made: it asks for more than is kept.
  public synchronized Optional<CallResult> refused(Call call) {
    var uri = uri(call);
    if (!call.method().equals(SUBSCRIBE) || uris.contains(uri)) {
      return Optional.empty();
    }
    if (uri.length() > URI_CHARS_MAX) {
      return refused("uri", uri.length(), URI_CHARS_MAX, "characters");
    }
    return uris.size() < URIS_MAX
        ? Optional.empty()
        : refused("watched", uris.size() + 1, URIS_MAX, "resources of a server");
  }

  private static Optional<CallResult> refused(String what, int is, int max, String unit) {
    var sentence = "%s: %d (expected: at most %d %s)".formatted(what, is, max, unit);
    return Optional.of(new CallResult.Refused(RpcError.of(RpcError.INVALID_PARAMS, sentence)));
  }

  /// What became of a call. What need not be told any more is not asked for again, whether or not
  /// the server heard that.
  public synchronized void note(Call call, CallResult result) {
    if (call.method().equals(UNSUBSCRIBE)) {
      uris.remove(uri(call));
    } else if (call.method().equals(SUBSCRIBE) && result instanceof CallResult.Result) {
      uris.add(uri(call));
    }
  }

  /// Asks a server that was connected anew; what changed in between is not known.
  ///
  /// @param together where one stream is for all
  public void renew(
      Function<Call, CallResult> server,
      Optional<Subscriptions> together,
      ServerListener listener) {
    List<String> all;
    synchronized (this) {
      all = List.copyOf(uris);
    }
    if (!all.isEmpty()) {
      Thread.ofVirtual()
          .name("mcp-watch")
          .start(
              () ->
                  together.ifPresentOrElse(
                      subscriptions -> renewAll(all, subscriptions, listener),
                      () -> renewEach(all, server, listener)));
    }
  }

  private void renewAll(List<String> all, Subscriptions subscriptions, ServerListener listener) {
    for (var uri : subscriptions.watch(all)) {
      if (wanted(uri)) {
        listener.heard(updated(uri));
      } else {
        // Given up while it was asked for.
        var _ = subscriptions.call(Call.of(UNSUBSCRIBE, params(uri)));
      }
    }
  }

  private void renewEach(
      List<String> all, Function<Call, CallResult> server, ServerListener listener) {
    for (var uri : all) {
      if (wanted(uri)
          && server.apply(Call.of(SUBSCRIBE, params(uri))) instanceof CallResult.Result) {
        listener.heard(updated(uri));
        if (!wanted(uri)) {
          // Given up while it was asked for, and the server may have heard that first.
          var _ = server.apply(Call.of(UNSUBSCRIBE, params(uri)));
        }
      }
    }
  }

  private synchronized boolean wanted(String uri) {
    return uris.contains(uri);
  }

  static String uri(Call call) {
    return call.params().path("uri").stringValue("");
  }

  static Message.Notification updated(String uri) {
    return new Message.Notification("notifications/resources/updated", params(uri));
  }

  private static ObjectNode params(String uri) {
    return JsonNodeFactory.instance.objectNode().put("uri", uri);
  }
}
