package dev.sluice.compiler.rules;

import dev.sluice.compiler.service.AccountPlan;
import dev.sluice.core.budget.Budget;
import dev.sluice.core.budget.RateLimit;
import dev.sluice.core.policy.Model;
import dev.sluice.core.policy.Upstream;
import dev.sluice.core.price.Price;
import dev.sluice.core.provider.Service;
import java.net.URI;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// A Provider, checked; its Secret is not looked up yet.
///
/// @param region where it is; null where its manifest does not tell
/// @param accounts in the order of the manifest
public record ProviderPlan(
    URI endpoint,
    Service service,
    @Nullable String region,
    List<AccountPlan> accounts,
    SortedMap<String, Model> models,
    @Nullable Price ceilingPrice,
    List<Budget> budgets,
    List<RateLimit> rateLimits,
    Upstream.Timeouts timeouts,
    Upstream.Outlier outlier,
    Visibility visibility) {
  public ProviderPlan {
    accounts = List.copyOf(accounts);
  }

  /// The same with some of its accounts only.
  public ProviderPlan with(List<AccountPlan> some) {
    return new ProviderPlan(
        endpoint,
        service,
        region,
        some,
        models,
        ceilingPrice,
        budgets,
        rateLimits,
        timeouts,
        outlier,
        visibility);
  }
}
