package dev.sluice.compiler.rules;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.budget.RateLimit;
import dev.sluice.core.policy.Model;
import dev.sluice.core.policy.Upstream;
import dev.sluice.core.price.Price;
import dev.sluice.crds.SecretKeyRef;
import java.net.URI;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// A Provider, checked; its Secret is not looked up yet.
///
/// @param credential the credential's name
public record ProviderPlan(
    URI endpoint,
    String credential,
    SecretKeyRef secret,
    SortedMap<String, Model> models,
    @Nullable Price ceilingPrice,
    List<Budget> budgets,
    List<RateLimit> rateLimits,
    Upstream.Timeouts timeouts,
    Visibility visibility) {}
