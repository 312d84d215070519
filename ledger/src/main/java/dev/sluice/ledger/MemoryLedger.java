package dev.sluice.ledger;

import dev.sluice.core.budget.Balance;
import dev.sluice.core.budget.Limit;
import dev.sluice.core.budget.Measure;
import dev.sluice.core.budget.Standing;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.ledger.MemoryWindows.Slot;
import dev.sluice.ledger.Reservation.Room;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
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

  private enum Outcome {
    SETTLED,
    RELEASED,
    EXPIRED,
    CORRECTED,
    /// It is asked for only.
    CONFIRMED
  }

  private record Ended(Outcome outcome, Amounts posted) {

    /// As it is remembered.
    Ended told() {
      if (outcome != Outcome.CONFIRMED) {
        return this;
      }
      return new Ended(posted.equals(Amounts.ZERO) ? Outcome.RELEASED : Outcome.SETTLED, posted);
    }
  }

  private record Hold(
      String id,
      Amounts granted,
      Instant createdAt,
      Instant deadline,
      int extensions,
      String note,
      List<Slot> slots,
      @Nullable Ended ended) {

    Hold end(Ended with) {
      return new Hold(id, granted, createdAt, deadline, extensions, note, slots, with);
    }

    Hold until(Instant later) {
      return new Hold(id, granted, createdAt, later, extensions, note, slots, ended);
    }

    Hold extended(Amounts more, int step) {
      return new Hold(id, granted.plus(more), createdAt, deadline, step, note, slots, ended);
    }

    boolean isOpen() {
      return ended == null;
    }

    HoldState state() {
      if (ended == null) {
        return new HoldState.Open(createdAt, note);
      }
      return ended.outcome() == Outcome.EXPIRED
          ? new HoldState.Expired(createdAt, note, ended.posted().usd())
          : new HoldState.Nothing();
    }

    ExpiredHold expired() {
      var limits = slots.stream().map(Slot::id).toList();
      return new ExpiredHold(id, granted.usd(), createdAt, note, limits);
    }
  }

  private final InstantSource clock;
  private final Map<String, Hold> holds = new HashMap<>();
  private final MemoryWindows windows = new MemoryWindows();

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
      return granted(before.granted(), request.limits(), now);
    }
    var rooms = new ArrayList<Room>();
    for (var limit : request.limits()) {
      rooms.add(Room.of(windows.standing(limit, now)));
    }
    var scarce = Room.shortOf(rooms, request.least(), 1);
    if (scarce != null) {
      var standing = windows.standing(scarce.limit(), now);
      return scarce.isShortForGood(request.least(), 1)
          ? new Reservation.Exhausted(standing)
          : new Reservation.Busy(standing);
    }
    var amounts = most(rooms, request.ask());
    open(request, amounts, now);
    return granted(amounts, request.limits(), now);
  }

  private void open(HoldRequest request, Amounts amounts, Instant now) {
    var slots = request.limits().stream().map(limit -> windows.open(limit, now)).toList();
    for (var slot : slots) {
      windows.add(slot, 0, Room.part(slot.limit(), amounts, 1), 0);
    }
    var deadline = now.plusMillis(request.lifetime().toMillis());
    var hold = new Hold(request.id(), amounts, now, deadline, 0, request.note(), slots, null);
    holds.put(request.id(), hold);
  }

  private Reservation granted(Amounts amounts, List<Limit> limits, Instant now) {
    return new Reservation.Granted(amounts, balances(limits, now));
  }

  private static Amounts most(List<Room> rooms, Amounts ask) {
    var usd = ask.usd();
    long tokens = ask.tokens();
    for (var room : rooms) {
      switch (room.limit().measure()) {
        case USD -> usd = usd.min(new NanoUsd(room.free()));
        case TOKENS -> tokens = Math.min(tokens, room.free());
        case REQUESTS, CONCURRENT -> {
          // There is no half request.
        }
      }
    }
    return new Amounts(usd, tokens);
  }

  @Override
  public CompletableFuture<Settlement> charge(HoldRequest request, Charge charge) {
    synchronized (this) {
      if (!holds.containsKey(request.id())) {
        open(request, request.ask(), now());
      }
    }
    return settle(request.id(), charge);
  }

  @Override
  public CompletableFuture<Extension> extend(HoldExtension extension) {
    return CompletableFuture.completedFuture(extendNow(extension));
  }

  private synchronized Extension extendNow(HoldExtension extension) {
    var now = now();
    var hold = holds.get(extension.holdId());
    if (hold == null || !hold.isOpen()) {
      return new Extension.Ended();
    }
    if (extension.step() <= hold.extensions()) {
      return extended(hold, extension.limits(), now);
    }
    var rooms = new ArrayList<Room>();
    for (var limit : extension.limits()) {
      var slot = slotOf(hold, limit);
      if (slot != null) {
        var counted = windows.countersOf(slot);
        long left = limit.ceilingAt(now) - counted.posted();
        long own = Room.part(limit, hold.granted(), 1);
        rooms.add(new Room(limit, left - own, left - counted.held()));
      }
    }
    var scarce = Room.shortOf(rooms, extension.least(), 0);
    if (scarce != null) {
      var standing = standingOf(hold, scarce.limit(), now);
      return scarce.isShortForGood(extension.least(), 0)
          ? new Extension.Exhausted(standing)
          : new Extension.Busy(standing);
    }
    var more = most(rooms, extension.more());
    for (var slot : hold.slots()) {
      windows.add(slot, 0, Room.part(slot.limit(), more, 0), 0);
    }
    var grown = hold.extended(more, extension.step());
    holds.put(hold.id(), grown);
    return extended(grown, extension.limits(), now);
  }

  private Extension extended(Hold hold, List<Limit> limits, Instant now) {
    var balances = new ArrayList<Balance>();
    for (var limit : limits) {
      if (slotOf(hold, limit) != null && standingOf(hold, limit, now) instanceof Balance balance) {
        balances.add(balance);
      }
    }
    return new Extension.Extended(hold.granted(), balances);
  }

  private Standing standingOf(Hold hold, Limit limit, Instant now) {
    var slot = slotOf(hold, limit);
    if (slot == null) {
      throw new IllegalStateException("BUG: " + limit.id() + " is not charged by " + hold.id());
    }
    return windows.standing(slot, limit, now);
  }

  private static @Nullable Slot slotOf(Hold hold, Limit limit) {
    return hold.slots().stream()
        .filter(slot -> slot.id().equals(limit.id()))
        .findFirst()
        .orElse(null);
  }

  @Override
  public synchronized CompletableFuture<Long> heartbeat(
      Collection<String> holdIds, Duration lifetime) {
    var deadline = now().plusMillis(lifetime.toMillis());
    long renewed = 0;
    for (var id : holdIds) {
      var hold = holds.get(id);
      if (hold != null && hold.isOpen() && !hold.deadline().equals(deadline)) {
        holds.put(id, hold.until(deadline));
        renewed++;
      }
    }
    return CompletableFuture.completedFuture(renewed);
  }

  @Override
  public CompletableFuture<Settlement> settle(String holdId, Charge charge) {
    return CompletableFuture.completedFuture(
        end(holdId, new Ended(Outcome.SETTLED, charge.amounts())));
  }

  @Override
  public CompletableFuture<Settlement> release(String holdId) {
    return CompletableFuture.completedFuture(
        end(holdId, new Ended(Outcome.RELEASED, Amounts.ZERO)));
  }

  @Override
  public CompletableFuture<Settlement> correct(String holdId, Charge charge) {
    return CompletableFuture.completedFuture(
        end(holdId, new Ended(Outcome.CORRECTED, charge.amounts())));
  }

  @Override
  public CompletableFuture<Settlement> confirm(String holdId, Charge charge) {
    return CompletableFuture.completedFuture(
        end(holdId, new Ended(Outcome.CONFIRMED, charge.amounts())));
  }

  @Override
  public synchronized CompletableFuture<HoldState> find(String holdId) {
    var hold = holds.get(holdId);
    return CompletableFuture.completedFuture(hold == null ? new HoldState.Nothing() : hold.state());
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
      post(hold, asked.told());
      return posted(hold, asked);
    }
    return switch (before.outcome()) {
      case EXPIRED ->
          hold.slots().isEmpty()
              ? new Settlement.AlreadyEnded(before.posted().usd())
              : corrected(hold, before.posted(), asked.posted());
      case CORRECTED -> new Settlement.AlreadyCorrected(before.posted().usd());
      case SETTLED, RELEASED, CONFIRMED ->
          before.outcome() == asked.outcome()
              ? posted(hold, before)
              : new Settlement.AlreadyEnded(before.posted().usd());
    };
  }

  private static Settlement posted(Hold hold, Ended ended) {
    var usd = ended.posted().usd();
    return usd.moreThan(hold.granted().usd())
        ? new Settlement.Overrun(usd, usd.minus(hold.granted().usd()))
        : new Settlement.Posted(usd);
  }

  private Settlement corrected(Hold hold, Amounts guessed, Amounts asked) {
    var known =
        new Amounts(asked.usd().min(guessed.usd()), Math.min(asked.tokens(), guessed.tokens()));
    for (var slot : hold.slots()) {
      long was = Room.part(slot.limit(), guessed, 0);
      windows.add(slot, Room.part(slot.limit(), known, 0) - was, 0, -was);
    }
    holds.put(hold.id(), hold.end(new Ended(Outcome.CORRECTED, known)));
    return new Settlement.Corrected(known.usd(), guessed.usd());
  }

  @Override
  public synchronized List<ExpiredHold> expire(int max) {
    var now = now();
    var due =
        holds.values().stream()
            .filter(hold -> hold.isOpen() && !hold.deadline().isAfter(now))
            .sorted(Comparator.comparing(Hold::deadline).thenComparing(Hold::id))
            .limit(max)
            .toList();
    due.forEach(hold -> post(hold, new Ended(Outcome.EXPIRED, hold.granted())));
    return due.stream().map(Hold::expired).toList();
  }

  private void post(Hold hold, Ended ended) {
    long requests = ended.outcome() == Outcome.RELEASED ? 0 : 1;
    for (var slot : hold.slots()) {
      boolean guessed = ended.outcome() == Outcome.EXPIRED;
      boolean counts = slot.limit().measure() != Measure.CONCURRENT;
      windows.add(
          slot,
          counts ? Room.part(slot.limit(), ended.posted(), requests) : 0,
          -Room.part(slot.limit(), hold.granted(), 1),
          guessed ? Room.part(slot.limit(), ended.posted(), 0) : 0);
    }
    holds.put(hold.id(), hold.end(ended));
  }

  @Override
  public synchronized List<Standing> standings(List<? extends Limit> limits) {
    var now = now();
    return limits.stream().map(limit -> windows.standing(limit, now)).toList();
  }

  private List<Balance> balances(List<Limit> limits, Instant now) {
    var balances = new ArrayList<Balance>();
    for (var limit : limits) {
      if (windows.standing(limit, now) instanceof Balance balance) {
        balances.add(balance);
      }
    }
    return balances;
  }

  /// In milliseconds, as every ledger counts.
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  @Override
  public void close() {}
}
