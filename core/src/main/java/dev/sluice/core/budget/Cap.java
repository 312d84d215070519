package dev.sluice.core.budget;

import dev.sluice.core.money.NanoUsd;

/// The most that each session, or each agent, of a key may spend. It becomes a budget once a
/// request says which session it is of.
///
/// @param level session or agent
/// @param carrier the object that carries it: `namespace/key/name`, or `namespace/team/name/key`,
///   the key with its namespace where that is another one: sessions of two keys are never one
public record Cap(Level level, String carrier, NanoUsd limit) {

  /// From first use on. A session that is longer starts anew: so the ledger can forget it.
  private static final Window.Recurring WINDOW = new Window.Rolling(Period.WEEK);

  public Cap {
    if (!level.caps()) {
      throw new IllegalArgumentException(level + " (expected: session or agent)");
    }
  }

  /// The same, of a team, for one of its keys.
  public Cap ofKey(String namespace, String key) {
    boolean near = carrier.startsWith(namespace + "/");
    return new Cap(level, carrier + "/" + (near ? key : namespace + "/" + key), limit);
  }

  /// @param run the session or the agent, without a slash
  public Budget of(String run) {
    return Budget.of(level, carrier + "/" + run, WINDOW, limit);
  }
}
