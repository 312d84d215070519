package dev.sluice.extproc.count;

import dev.sluice.core.policy.ObjectName;
import dev.sluice.extproc.exchange.Exchange;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// The models that their provider has no count for: it is not asked again for a while.
public final class Uncounted {

  private static final Duration ASKED_AGAIN_AFTER = Duration.ofMinutes(10);
  private static final int MODELS_MAX = 1_000;

  /// There is no such endpoint.
  private static final Set<Integer> NO_COUNT = Set.of(404, 405, 501);

  private record Of(ObjectName provider, String model) {
    static Of of(Exchange.Facts facts) {
      return new Of(facts.route().upstream().name(), facts.route().model().name());
    }
  }

  private final ConcurrentMap<Of, Instant> found = new ConcurrentHashMap<>();
  private final InstantSource clock;

  public Uncounted(InstantSource clock) {
    this.clock = clock;
  }

  /// Takes note of what a provider said instead of a count.
  public void note(Exchange.Facts facts, int status) {
    if (NO_COUNT.contains(status) && found.size() < MODELS_MAX) {
      found.put(Of.of(facts), clock.instant().plus(ASKED_AGAIN_AFTER));
    }
  }

  public boolean has(Exchange.Facts facts) {
    var of = Of.of(facts);
    var until = found.get(of);
    if (until == null) {
      return false;
    }
    boolean still = clock.instant().isBefore(until);
    return still || !found.remove(of, until);
  }
}
