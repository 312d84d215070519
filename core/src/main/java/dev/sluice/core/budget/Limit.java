package dev.sluice.core.budget;

import java.time.Instant;

/// A bound on what is used in each window, at one level: of money or of rate.
public sealed interface Limit permits Budget, RateLimit {

  Level level();

  /// The object that carries it: `namespace/name`, or `namespace/key/provider`.
  String owner();

  Window window();

  Measure measure();

  /// The name in the ledger, stable for ever: editing, deleting or re-creating a manifest never
  /// resets what was used.
  String id();

  /// What may be used in a window, raises included, in units of the measure; at most 2^53.
  long ceilingAt(Instant now);

  /// From when to when the ceiling of `now` holds, as far as raises change it.
  Window.Span ceilingHolds(Instant now);

  /// The owner as people say it: `alice`, or `alice/anthropic`; with its namespace where that is
  /// not `default` and may be another one than the key's, as a Team's.
  default String name() {
    boolean shared = level() == Level.TEAM || level() == Level.PROVIDER;
    return shared && !owner().startsWith("default/")
        ? owner()
        : owner().substring(owner().indexOf('/') + 1);
  }
}
