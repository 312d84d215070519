package dev.sluice.operator.report;

import dev.sluice.core.policy.ObjectName;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/// Holds back what servers of tools do to their statuses: one that changes its list whenever it is
/// asked would have its status written at each look. Whether a server is connected, and what it
/// speaks, passes at once.
final class Calm {

  /// So often the tools, the definitions that wait and the error of a server may change in its
  /// status, in the long run.
  static final Duration CHANGE_EVERY = Duration.ofMinutes(1);

  /// After a time without changes, so many come through at once: a person who edits and approves
  /// sees what comes of it.
  static final int CHANGES_AT_ONCE = 5;

  private final Map<ObjectName, Told> told = new HashMap<>();

  /// Of one server.
  ///
  /// @param left how many changes may still pass, as of then
  private record Told(ServerStanding standing, int left, Instant since) {

    Told refilled(Instant now) {
      long more = Math.max(0, Duration.between(since, now).dividedBy(CHANGE_EVERY));
      return left + more >= CHANGES_AT_ONCE
          ? new Told(standing, CHANGES_AT_ONCE, now)
          : new Told(standing, left + (int) more, since.plus(CHANGE_EVERY.multipliedBy(more)));
    }

    Told next(ServerStanding seen, Instant now) {
      if (seen.equals(standing)) {
        return this;
      }
      var refilled = refilled(now);
      if (refilled.left() > 0) {
        return new Told(seen, refilled.left() - 1, refilled.since());
      }
      return urgent(seen) ? new Told(seen, 0, refilled.since()) : refilled;
    }

    private boolean urgent(ServerStanding seen) {
      return seen.connected() != standing.connected()
          || !Objects.equals(seen.protocol(), standing.protocol());
    }
  }

  /// What statuses are to say of the servers.
  Map<ObjectName, ServerStanding> calmed(Map<ObjectName, ServerStanding> seen, Instant now) {
    told.keySet().retainAll(seen.keySet());
    var calmed = new TreeMap<ObjectName, ServerStanding>();
    seen.forEach(
        (server, standing) -> {
          var known = told.get(server);
          var next =
              known == null ? new Told(standing, CHANGES_AT_ONCE, now) : known.next(standing, now);
          told.put(server, next);
          calmed.put(server, next.standing());
        });
    return calmed;
  }
}
