package dev.sluice.core.budget;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

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

  /// When the ceiling that holds now ends; null where it does not.
  @Nullable Instant ceilingEnds(Instant now);

  /// The owner without its namespace, as people say it: `alice`, or `alice/anthropic`.
  default String name() {
    return owner().substring(owner().indexOf('/') + 1);
  }
}
