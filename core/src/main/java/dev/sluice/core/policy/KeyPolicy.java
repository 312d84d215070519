package dev.sluice.core.policy;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.budget.Cap;
import dev.sluice.core.budget.RateLimit;
import dev.sluice.core.mcp.ToolAccess;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// All that one virtual key may do.
///
/// @param team the key's own team, null without one
/// @param models one entry for each team on the path to the root that limits models; all must match
/// @param grants in the order of the manifest; none of a provider that one of the teams withholds
/// @param aliases from the asked name to a model name or `provider/model`; the key's own win over
///   its teams'
/// @param minOutputTokens `max_tokens` is never lowered below this
/// @param budgets the key's own first, then the teams' from its own to the root
/// @param rateLimits in the same order
/// @param caps in the same order
/// @param ladders in the same order
/// @param whenLedgerAway the choice of the root team
/// @param routing its own, with its teams' below it
/// @param tools of servers, its own and its teams' lists
public record KeyPolicy(
    ObjectName name,
    KeyDigest digest,
    @Nullable String owner,
    @Nullable ObjectName team,
    boolean suspended,
    @Nullable Instant expiresAt,
    List<Globs> models,
    List<Grant> grants,
    Map<String, String> aliases,
    long minOutputTokens,
    List<Budget> budgets,
    List<RateLimit> rateLimits,
    List<Cap> caps,
    List<Ladder> ladders,
    LedgerAway whenLedgerAway,
    Routing routing,
    ToolAccess tools) {

  public KeyPolicy {
    models = List.copyOf(models);
    grants = List.copyOf(grants);
    aliases = Map.copyOf(aliases);
    budgets = List.copyOf(budgets);
    rateLimits = List.copyOf(rateLimits);
    caps = List.copyOf(caps);
    ladders = List.copyOf(ladders);
  }

  /// The same for another value of the key, which is valid until then at most.
  public KeyPolicy of(KeyDigest other, Instant until) {
    boolean sooner = expiresAt != null && expiresAt.isBefore(until);
    return new KeyPolicy(
        name,
        other,
        owner,
        team,
        suspended,
        sooner ? expiresAt : until,
        models,
        grants,
        aliases,
        minOutputTokens,
        budgets,
        rateLimits,
        caps,
        ladders,
        whenLedgerAway,
        routing,
        tools);
  }

  /// Whether this is valid for longer.
  boolean outlives(KeyPolicy other) {
    return other.expiresAt != null && (expiresAt == null || expiresAt.isAfter(other.expiresAt));
  }
}
