package dev.sluice.ledger;

import dev.sluice.core.budget.Balance;
import dev.sluice.core.budget.Budget;
import dev.sluice.core.budget.Window;
import dev.sluice.core.money.NanoUsd;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// The ledger as plain maps: the model that every other ledger must equal, answer for answer.
///
/// It forgets nothing, neither ended holds nor past windows, and is not meant for production.
public final class MemoryLedger implements Ledger {

  /// One window of one budget.
  private record Slot(String budget, Instant start) {}

  private record Counters(NanoUsd posted, NanoUsd held, NanoUsd unconfirmed) {
    static final Counters ZERO = new Counters(NanoUsd.ZERO, NanoUsd.ZERO, NanoUsd.ZERO);

    Counters hold(NanoUsd amount) {
      return new Counters(posted, held.plus(amount), unconfirmed);
    }

    Counters correct(NanoUsd guessed, NanoUsd cost) {
      return new Counters(posted.minus(guessed).plus(cost), held, unconfirmed.minus(guessed));
    }

    Counters end(NanoUsd granted, NanoUsd cost, NanoUsd guessed) {
      return new Counters(posted.plus(cost), held.minus(granted), unconfirmed.plus(guessed));
    }
  }

  private enum Outcome {
    SETTLED,
    RELEASED,
    EXPIRED,
    CORRECTED
  }

  private record Ended(Outcome outcome, NanoUsd posted) {}

  private record Hold(
      String id,
      NanoUsd granted,
      int step,
      Instant createdAt,
      Instant deadline,
      String note,
      List<Slot> slots,
      @Nullable Ended ended) {
    Hold end(Ended with) {
      return new Hold(id, granted, step, createdAt, deadline, note, slots, with);
    }

    Hold grow(NanoUsd by, int asked) {
      return new Hold(id, granted.plus(by), asked, createdAt, deadline, note, slots, ended);
    }

    ExpiredHold expired() {
      return new ExpiredHold(
          id, granted, createdAt, note, slots.stream().map(Slot::budget).toList());
    }
  }

  private final InstantSource clock;
  private final Map<String, Hold> holds = new HashMap<>();
  private final Map<Slot, Counters> counters = new HashMap<>();
  private final Map<String, Instant> opened = new HashMap<>();

