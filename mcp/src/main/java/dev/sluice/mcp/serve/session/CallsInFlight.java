package dev.sluice.mcp.serve;

import dev.sluice.mcp.rpc.RpcId;
import dev.sluice.mcp.upstream.call.Cancellation;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The calls of sessions that are under way, by their clients' ids.
final class CallsInFlight {

  private record Named(String session, RpcId id) {}

  private final Map<Named, Cancellation> open = new ConcurrentHashMap<>();

  /// False where the session has a call of that id.
  boolean open(String session, RpcId id, Cancellation cancellation) {
    return open.putIfAbsent(new Named(session, id), cancellation) == null;
  }

  void close(String session, RpcId id) {
    open.remove(new Named(session, id));
  }

  void cancel(String session, RpcId id, String reason) {
    Optional.ofNullable(open.get(new Named(session, id))).ifPresent(call -> call.cancel(reason));
  }

  void cancelAll(String session, String reason) {
    open.forEach(
        (named, call) -> {
          if (named.session().equals(session)) {
            call.cancel(reason);
          }
        });
  }

  void cancelAll(String reason) {
    open.values().forEach(call -> call.cancel(reason));
  }
}
