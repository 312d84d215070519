package dev.sluice.ledger;

import dev.sluice.core.budget.Balance;
import dev.sluice.core.budget.Budget;
import dev.sluice.core.budget.Limit;
import dev.sluice.core.budget.RateLimit;
import dev.sluice.core.budget.RateStanding;
import dev.sluice.core.budget.Standing;
import dev.sluice.core.budget.Window;
import dev.sluice.core.money.NanoUsd;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The windows of all limits as plain maps, for the [MemoryLedger].
final class MemoryWindows {

  /// One window of one limit.
  record Slot(Limit limit, String id, Instant start) {
    Slot(Limit limit, Instant start) {
      this(limit, limit.id(), start);
    }

    /// What counts: an edit of the limit changes no window.
    Key key() {
      return new Key(id, start);
    }
  }

  private record Key(String limit, Instant start) {}

  record Counters(long posted, long held, long unconfirmed) {
    static final Counters ZERO = new Counters(0, 0, 0);

    Counters plus(long morePosted, long moreHeld, long moreUnconfirmed) {
      return new Counters(posted + morePosted, held + moreHeld, unconfirmed + moreUnconfirmed);
    }
  }

  private final Map<Key, Counters> counters = new HashMap<>();
  private final Map<String, Instant> opened = new HashMap<>();

  Standing standing(Limit limit, Instant now) {
    return standing(limit, countersOf(current(limit, now)), span(limit, now).end(), now);
  }

  /// In the window that a hold charges; without an end where that is not the one of now.
  Standing standing(Slot slot, Limit limit, Instant now) {
    var end =
        switch (limit.window()) {
          case Window.Rolling(var period) -> slot.start().plus(period.fixed());
          case Window.Calendar calendar -> {
            var span = calendar.at(now);
            yield span.start().equals(slot.start()) ? span.end() : null;
          }
          case Window.Endless _ -> null;
        };
    return standing(limit, countersOf(slot), end, now);
  }

  private static Standing standing(
      Limit limit, Counters counted, @Nullable Instant end, Instant now) {
    return switch (limit) {
      case Budget budget ->
          new Balance(
              budget,
              budget.grantsAt(now),
              new NanoUsd(counted.posted()),
              new NanoUsd(counted.held()),
              end);
      case RateLimit rate -> new RateStanding(rate, counted.posted(), counted.held(), end);
    };
  }

  /// From when to when the window of now is; without a start where it is not open, and without an
  /// end where it has none.
  private record Span(@Nullable Instant start, @Nullable Instant end) {}

  private Span span(Limit limit, Instant now) {
    return switch (limit.window()) {
      case Window.Calendar calendar -> {
        var span = calendar.at(now);
        yield new Span(span.start(), span.end());
      }
      case Window.Rolling(var period) -> {
        var start = opened.get(limit.id());
        yield start != null && now.isBefore(start.plus(period.fixed()))
            ? new Span(start, start.plus(period.fixed()))
            : new Span(null, null);
      }
      case Window.Endless _ -> new Span(Instant.EPOCH, null);
    };
  }

  /// Null where the window of now is not open.
  @Nullable Slot current(Limit limit, Instant now) {
    var start = span(limit, now).start();
    return start == null ? null : new Slot(limit, start);
  }

  Slot open(Limit limit, Instant now) {
    var slot = current(limit, now);
    if (slot == null) {
      opened.put(limit.id(), now);
      return new Slot(limit, now);
    }
    return slot;
  }

  Counters countersOf(@Nullable Slot slot) {
    return slot == null ? Counters.ZERO : counters.getOrDefault(slot.key(), Counters.ZERO);
  }

  void add(Slot slot, long posted, long held, long unconfirmed) {
    counters.put(slot.key(), countersOf(slot).plus(posted, held, unconfirmed));
  }
}
