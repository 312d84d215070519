package dev.sluice.compiler.rules;

import dev.sluice.compiler.service.CredentialPlan;
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
/// @param credential the credential's name
/// @param source where its value comes from
public record ProviderPlan(
    URI endpoint,
    Service service,
    @Nullable String region,
    String credential,
    CredentialPlan source,
    SortedMap<String, Model> models,
    @Nullable Price ceilingPrice,
    List<Budget> budgets,
    List<RateLimit> rateLimits,
    Upstream.Timeouts timeouts,
    Upstream.Outlier outlier,
    Visibility visibility) {}
