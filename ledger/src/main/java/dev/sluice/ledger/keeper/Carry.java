package dev.sluice.ledger.keeper;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.ledger.Amounts;
import dev.sluice.ledger.Charge;
import dev.sluice.ledger.HoldRequest;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.books.BookEvent;
import dev.sluice.ledger.books.Slot;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.json.JsonMapper;

/// What the log shows for a budget that does not have it: the sum of what was posted for its owner
/// by events that do not name it. Not for more than one thread.
///
/// A carry is booked as a charge on the budget alone. Its event tells up to which event it goes, so
/// that the next carry begins there; and its id tells where it begins, so that of several gateways
/// that find the same one books it.
final class Carry {

  private static final String TO = "carriedTo";

  private final Budget budget;
  private final Instant from;
  private final long after;
  private final Set<String> expired = new HashSet<>();
  private long usd;
  private long to;
  private long carriedTo;

  /// @param from what was posted before is of a window that is over
  /// @param after sequence of the last event that was carried before
  Carry(Budget budget, Instant from, long after) {
    this.budget = budget;
    this.from = from;
    this.after = after;
  }

  Budget budget() {
    return budget;
  }

  Instant from() {
    return from;
  }

  /// The last event that carries of the past have, as the log tells.
  long carriedTo() {
    return carriedTo;
  }

  /// @param event in the order of the log, each once
  void add(BookEvent event) {
    boolean named = names(event.slots(), budget);
    if (event.holdId().startsWith(HoldRequest.CARRIED)) {
      carriedTo = named ? Math.max(carriedTo, carriedTo(event.text())) : carriedTo;
    } else if (!named && event.time() >= from.toEpochMilli() && counts(event)) {
      usd += event.position().sequence() > after ? event.posted().usd() : 0;
    }
  }

  static boolean names(List<Slot> slots, Budget budget) {
    return slots.stream().anyMatch(slot -> slot.window().limit().equals(budget.id()));
  }

  /// A correction counts where what it corrects does.
  private boolean counts(BookEvent event) {
    return switch (event.kind()) {
      case SETTLED -> true;
      case EXPIRED -> expired.add(event.holdId());
      case CORRECTED -> expired.contains(event.holdId());
      case RESERVED, EXTENDED, RELEASED -> false;
    };
  }

  /// @param last sequence of the last event in the log
  void end(long last) {
    to = last;
  }

  /// What is posted in windows within the period was spent in it, whether the log has it or not. Of
  /// what was carried before it is not known whether it is a part of that.
  ///
  /// @param position sequence of the last event that they have
  void atLeast(long posted, long position) {
    if (posted > usd && after == 0) {
      usd = posted;
      to = position;
    }
  }

  /// Corrections of what was carried before can be more than all the rest.
  NanoUsd usd() {
    return new NanoUsd(Math.max(0, usd)).min(NanoUsd.MAX);
  }

  HoldRequest request() {
    return new HoldRequest(
        HoldRequest.CARRIED + budget.id() + ":" + after,
        List.of(budget),
        Amounts.usd(usd()),
        Amounts.usd(usd()),
        text(),
        Ledger.MEMORY);
  }

  Charge charge() {
    return new Charge(Amounts.usd(usd()), text());
  }

  private String text() {
    return JsonMapper.shared().writeValueAsString(Map.of(TO, to));
  }

  private static long carriedTo(String text) {
    return JsonMapper.shared().readTree(text).path(TO).asLong(0);
  }
}
