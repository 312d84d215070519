package dev.sluice.mcp.upstream.resource;

import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallResult;
import dev.sluice.mcp.upstream.call.ServerListener;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The resources that a server was asked to tell of: a new connection to it asks again.
public final class Watched {

  static final String SUBSCRIBE = "resources/subscribe";
  static final String UNSUBSCRIBE = "resources/unsubscribe";

  private final Set<String> uris = new LinkedHashSet<>();

  /// What became of a call.
  public synchronized void note(Call call, CallResult result) {
    if (call.method().equals(UNSUBSCRIBE)) {
      uris.remove(uri(call));
    } else if (call.method().equals(SUBSCRIBE) && result instanceof CallResult.Result) {
      uris.add(uri(call));
    }
  }

  /// Asks a server that was connected anew; what changed in between is not known.
  public void renew(Function<Call, CallResult> server, ServerListener listener) {
    List<String> all;
    synchronized (this) {
      all = List.copyOf(uris);
    }
    if (!all.isEmpty()) {
      Thread.ofVirtual().name("mcp-watch").start(() -> renew(all, server, listener));
    }
  }

  private static void renew(
      List<String> uris, Function<Call, CallResult> server, ServerListener listener) {
    for (var uri : uris) {
      if (server.apply(Call.of(SUBSCRIBE, params(uri))) instanceof CallResult.Result) {
        listener.heard(updated(uri));
      }
    }
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
