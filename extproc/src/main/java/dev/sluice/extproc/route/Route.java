package dev.sluice.extproc.route;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.policy.Model;
import dev.sluice.core.policy.Upstream;
import dev.sluice.core.price.Price;
import java.util.List;

/// Where a request goes, what it costs there, and which budgets pay.
///
/// @param budgets the key's own first, then its provider config's, its teams' and the provider's
public record Route(Upstream upstream, Model model, Price price, List<Budget> budgets) {
  public Route {
    budgets = List.copyOf(budgets);
  }
}
