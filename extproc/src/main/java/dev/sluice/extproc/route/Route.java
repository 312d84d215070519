package dev.sluice.extproc.route;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.budget.Limit;
import dev.sluice.core.policy.Model;
import dev.sluice.core.policy.Upstream;
import dev.sluice.core.price.Price;
import java.util.List;

/// Where a request goes, what it costs there, and which limits bind it.
///
/// @param limits all budgets, then the caps, then the rate limits: what money refuses for good need
///   not wait for a rate
public record Route(Upstream upstream, Model model, Price price, List<Limit> limits) {
  public Route {
    limits = List.copyOf(limits);
  }

  /// The budgets and caps among the limits.
  public List<Budget> budgets() {
    return limits.stream().filter(Budget.class::isInstance).map(Budget.class::cast).toList();
  }
}
