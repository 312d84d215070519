package dev.sluice.extproc.route;

import dev.sluice.core.budget.Cap;
import dev.sluice.core.budget.Level;
import dev.sluice.core.budget.Limit;
import dev.sluice.core.policy.Grant;
import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.core.policy.Upstream;
import dev.sluice.extproc.decode.Client;
import java.util.ArrayList;
import java.util.List;

/// Gathers every limit that binds a request: the key's own first, then its provider config's, its
/// teams' and the provider's.
final class Limits {

  private Limits() {}

  static List<Limit> of(KeyPolicy key, Grant grant, Upstream upstream, Client client) {
    var limits = new ArrayList<Limit>();
    addAll(limits, key.budgets(), Level.KEY);
    limits.addAll(grant.budgets());
    addAll(limits, key.budgets(), Level.TEAM);
    limits.addAll(upstream.budgets());
    for (var cap : key.caps()) {
      add(limits, cap, client);
    }
    addAll(limits, key.rateLimits(), Level.KEY);
    limits.addAll(grant.rateLimits());
    addAll(limits, key.rateLimits(), Level.TEAM);
    limits.addAll(upstream.rateLimits());
    return limits;
  }

  private static void addAll(List<Limit> all, List<? extends Limit> some, Level level) {
    for (var limit : some) {
      if (limit.level() == level) {
        all.add(limit);
      }
    }
  }

  /// A request that names no session is of one that has no name; one that names no agent is of
  /// none.
  private static void add(List<Limit> all, Cap cap, Client client) {
    if (cap.level() == Level.SESSION) {
      all.add(cap.of(Run.of(client.sessionId())));
    } else if (client.agentId() != null) {
      all.add(cap.of(Run.of(client.agentId())));
    }
  }
}
