package dev.sluice.core.policy;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.budget.RateLimit;
import java.util.List;

/// A key's permission to use a provider: an entry of `spec.providers`.
///
/// @param weight the share of sessions among the grants that can serve a model; 0: only after the
///   others
/// @param models canonical model names; all that the team allows where the manifest has none
/// @param budgets of level `providerConfig`
/// @param rateLimits of level `providerConfig`
public record Grant(
    ObjectName provider,
    long weight,
    Globs models,
    List<Budget> budgets,
    List<RateLimit> rateLimits) {
  public Grant {
    budgets = List.copyOf(budgets);
    rateLimits = List.copyOf(rateLimits);
  }
}
