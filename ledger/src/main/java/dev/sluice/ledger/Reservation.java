package dev.sluice.ledger;

import dev.sluice.core.budget.Balance;
import dev.sluice.core.budget.Limit;
import dev.sluice.core.budget.RateStanding;
import dev.sluice.core.budget.Standing;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The answer to a [HoldRequest].
public sealed interface Reservation {

  /// The hold stands: the ask, or less but at least `least`.
  ///
  /// @param balances of the budgets after the hold, in the order of the request's limits
  record Granted(Amounts amounts, List<Balance> balances) implements Reservation {
    public Granted {
      balances = List.copyOf(balances);
    }
  }

  /// `least` would fit if no other hold were open; `shortOf` is the first limit that is short.
  record Busy(Standing shortOf) implements Reservation {}

  /// What is posted leaves less than `least`; `shortOf` is the first limit that is short for good.
  record Exhausted(Standing shortOf) implements Reservation {}

  /// What a limit has left for a hold.
  ///
  /// @param left what is not posted; below zero after an overrun
  /// @param free of it, what no hold has
  record Room(Limit limit, long left, long free) {

    public static Room of(Standing standing) {
      return switch (standing) {
        case Balance balance -> {
          long left = balance.ceiling().minus(balance.posted()).nanos();
          yield new Room(balance.budget(), left, left - balance.held().nanos());
        }
        case RateStanding rate ->
            new Room(rate.limit(), rate.unused(), rate.unused() - rate.held());
      };
    }

    /// The first that is short for good, else the first that is short; null where all fits.
    ///
    /// @param requests how many it is: none where a hold grows
    public static @Nullable Room shortOf(List<Room> rooms, Amounts least, long requests) {
      Room first = null;
      for (var room : rooms) {
        if (room.isShortForGood(least, requests)) {
          return room;
        }
        boolean busy = room.free < part(room.limit, least, requests);
        first = first == null && busy ? room : first;
      }
      return first;
    }

    /// Whether not even the end of every hold would help.
    public boolean isShortForGood(Amounts least, long requests) {
      return left < part(limit, least, requests);
    }

    /// What of an amount a limit counts.
    static long part(Limit limit, Amounts amounts, long requests) {
      return switch (limit.measure()) {
        case USD -> amounts.usd().nanos();
        case TOKENS -> amounts.tokens();
        case REQUESTS, CONCURRENT -> requests;
      };
    }
  }
}
