package dev.sluice.mcp.serve.session;

import dev.sluice.mcp.rpc.RpcId;
import dev.sluice.mcp.upstream.call.Cancellation;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The calls of sessions that are under way, by their clients' ids.
public final class CallsInFlight {

  private record Named(String session, RpcId id) {}

  private final Map<Named, Cancellation> open = new ConcurrentHashMap<>();

  /// False where the session has a call of that id.
  public boolean open(String session, RpcId id, Cancellation cancellation) {
    return open.putIfAbsent(new Named(session, id), cancellation) == null;
  }

  /// Whether the client still waits for its answer: it does not where it cancelled the call.
  public boolean close(String session, RpcId id, Cancellation cancellation) {
    return open.remove(new Named(session, id), cancellation);
  }

  /// The client does not want an answer any more. False where the session has no call of that id
  /// here.
  public boolean cancel(String session, RpcId id, String reason) {
    var call = Optional.ofNullable(open.remove(new Named(session, id)));
    call.ifPresent(found -> found.cancel(reason));
    return call.isPresent();
  }

  public void cancelAll(String session, String reason) {
    open.forEach(
        (named, call) -> {
          if (named.session().equals(session)) {
            call.cancel(reason);
          }
        });
  }

  public void cancelAll(String reason) {
    open.values().forEach(call -> call.cancel(reason));
  }
}
