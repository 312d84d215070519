package dev.sluice.mcp.upstream.peer;

import dev.sluice.mcp.rpc.RpcId;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallException;
import dev.sluice.mcp.upstream.call.CallFailure;
import dev.sluice.mcp.upstream.call.CallFailure.Effect;
import dev.sluice.mcp.upstream.call.CallFailure.Reason;
import dev.sluice.mcp.upstream.call.UpstreamLimits;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// The calls of a connection that are under way, by the ids that the server knows.
public final class OpenCalls {

  private final UpstreamLimits limits;
  private final Map<RpcId, Exchange> open = new HashMap<>();
  private long last;

  public OpenCalls(UpstreamLimits limits) {
    this.limits = limits;
  }

  public synchronized Exchange open(Call call, Dialect dialect) throws CallException {
    if (open.size() >= limits.openCallsMax()) {
      throw CallException.of(
          Reason.TOO_MANY_CALLS,
          Effect.NEVER_RUN,
          "openCalls: %d (expected: at most that)".formatted(limits.openCallsMax()));
    }
    var totalMax = call.totalMax().orElse(limits.times().totalMax());
    var exchange =
        new Exchange(call, ++last, dialect.params(call), totalMax, limits.queuedMessagesMax());
    open.put(exchange.id(), exchange);
    return exchange;
  }

  public synchronized void close(Exchange exchange) {
    open.remove(exchange.id());
  }

  synchronized Optional<Exchange> byId(RpcId id) {
    return Optional.ofNullable(open.get(id));
  }

  synchronized Optional<Exchange> byToken(JsonNode token) {
    return open.values().stream().filter(e -> e.hasToken(token)).findFirst();
  }

  /// The one call that is open, if it is one.
  synchronized Optional<Exchange> only() {
    return open.size() == 1 ? open.values().stream().findFirst() : Optional.empty();
  }

  /// Whether the server works for somebody.
  synchronized boolean busy() {
    return open.values().stream().anyMatch(e -> !e.lasting());
  }

  void failAll(CallFailure failure) {
    List<Exchange> all;
    synchronized (this) {
      all = List.copyOf(open.values());
    }
    all.forEach(exchange -> exchange.inbox().fail(failure));
  }
}