  public MemoryLedger(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public CompletableFuture<Reservation> reserve(HoldRequest request) {
    return CompletableFuture.completedFuture(hold(request));
  }

  private synchronized Reservation hold(HoldRequest request) {
    var now = now();
    var before = holds.get(request.id());
    if (before != null) {
      return new Reservation.Granted(before.granted(), balances(request.budgets()));
    }
    var balances = balances(request.budgets());
    for (var balance : balances) {
      if (free(balance).plus(balance.held()).compareTo(request.least()) < 0) {
        return new Reservation.Exhausted(balance);
      }
    }
    var amount = request.ask();
    for (var balance : balances) {
      if (free(balance).compareTo(request.least()) < 0) {
        return new Reservation.Busy(balance);
      }
      amount = amount.min(free(balance));
    }
    var slots = request.budgets().stream().map(budget -> openSlot(budget, now)).toList();
    for (var slot : slots) {
      counters.put(slot, countersOf(slot).hold(amount));
    }
    var deadline = now.plusMillis(request.lifetime().toMillis());
    holds.put(
        request.id(),
        new Hold(request.id(), amount, 0, now, deadline, request.note(), slots, null));
    return new Reservation.Granted(amount, balances(request.budgets()));
  }

  @Override
  public CompletableFuture<Extension> extend(HoldExtension extension) {
    return CompletableFuture.completedFuture(grow(extension));
  }

  private synchronized Extension grow(HoldExtension extension) {
    var hold = holds.get(extension.holdId());
    if (hold == null || hold.ended() != null) {
      return new Extension.Ended();
    }
    var budgets = extension.budgets();
    if (extension.step() <= hold.step()) {
      return new Extension.Extended(new Amounts(hold.granted(), 0), charged(hold, budgets));
    }
    var least = extension.least().usd();
    var amount = extension.more().usd();
    for (var balance : charged(hold, budgets)) {
      if (free(balance).plus(balance.held()).minus(hold.granted()).compareTo(least) < 0) {
        return new Extension.Exhausted(balance);
      }
      if (free(balance).compareTo(least) < 0) {
        return new Extension.Busy(balance);
      }
      amount = amount.min(free(balance));
    }
    for (var slot : hold.slots()) {
      counters.put(slot, countersOf(slot).hold(amount));
    }
    var grown = hold.grow(amount, extension.step());
    holds.put(hold.id(), grown);
    return new Extension.Extended(new Amounts(grown.granted(), 0), charged(grown, budgets));
  }

  /// The balances of the windows that a hold charges.
  private List<Balance> charged(Hold hold, List<Budget> budgets) {
    return budgets.stream()
        .map(
            budget -> {
              var slot =
                  hold.slots().stream()
                      .filter(s -> s.budget().equals(budget.id()))
                      .findFirst()
                      .orElseThrow();
              var now = countersOf(slot);
              return new Balance(budget, now.posted(), now.held(), slot.start());
            })
        .toList();
  }

  @Override
  public CompletableFuture<Settlement> settle(String holdId, NanoUsd cost) {
    return CompletableFuture.completedFuture(end(holdId, new Ended(Outcome.SETTLED, cost)));
  }

  @Override
  public CompletableFuture<Settlement> release(String holdId) {
    return CompletableFuture.completedFuture(
        end(holdId, new Ended(Outcome.RELEASED, NanoUsd.ZERO)));
  }

  @Override
  public CompletableFuture<Settlement> correct(String holdId, NanoUsd cost) {
    return CompletableFuture.completedFuture(end(holdId, new Ended(Outcome.CORRECTED, cost)));
  }

  private synchronized Settlement end(String holdId, Ended asked) {
    var hold = holds.get(holdId);
    if (hold == null) {
      return new Settlement.Unknown();
    }
    var before = hold.ended();
    if (before == null && asked.outcome() == Outcome.CORRECTED) {
      return new Settlement.StillOpen();
    }
    if (before == null) {
      post(hold, asked);
      return posted(hold, asked);
    }
    return switch (before.outcome()) {
      case EXPIRED ->
          hold.slots().isEmpty()
              ? new Settlement.AlreadyEnded(before.posted())
              : corrected(hold, before.posted(), asked.posted().min(before.posted()));
      case CORRECTED -> new Settlement.AlreadyCorrected(before.posted());
      case SETTLED, RELEASED ->
          before.outcome() == asked.outcome()
              ? posted(hold, before)
              : new Settlement.AlreadyEnded(before.posted());
    };
  }

  private static Settlement posted(Hold hold, Ended ended) {
    return ended.posted().moreThan(hold.granted())
        ? new Settlement.Overrun(ended.posted(), ended.posted().minus(hold.granted()))
        : new Settlement.Posted(ended.posted());
  }

  private Settlement corrected(Hold hold, NanoUsd guessed, NanoUsd cost) {
    for (var slot : hold.slots()) {
      counters.put(slot, countersOf(slot).correct(guessed, cost));
    }
    holds.put(hold.id(), hold.end(new Ended(Outcome.CORRECTED, cost)));
    return new Settlement.Corrected(cost, guessed);
  }

  @Override
  public synchronized List<ExpiredHold> expire(int max) {
    var now = now();
    var due =
        holds.values().stream()
            .filter(hold -> hold.ended() == null && !hold.deadline().isAfter(now))
            .sorted(Comparator.comparing(Hold::deadline).thenComparing(Hold::id))
            .limit(max)
            .toList();
    due.forEach(hold -> post(hold, new Ended(Outcome.EXPIRED, hold.granted())));
    return due.stream().map(Hold::expired).toList();
  }

  private void post(Hold hold, Ended ended) {
    var guessed = ended.outcome() == Outcome.EXPIRED ? ended.posted() : NanoUsd.ZERO;
    for (var slot : hold.slots()) {
      counters.put(slot, countersOf(slot).end(hold.granted(), ended.posted(), guessed));
    }
    holds.put(hold.id(), hold.end(ended));
  }

  @Override
  public synchronized List<Balance> balances(List<Budget> budgets) {
    var now = now();
    return budgets.stream().map(budget -> balance(budget, span(budget, now))).toList();
  }

  private Balance balance(Budget budget, Window.@Nullable Span span) {
    if (span == null) {
      return new Balance(budget, NanoUsd.ZERO, NanoUsd.ZERO, null);
    }
    var current = countersOf(new Slot(budget.id(), span.start()));
    return new Balance(budget, current.posted(), current.held(), span.end());
  }

  /// The window of now; null where one that starts at first use is not open.
  private Window.@Nullable Span span(Budget budget, Instant now) {
    return switch (budget.window()) {
      case Window.Calendar calendar -> calendar.at(now);
      case Window.Rolling(var period) -> {
        var start = opened.get(budget.id());
        yield start != null && now.isBefore(start.plus(period.fixed()))
            ? new Window.Span(start, start.plus(period.fixed()))
            : null;
      }
    };
  }

  private Slot openSlot(Budget budget, Instant now) {
    var span = span(budget, now);
    if (span == null) {
      opened.put(budget.id(), now);
      return new Slot(budget.id(), now);
    }
    return new Slot(budget.id(), span.start());
  }

  private Counters countersOf(Slot slot) {
    return counters.getOrDefault(slot, Counters.ZERO);
  }

  private static NanoUsd free(Balance balance) {
    return balance.budget().ceiling().minus(balance.posted()).minus(balance.held());
  }

  /// In milliseconds, as every ledger counts.
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  @Override
  public void close() {}
}
