package dev.sluice.core.policy;

/// What happens to a key's requests while the ledger does not answer.
public enum LedgerAway {
  /// They are refused, since nobody knows what is left.
  REFUSE,
  /// They go on without a hold, and what they cost is posted once the ledger is back.
  ALLOW
}
