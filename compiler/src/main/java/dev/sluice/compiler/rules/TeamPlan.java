package dev.sluice.compiler.rules;

import dev.sluice.compiler.service.Reach;
import dev.sluice.core.budget.Budget;
import dev.sluice.core.budget.Cap;
import dev.sluice.core.budget.RateLimit;
import dev.sluice.core.mcp.ToolAccess.ToolGrant;
import dev.sluice.core.policy.Globs;
import dev.sluice.core.policy.Ladder;
import dev.sluice.core.policy.LedgerAway;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.policy.Routing;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// A Team, checked; its parent is not looked up yet.
///
/// @param caps not of a key yet
/// @param models null where this team does not limit models
/// @param tiers one that a key cannot use is left out for it
/// @param reach where requests of the team's keys may go
/// @param tools null where this team does not limit them
/// @param whenLedgerAway null where the manifest does not say
public record TeamPlan(
    @Nullable ObjectName parent,
    List<Budget> budgets,
    List<RateLimit> rateLimits,
    List<Cap> caps,
    @Nullable Globs models,
    SortedMap<String, String> aliases,
    @Nullable Long minOutputTokens,
    List<Ladder.Step> degrade,
    Map<Routing.Tier, String> tiers,
    Reach reach,
    SimplicityPlan simplicity,
    @Nullable List<ToolGrant> tools,
    @Nullable LedgerAway whenLedgerAway,
    Visibility visibility) {}
