package dev.sluice.ledger.redis;

import dev.sluice.core.budget.Balance;
import dev.sluice.core.budget.Budget;
import dev.sluice.core.budget.Limit;
import dev.sluice.core.budget.RateLimit;
import dev.sluice.core.budget.RateStanding;
import dev.sluice.core.budget.Standing;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.ledger.Amounts;
import dev.sluice.ledger.ExpiredHold;
import dev.sluice.ledger.Extension;
import dev.sluice.ledger.HoldState;
import dev.sluice.ledger.Position;
import dev.sluice.ledger.Reservation;
import dev.sluice.ledger.Settlement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Reads the flat replies of the scripts: a word, mostly the sequence of the last event, and the
/// rest.
final class Replies {

  private Replies() {}

  /// @param now as guessed for the call: what was in force then
  static Reservation reservation(List<Object> reply, List<Limit> limits, Instant now) {
    return switch (word(reply)) {
      case "granted" ->
          new Reservation.Granted(amounts(reply), balances(standings(reply, 4, limits, now)));
      case "busy" -> new Reservation.Busy(shortOf(reply, limits, now));
      case "exhausted" -> new Reservation.Exhausted(shortOf(reply, limits, now));
      default -> throw unexpected(reply);
    };
  }

  static Extension extension(List<Object> reply, List<Limit> limits, Instant now) {
    return switch (word(reply)) {
      case "extended" ->
          new Extension.Extended(amounts(reply), balances(standings(reply, 4, limits, now)));
      case "busy" -> new Extension.Busy(shortOf(reply, limits, now));
      case "exhausted" -> new Extension.Exhausted(shortOf(reply, limits, now));
      case "ended" -> new Extension.Ended();
      default -> throw unexpected(reply);
    };
  }

  /// @param asked the outcome that the verb was to bring about
  static Settlement settlement(List<Object> reply, String asked) {
    return switch (word(reply)) {
      case "unknown" -> new Settlement.Unknown();
      case "open" -> new Settlement.StillOpen();
      case "corrected" -> new Settlement.Corrected(money(reply, 2), money(reply, 3));
      case "expired" -> new Settlement.AlreadyEnded(money(reply, 2));
      case "kept" -> new Settlement.AlreadyCorrected(money(reply, 2));
      case "settled", "released", "confirmed" -> ended(reply, asked);
      default -> throw unexpected(reply);
    };
  }

  static HoldState state(List<Object> reply) {
    return switch (word(reply)) {
      case "open" -> new HoldState.Open(time(reply, 2), (String) reply.get(3));
      case "expired" ->
          new HoldState.Expired(time(reply, 2), (String) reply.get(3), money(reply, 4));
      case "nothing" -> new HoldState.Nothing();
      default -> throw unexpected(reply);
    };
  }

  private static Instant time(List<Object> reply, int at) {
    return Instant.ofEpochMilli(number(reply, at));
  }

  private static Settlement ended(List<Object> reply, String asked) {
    var posted = money(reply, 2);
    var granted = money(reply, 3);
    if (!word(reply).equals(asked)) {
      return new Settlement.AlreadyEnded(posted);
    }
    return posted.moreThan(granted)
        ? new Settlement.Overrun(posted, posted.minus(granted))
        : new Settlement.Posted(posted);
  }

  /// Posted, held and end of each limit, from `at` on; those without are left out.
  static List<Standing> standings(
      List<Object> reply, int at, List<? extends Limit> limits, Instant now) {
    var standings = new ArrayList<Standing>(limits.size());
    for (int i = 0; i < limits.size(); i++) {
      if (number(reply, at + 3 * i) >= 0) {
        standings.add(standing(reply, at + 3 * i, limits.get(i), now));
      }
    }
    return standings;
  }

  private static List<Balance> balances(List<Standing> standings) {
    var balances = new ArrayList<Balance>(standings.size());
    for (var standing : standings) {
      if (standing instanceof Balance balance) {
        balances.add(balance);
      }
    }
    return balances;
  }

  /// The holds after the number of those that were looked at: id, amount, created, note, and the
  /// limits.
  static List<ExpiredHold> expired(List<Object> reply) {
    return reply.stream().skip(3).map(hold -> expiredHold((List<?>) hold)).toList();
  }

  private static ExpiredHold expiredHold(List<?> hold) {
    return new ExpiredHold(
        (String) hold.get(0),
        new NanoUsd((Long) hold.get(1)),
        Instant.ofEpochMilli((Long) hold.get(2)),
        (String) hold.get(3),
        hold.stream().skip(4).map(String.class::cast).toList());
  }

  private static Standing shortOf(List<Object> reply, List<Limit> limits, Instant now) {
    return standing(reply, 3, limits.get((int) number(reply, 2)), now);
  }

  private static Standing standing(List<Object> reply, int at, Limit limit, Instant now) {
    long posted = number(reply, at);
    long held = number(reply, at + 1);
    long end = number(reply, at + 2);
    var resetsAt = end == 0 || end == Arguments.ENDLESS_MILLIS ? null : Instant.ofEpochMilli(end);
    return switch (limit) {
      case Budget budget ->
          new Balance(
              budget, budget.grantsAt(now), new NanoUsd(posted), new NanoUsd(held), resetsAt);
      case RateLimit rate -> new RateStanding(rate, posted, held, resetsAt);
    };
  }

  /// Whether the caller's calendar was not at the server's time, which is number 1 then.
  static boolean isClock(List<Object> reply) {
    return word(reply).equals("clock");
  }

  /// Of a reply that tells it whole.
  static Position position(List<Object> reply) {
    return new Position(number(reply, 1), number(reply, 2));
  }

  static long number(List<Object> reply, int at) {
    return (Long) reply.get(at);
  }

  private static Amounts amounts(List<Object> reply) {
    return new Amounts(money(reply, 2), number(reply, 3));
  }

  private static NanoUsd money(List<Object> reply, int at) {
    return new NanoUsd(number(reply, at));
  }

  static String word(List<Object> reply) {
    return (String) reply.getFirst();
  }

  private static IllegalStateException unexpected(List<Object> reply) {
    return new IllegalStateException("BUG: the ledger's script answered " + reply);
  }
}
