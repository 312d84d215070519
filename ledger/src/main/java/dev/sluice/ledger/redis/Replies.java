package dev.sluice.ledger.redis;

import dev.sluice.core.budget.Balance;
import dev.sluice.core.budget.Budget;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.ledger.Amounts;
import dev.sluice.ledger.ExpiredHold;
import dev.sluice.ledger.Extension;
import dev.sluice.ledger.Reservation;
import dev.sluice.ledger.Settlement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Reads the flat replies of the scripts.
final class Replies {

  private Replies() {}

  static Reservation reservation(List<Object> reply, List<Budget> budgets) {
    return switch (word(reply)) {
      case "granted" -> new Reservation.Granted(amount(reply, 1), balances(reply, 2, budgets));
      case "busy" -> new Reservation.Busy(shortOf(reply, budgets));
      case "exhausted" -> new Reservation.Exhausted(shortOf(reply, budgets));
      default -> throw unexpected(reply);
    };
  }

  static Extension extension(List<Object> reply, List<Budget> budgets) {
    return switch (word(reply)) {
      case "extended" ->
          new Extension.Extended(new Amounts(amount(reply, 1), 0), balances(reply, 2, budgets));
      case "busy" -> new Extension.Busy(shortOf(reply, budgets));
      case "exhausted" -> new Extension.Exhausted(shortOf(reply, budgets));
      case "ended" -> new Extension.Ended();
      default -> throw unexpected(reply);
    };
  }

  /// @param asked the outcome that the verb was to bring about
  static Settlement settlement(List<Object> reply, String asked) {
    return switch (word(reply)) {
      case "unknown" -> new Settlement.Unknown();
      case "open" -> new Settlement.StillOpen();
      case "corrected" -> new Settlement.Corrected(amount(reply, 1), amount(reply, 2));
      case "expired" -> new Settlement.AlreadyEnded(amount(reply, 1));
      case "kept" -> new Settlement.AlreadyCorrected(amount(reply, 1));
      case "settled", "released" -> ended(reply, asked);
      default -> throw unexpected(reply);
    };
  }

  private static Settlement ended(List<Object> reply, String asked) {
    var posted = amount(reply, 1);
    var granted = amount(reply, 2);
    if (!word(reply).equals(asked)) {
      return new Settlement.AlreadyEnded(posted);
    }
    return posted.moreThan(granted)
        ? new Settlement.Overrun(posted, posted.minus(granted))
        : new Settlement.Posted(posted);
  }

  /// Posted, held and end of each budget, from `at` on.
  static List<Balance> balances(List<Object> reply, int at, List<Budget> budgets) {
    var balances = new ArrayList<Balance>(budgets.size());
    for (int i = 0; i < budgets.size(); i++) {
      balances.add(balance(reply, at + 3 * i, budgets.get(i)));
    }
    return balances;
  }

  /// The holds after the number of those that were looked at: id, amount, created, note, and the
  /// budgets.
  static List<ExpiredHold> expired(List<Object> reply) {
    return reply.stream().skip(1).map(hold -> expiredHold((List<?>) hold)).toList();
  }

  private static ExpiredHold expiredHold(List<?> hold) {
    return new ExpiredHold(
        (String) hold.get(0),
        new NanoUsd((Long) hold.get(1)),
        Instant.ofEpochMilli((Long) hold.get(2)),
        (String) hold.get(3),
        hold.stream().skip(4).map(String.class::cast).toList());
  }

  private static Balance shortOf(List<Object> reply, List<Budget> budgets) {
    return balance(reply, 2, budgets.get((int) number(reply, 1)));
  }

  private static Balance balance(List<Object> reply, int at, Budget budget) {
    long end = number(reply, at + 2);
    return new Balance(
        budget,
        amount(reply, at),
        amount(reply, at + 1),
        end == 0 ? null : Instant.ofEpochMilli(end));
  }

  /// Whether the caller's calendar was not at the server's time, which is number 1 then.
  static boolean isClock(List<Object> reply) {
    return word(reply).equals("clock");
  }

  static long number(List<Object> reply, int at) {
    return (Long) reply.get(at);
  }

  private static NanoUsd amount(List<Object> reply, int at) {
    return new NanoUsd(number(reply, at));
  }

  private static String word(List<Object> reply) {
    return (String) reply.getFirst();
  }

  private static IllegalStateException unexpected(List<Object> reply) {
    return new IllegalStateException("BUG: the ledger's script answered " + reply);
  }
}
