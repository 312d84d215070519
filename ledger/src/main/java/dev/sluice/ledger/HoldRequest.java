package dev.sluice.ledger;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.money.NanoUsd;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;

/// Asks for a hold.
///
/// @param id unique for ever; the request id
/// @param budgets every budget that applies, in the order in which they are shown
/// @param ask the amount that covers the call whatever happens
/// @param least the amount below which the call cannot be made smaller; at most `ask`. Where `ask`
///   does not fit but `least` does, the hold is all that fits
/// @param note told again by the [ExpiredHold], should it come to that; kept as it is
/// @param lifetime after which the hold ends by itself
public record HoldRequest(
    String id, List<Budget> budgets, NanoUsd ask, NanoUsd least, String note, Duration lifetime) {
  public HoldRequest {
    budgets = List.copyOf(budgets);
    if (id.isEmpty()) {
      throw bad("id", id, "not empty");
    }
    if (isNoAmount(ask)) {
      throw bad("ask", ask, "$0.." + NanoUsd.MAX);
    }
    if (isNoAmount(least) || least.moreThan(ask)) {
      throw bad("least", least, "$0.." + ask);
    }
    if (note.indexOf('\0') >= 0) {
      throw bad("note", note, "no character 0");
    }
    if (lifetime.toMillis() <= 0) {
      throw bad("lifetime", lifetime, "1 ms or more");
    }
    var ids = new HashSet<String>();
    for (var budget : budgets) {
      if (isNoAmount(budget.ceiling())) {
        throw bad(budget.id(), budget.ceiling(), "$0.." + NanoUsd.MAX);
      }
      if (!ids.add(budget.id())) {
        throw bad("budgets", budget.id() + " twice", "each once");
      }
    }
  }

  private static boolean isNoAmount(NanoUsd amount) {
    return amount.nanos() < 0 || amount.moreThan(NanoUsd.MAX);
  }

  private static IllegalArgumentException bad(String name, Object value, String expected) {
    return new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
  }
}
