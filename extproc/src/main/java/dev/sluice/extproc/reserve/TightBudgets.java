package dev.sluice.extproc.reserve;

import dev.sluice.core.budget.Balance;
import dev.sluice.core.budget.Budget;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.wire.anthropic.LooseBound;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// Remembers how much of each budget was left when the ledger last told, to say where money is
/// tight. It may be wrong, which costs a little time or a tighter bound; the ledger decides.
final class TightBudgets {

  private static final int BUDGETS_MAX = 10_000;

  /// So many times the price of a request's input, loosely bound, must be left. More than once, so
  /// that a session is known before a loose bound does not fit any more.
  private static final long INPUTS_LEFT_MIN = 4;

  private final ConcurrentMap<String, NanoUsd> left = new ConcurrentHashMap<>();

  void note(List<Balance> balances) {
    for (var balance : balances) {
      // Caps are ever new ones, as sessions are. What is forgotten is told again.
      if (left.size() >= BUDGETS_MAX) {
        left.clear();
      }
      left.put(balance.budget().id(), balance.remaining());
    }
  }

  /// Whether a tighter bound is worth its price for this request: the body is needed for it.
  boolean tight(Exchange.Facts facts) {
    var price = facts.route().price();
    var ask = facts.bound().cost(price);
    var input = facts.bound().withOutput(0).cost(price);
    return facts.route().budgets().stream()
        .map(this::left)
        .anyMatch(
            some -> some.compareTo(ask) < 0 || some.nanos() / INPUTS_LEFT_MIN < input.nanos());
  }

  /// Whether all that a bound can cost seems to be left.
  boolean cover(Exchange.Facts facts, LooseBound bound) {
    var cost = bound.cost(facts.route().price());
    return facts.route().budgets().stream()
        .map(this::left)
        .allMatch(some -> some.compareTo(cost) >= 0);
  }

  private NanoUsd left(Budget budget) {
    return left.getOrDefault(budget.id(), budget.limit());
  }
}
