package dev.sluice.extproc.exchange;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/// The exchanges in flight, by request id.
public final class Exchanges {

  private final ConcurrentMap<String, Exchange> open = new ConcurrentHashMap<>();

  public void open(Exchange exchange) {
    if (open.putIfAbsent(exchange.facts().requestId(), exchange) != null) {
      throw new IllegalStateException("BUG: two exchanges have one request id");
    }
  }

  public @Nullable Exchange get(String requestId) {
    return open.get(requestId);
  }

  /// Takes an exchange out; null for what was never sent to a provider, or was taken before.
  public @Nullable Exchange take(String requestId) {
    return open.remove(requestId);
  }

  /// Forgets exchanges whose end was never told; the ledger ends their holds by itself.
  public List<Exchange> forget(Instant now, Duration lifetime) {
    var oldest = now.minus(lifetime);
    return open.values().stream()
        .filter(exchange -> exchange.facts().startedAt().isBefore(oldest))
        .filter(exchange -> open.remove(exchange.facts().requestId(), exchange))
        .toList();
  }

  /// The ids of the holds of all that are open.
  public List<String> holdIds() {
    return open.values().stream().map(Exchange::holdId).filter(Objects::nonNull).toList();
  }

  public int size() {
    return open.size();
  }
}
