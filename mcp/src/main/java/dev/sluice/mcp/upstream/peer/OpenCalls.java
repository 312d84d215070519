package dev.sluice.mcp.upstream.peer;

import dev.sluice.mcp.rpc.RpcId;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallException;
import dev.sluice.mcp.upstream.call.CallFailure;
import dev.sluice.mcp.upstream.call.CallFailure.Effect;
import dev.sluice.mcp.upstream.call.CallFailure.Reason;
import dev.sluice.mcp.upstream.call.UpstreamLimits;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// The calls of a connection that are under way, by the ids that the server knows.
public final class OpenCalls {

  /// About these a server asks nobody.
  private static final Set<String> OURS =
      Set.of(Handshake.INITIALIZE, Handshake.DISCOVER, "ping", "subscriptions/listen");

  /// More are not told apart: then the newest one counts for all.
  private static final int GIVEN_UP_MAX = 256;

  private final UpstreamLimits limits;
  private final Map<RpcId, Exchange> open = new HashMap<>();
  private final Map<RpcId, Long> givenUp = new LinkedHashMap<>();
  private long unclearUntil = System.nanoTime();
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

  /// Nobody waits for that call any more, but the server may still work on it, and ask.
  synchronized void giveUp(Exchange exchange) {
    if (exchange.isAnswered() || OURS.contains(exchange.call().method())) {
      return;
    }
    if (givenUp.size() >= GIVEN_UP_MAX) {
      givenUp.clear();
      unclearUntil = end();
    }
    givenUp.put(exchange.id(), end());
  }

  /// A server gets as much time again as a call has, and is then taken for done.
  private long end() {
    return System.nanoTime() + limits.times().totalMax().toNanos();
  }

  /// The server has done that call.
  synchronized void answered(RpcId id) {
    byId(id).ifPresent(Exchange::answered);
    givenUp.remove(id);
  }

  /// The one call that the server works on, if it is one. While it may work on one that was given
  /// up, what it asks may be about that one, and another caller must not see it.
  synchronized Optional<Exchange> only() {
    long now = System.nanoTime();
    givenUp.values().removeIf(end -> end - now <= 0);
    return open.size() == 1 && givenUp.isEmpty() && unclearUntil - now <= 0
        ? open.values().stream().findFirst()
        : Optional.empty();
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
