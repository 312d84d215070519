package dev.sluice.core.listing;

import dev.sluice.core.budget.Balance;
import dev.sluice.core.budget.Budget;
import dev.sluice.core.budget.Limit;
import dev.sluice.core.budget.RateLimit;
import dev.sluice.core.budget.RateStanding;
import dev.sluice.core.budget.Standing;
import dev.sluice.core.budget.Window;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A limit and what is left of it: US dollars as exact decimals, or whole numbers of its measure.
/// What nobody told is null.
///
/// @param name the owner: `alice`, or `alice/anthropic` for a provider config
/// @param window `Minute` to `Year`; null where none ends
/// @param kind `Rolling` or `Calendar`; null with it
/// @param activeGrants raises in force, added to the limit
/// @param resetsAt null too before the first use of a window that starts with it
public record LimitRow(
    String level,
    String name,
    String measure,
    @Nullable String window,
    @Nullable String kind,
    String limit,
    @Nullable String activeGrants,
    @Nullable String posted,
    @Nullable String held,
    @Nullable String remaining,
    @Nullable String resetsAt) {

  public static LimitRow of(Standing standing) {
    var at = standing.resetsAt();
    var resetsAt = at == null ? null : at.toString();
    return switch (standing) {
      case Balance balance ->
          row(
              balance.budget(),
              balance.activeGrants().toUsd(),
              balance.posted().toUsd(),
              balance.held().toUsd(),
              balance.remaining().toUsd(),
              resetsAt);
      case RateStanding rate ->
          row(
              rate.limit(),
              "0",
              Long.toString(rate.posted()),
              Long.toString(rate.held()),
              Long.toString(rate.remaining()),
              resetsAt);
    };
  }

  /// A limit whose use nobody told.
  public static LimitRow untold(Limit limit, Instant now) {
    var grants = limit instanceof Budget budget ? budget.grantsAt(now).toUsd() : "0";
    return row(limit, grants, null, null, null, null);
  }

  private static LimitRow row(
      Limit limit,
      String grants,
      @Nullable String posted,
      @Nullable String held,
      @Nullable String remaining,
      @Nullable String resetsAt) {
    var most =
        switch (limit) {
          case Budget budget -> budget.limit().toUsd();
          case RateLimit rate -> Long.toString(rate.most());
        };
    return new LimitRow(
        limit.level().word(),
        limit.name(),
        limit.measure().word(),
        window(limit.window()),
        kind(limit.window()),
        most,
        grants,
        posted,
        held,
        remaining,
        resetsAt);
  }

  private static @Nullable String window(Window window) {
    return window instanceof Window.Recurring recurring ? recurring.period().title() : null;
  }

  private static @Nullable String kind(Window window) {
    return switch (window) {
      case Window.Calendar _ -> "Calendar";
      case Window.Rolling _ -> "Rolling";
      case Window.Endless _ -> null;
    };
  }
}
