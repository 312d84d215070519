package dev.sluice.core.budget;

import dev.sluice.core.money.NanoUsd;

/// A limit on what may be spent in each window.
///
/// @param owner the object that carries it: `namespace/name`, or `namespace/key/provider` for a
///   key's provider config; with level and window it is the budget's identity, so that editing,
///   deleting or re-creating a manifest never resets what was spent
/// @param limit at most [NanoUsd#MAX], grants included
/// @param activeGrants raises in force now, added to the limit
public record Budget(
    Level level, String owner, Window window, NanoUsd limit, NanoUsd activeGrants) {

  /// The name of this budget in the ledger, stable for ever.
  public String id() {
    return level.word() + ":" + owner + ":" + window.id();
  }

  /// The limit with all raises.
  public NanoUsd ceiling() {
    return limit.plus(activeGrants);
  }

  /// The owner without its namespace, as people say it: `alice`, or `alice/anthropic`.
  public String name() {
    return owner.substring(owner.indexOf('/') + 1);
  }
}
