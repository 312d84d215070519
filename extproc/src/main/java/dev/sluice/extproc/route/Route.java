package dev.sluice.extproc.route;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.budget.Limit;
import dev.sluice.core.policy.Model;
import dev.sluice.core.policy.Upstream;
import dev.sluice.core.price.Price;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where a request goes, what it costs there, and which limits bind it.
///
/// @param account at the provider, by the name of its credential
/// @param limits all budgets, then the caps, then the rate limits: what money refuses for good need
///   not wait for a rate
/// @param insteadOf the model that was asked for, where a cheaper one serves; else null
public record Route(
    Upstream upstream,
    String account,
    Model model,
    Price price,
    List<Limit> limits,
    @Nullable Model insteadOf) {
  public Route {
    limits = List.copyOf(limits);
  }

  /// The budgets and caps among the limits.
  public List<Budget> budgets() {
    return limits.stream().filter(Budget.class::isInstance).map(Budget.class::cast).toList();
  }

  /// The same way to a cheaper model.
  public Route degradedTo(Model cheaper, Price itsPrice) {
    return new Route(
        upstream, account, cheaper, itsPrice, limits, insteadOf == null ? model : insteadOf);
  }
}
