package dev.sluice.compiler.rules;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.budget.Cap;
import dev.sluice.core.budget.RateLimit;
import dev.sluice.core.mcp.ToolAccess.ToolGrant;
import dev.sluice.core.policy.Grant;
import dev.sluice.core.policy.Ladder;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.policy.Routing;
import dev.sluice.crds.SecretKeyRef;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// A VirtualKey, checked; its team, providers and Secret are not looked up yet.
///
/// @param routing with the standard of what is simple
/// @param secret null for a key that we make
/// @param tools of servers; none where it is empty
public record KeyPlan(
    @Nullable ObjectName team,
    @Nullable String owner,
    @Nullable SecretKeyRef secret,
    boolean suspended,
    @Nullable Instant expiresAt,
    List<Grant> grants,
    List<Budget> budgets,
    List<RateLimit> rateLimits,
    List<Cap> caps,
    SortedMap<String, String> aliases,
    @Nullable Long minOutputTokens,
    List<Ladder.Step> degrade,
    Routing routing,
    SimplicityPlan simplicity,
    List<ToolGrant> tools) {}
