package dev.sluice.core.budget;

import dev.sluice.core.money.NanoUsd;
import java.time.Instant;
import java.util.List;

/// A limit on what may be spent in each window.
///
/// @param owner the object that carries it: `namespace/name`, or `namespace/key/provider` for a
///   key's provider config, or as a [Cap] says; with level and window it is the budget's identity
/// @param limit at most [NanoUsd#MAX], all raises included
public record Budget(
    Level level, String owner, Window.Recurring window, NanoUsd limit, List<Raise> raises)
    implements Limit {

  public Budget {
    raises = List.copyOf(raises);
    var most = limit;
    for (var raise : raises) {
      most = most.plus(raise.add());
    }
    if (limit.nanos() < 0 || most.moreThan(NanoUsd.MAX)) {
      throw new IllegalArgumentException(
          "limit of " + owner + ": " + most + " (expected: $0.." + NanoUsd.MAX + ")");
    }
  }

  /// A budget that nothing raises.
  public static Budget of(Level level, String owner, Window.Recurring window, NanoUsd limit) {
    return new Budget(level, owner, window, limit, List.of());
  }

  @Override
  public Measure measure() {
    return Measure.USD;
  }

  @Override
  public String id() {
    return level.word() + ":" + owner + ":" + window.id();
  }

  /// The raises that are in force.
  public NanoUsd grantsAt(Instant now) {
    var sum = NanoUsd.ZERO;
    for (var raise : raises) {
      sum = raise.isActive(now) ? sum.plus(raise.add()) : sum;
    }
    return sum;
  }

  @Override
  public long ceilingAt(Instant now) {
    return limit.plus(grantsAt(now)).nanos();
  }

  @Override
  public Window.Span ceilingHolds(Instant now) {
    var from = Window.Span.ALWAYS.start();
    var to = Window.Span.ALWAYS.end();
    for (var raise : raises) {
      if (!raise.isActive(now)) {
        from = raise.until().isAfter(from) ? raise.until() : from;
      } else if (raise.until().isBefore(to)) {
        to = raise.until();
      }
    }
    return new Window.Span(from, to);
  }
}
