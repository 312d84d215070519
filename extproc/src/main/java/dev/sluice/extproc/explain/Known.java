package dev.sluice.extproc.explain;

import dev.sluice.core.budget.Balance;
import dev.sluice.core.budget.Budget;
import dev.sluice.core.budget.BudgetText;
import dev.sluice.core.budget.Limit;
import dev.sluice.core.budget.Standing;
import dev.sluice.core.listing.LimitRow;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.refusal.Refusal;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.reserve.Reserver;
import dev.sluice.ledger.Reservation.Room;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What is known of the limits that bind a request.
record Known(List<Limit> limits, Map<String, Standing> standings, Instant now) {

  static Known of(List<Limit> limits, Explainer.Standings asked, Sketch sketch, Instant now) {
    var standings = new HashMap<String, Standing>();
    var lasting = new ArrayList<Limit>();
    for (var limit : limits) {
      if (limit instanceof Budget cap && cap.level().caps() && !sketch.namesSession()) {
        // The session begins, and so nothing of it is spent.
        standings.put(cap.id(), new Balance(cap, NanoUsd.ZERO, NanoUsd.ZERO, NanoUsd.ZERO, null));
      } else {
        lasting.add(limit);
      }
    }
    asked.of(lasting).forEach(standing -> standings.put(standing.limit().id(), standing));
    return new Known(limits, standings, now);
  }

  /// As the ladder asks.
  boolean isPosted(List<Budget> budgets, long percent) {
    return budgets.stream()
        .anyMatch(
            budget ->
                standings.get(budget.id()) instanceof Balance balance && balance.isPosted(percent));
  }

  List<LimitRow> rows() {
    return limits.stream().map(this::row).toList();
  }

  private LimitRow row(Limit limit) {
    var standing = standings.get(limit.id());
    return standing == null ? LimitRow.untold(limit, now) : LimitRow.of(standing);
  }

  List<String> unseen() {
    return limits.stream()
        .filter(limit -> !standings.containsKey(limit.id()))
        .map(limit -> "what is used of: " + BudgetText.subject(limit))
        .toList();
  }

  /// What the ledger would say to the hold; null where it would stand.
  @Nullable Refusal refusal(Exchange.Facts facts) {
    var least = Reserver.amounts(facts, facts.bound());
    var rooms =
        limits.stream()
            .flatMap(limit -> Optional.ofNullable(standings.get(limit.id())).stream())
            .map(Room::of)
            .toList();
    var scarce = Room.shortOf(rooms, least, 1);
    var standing = scarce == null ? null : standings.get(scarce.limit().id());
    if (scarce == null || standing == null) {
      return null;
    }
    return scarce.isShortForGood(least, 1)
        ? Reserver.exhausted(standing, least, facts.model())
        : Reserver.busy(standing);
  }

  /// The budget that leaves the least.
  Optional<Balance> tightest() {
    return limits.stream()
        .flatMap(limit -> Optional.ofNullable(standings.get(limit.id())).stream())
        .filter(Balance.class::isInstance)
        .map(Balance.class::cast)
        .min(Comparator.comparing(Balance::remaining));
  }
}
