package dev.sluice.ledger;

import dev.sluice.core.budget.Balance;
import dev.sluice.core.budget.Budget;
import dev.sluice.core.budget.Limit;
import dev.sluice.core.budget.Measure;
import dev.sluice.core.budget.RateLimit;
import dev.sluice.core.budget.RateStanding;
import dev.sluice.core.budget.Standing;
import dev.sluice.core.money.NanoUsd;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a [History] knows of its holds, from the answers alone: the sums that every standing must
/// show, computed anew each time.
final class HistoryBooks {

  /// One window that was charged, in the words of a standing.
  record Slot(String limit, @Nullable Instant resetsAt) {
    static Slot of(Standing standing) {
      return new Slot(standing.limit().id(), standing.resetsAt());
    }
  }

  /// What is known of a hold. `posted` is null while it is open.
  static final class Known {
    final HoldRequest request;
    final Map<Slot, Limit> slots = new LinkedHashMap<>();
    Amounts granted;
    int extensions;
    @Nullable Amounts posted;
    boolean released;
    boolean expired;
    boolean corrected;

    Known(HoldRequest request, Amounts granted, List<Standing> standings) {
      this.request = request;
      this.granted = granted;
      standings.forEach(standing -> slots.put(Slot.of(standing), standing.limit()));
    }

    boolean isOpen() {
      return posted == null;
    }
  }

  private final Map<String, Known> known = new LinkedHashMap<>();

  /// Windows in which more was used than held, or that were charged without being asked.
  private final Set<Slot> beyond = new HashSet<>();

  Map<String, Known> holds() {
    return known;
  }

  void beyond(Known hold) {
    beyond.addAll(hold.slots.keySet());
  }

  /// Whether it shows the sums of the holds that charge it.
  boolean isEqual(Standing standing) {
    var slot = Slot.of(standing);
    return posted(standing) == postedIn(slot) && held(standing) == heldIn(slot);
  }

  /// Whether posted and held are within the limit with every raise that it ever had.
  boolean isWithin(Standing standing) {
    return posted(standing) + held(standing) <= most(standing.limit())
        || beyond.contains(Slot.of(standing));
  }

  private static long most(Limit limit) {
    return switch (limit) {
      case Budget budget ->
          budget.raises().stream()
              .map(raise -> raise.add().nanos())
              .reduce(budget.limit().nanos(), Long::sum);
      case RateLimit rate -> rate.most();
    };
  }

  static long posted(Standing standing) {
    return switch (standing) {
      case Balance balance -> balance.posted().nanos();
      case RateStanding rate -> rate.posted();
    };
  }

  static long held(Standing standing) {
    return switch (standing) {
      case Balance balance -> balance.held().nanos();
      case RateStanding rate -> rate.held();
    };
  }

  /// What of an amount a limit counts.
  static long part(Limit limit, Amounts amounts, long requests) {
    return switch (limit.measure()) {
      case USD -> amounts.usd().nanos();
      case TOKENS -> amounts.tokens();
      case REQUESTS, CONCURRENT -> requests;
    };
  }

  static Amounts least(Amounts one, Amounts other) {
    NanoUsd usd = one.usd().min(other.usd());
    return new Amounts(usd, Math.min(one.tokens(), other.tokens()));
  }

  private long postedIn(Slot slot) {
    long sum = 0;
    for (var hold : known.values()) {
      var limit = hold.slots.get(slot);
      if (limit != null && hold.posted != null && limit.measure() != Measure.CONCURRENT) {
        sum += part(limit, hold.posted, hold.released ? 0 : 1);
      }
    }
    return sum;
  }

  private long heldIn(Slot slot) {
    long sum = 0;
    for (var hold : known.values()) {
      var limit = hold.slots.get(slot);
      sum += limit != null && hold.isOpen() ? part(limit, hold.granted, 1) : 0;
    }
    return sum;
  }
}
