package dev.sluice.extproc.reserve;

import dev.sluice.core.policy.ObjectName;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Providers that wrote an answer faster than its hold could grow. For a while holds for them pay
/// for all that an answer may have, so that it does not happen again.
final class Outruns {

  private static final Logger LOG = LoggerFactory.getLogger(Outruns.class);

  private static final Duration REMEMBERED = Duration.ofHours(1);

  private final ConcurrentMap<ObjectName, Instant> last = new ConcurrentHashMap<>();
  private final InstantSource clock;

  Outruns(InstantSource clock) {
    this.clock = clock;
  }

  void add(ObjectName provider) {
    if (last.put(provider, clock.instant()) == null) {
      LOG.warn(
          "provider {} writes faster than holds grow: they pay for whole answers, for {}",
          provider.label(),
          REMEMBERED);
    }
  }

  boolean contains(ObjectName provider) {
    var at = last.get(provider);
    if (at == null) {
      return false;
    }
    if (clock.instant().isBefore(at.plus(REMEMBERED))) {
      return true;
    }
    last.remove(provider, at);
    return false;
  }
}
