package dev.sluice.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.budget.Balance;
import dev.sluice.core.budget.Budget;
import dev.sluice.core.budget.Level;
import dev.sluice.core.budget.Period;
import dev.sluice.core.budget.Window;
import dev.sluice.core.money.NanoUsd;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/// A random history of verbs, with repeated and late ones and clock jumps, played on one or more
/// ledgers that share a store, and on the model: every answer must be equal.
///
/// It keeps its own books from the answers alone, and compares them after every step: at every
/// level posted + held is within the ceiling unless more than a hold was settled there, and sums
/// are equal.
public final class History {

  private static final List<ZoneId> ZONES =
      List.of(
          ZoneId.of("UTC"),
          ZoneId.of("Europe/Berlin"),
          ZoneId.of("America/Havana"),
          ZoneId.of("Africa/Cairo"),
          ZoneId.of("Pacific/Kiritimati"),
          ZoneId.of("Etc/GMT+12"),
          ZoneId.of("Australia/Lord_Howe"));

  /// One window that was charged, in the words of a balance.
  private record Slot(String budget, Instant resetsAt) {}

  /// What this test knows of a hold. `posted` is null while it is open.
  private static final class Known {
    final HoldRequest request;
    final NanoUsd granted;
    final List<Slot> slots;
    NanoUsd posted;
    boolean expired;
    boolean corrected;

    Known(HoldRequest request, NanoUsd granted, List<Slot> slots) {
      this.request = request;
      this.granted = granted;
      this.slots = slots;
    }
  }

  private final Random random;
  private final List<Blocking> ledgers;
  private final Blocking model;
  private final ManualClock clock = new ManualClock();
  private final Consumer<Instant> storeClock;
  private final List<Budget> budgets = new ArrayList<>();
  private final Map<String, Known> known = new LinkedHashMap<>();
  private final Set<Slot> overrun = new HashSet<>();
  private final List<String> log = new ArrayList<>();
  private int ids;

  /// @param ledgers clients of one store; empty: the model is checked alone
  /// @param storeClock sets the store's time
  public History(long seed, List<Blocking> ledgers, Consumer<Instant> storeClock) {
    this.random = new Random(seed);
    this.ledgers = ledgers;
    this.storeClock = storeClock;
    this.model = new Blocking(new MemoryLedger(clock));
    log.add("seed " + seed);
    setTime(clock.instant().plusMillis(random.nextLong(Duration.ofDays(800).toMillis())));
    for (int i = 1 + random.nextInt(6); i > 0; i--) {
      budgets.add(budget(i));
    }
  }

  private Budget budget(int number) {
    var period = Period.values()[random.nextInt(Period.values().length)];
    var window =
        random.nextBoolean()
            ? new Window.Rolling(period)
            : new Window.Calendar(period, ZONES.get(random.nextInt(ZONES.size())));
    return new Budget(Level.TEAM, "default/b" + number, window, amount(), amount());
  }

  /// Small numbers meet the limits often; some are large, to be exact with 16 digits.
  private NanoUsd amount() {
    return new NanoUsd(random.nextInt(4) == 0 ? random.nextLong(1L << 52) : random.nextInt(100));
  }

  public void play(int steps, Runnable betweenSteps) {
    for (int i = 0; i < steps; i++) {
      step();
      check();
      betweenSteps.run();
    }
    setTime(clock.instant().plus(Duration.ofDays(1)));
    expire(Integer.MAX_VALUE);
    check();
    assertThat(known.values()).as("holds end: %s", this).allMatch(hold -> hold.posted != null);
  }

  private void step() {
    switch (random.nextInt(14)) {
      case 0, 1, 2 -> reserve(request("h" + ids++));
      case 3 -> reserve(randomRequest());
      case 4, 5, 6 -> settle(randomId(), amount());
      case 7 -> settleWithin();
      case 8 -> release(randomId());
      case 10 -> correct(randomId(), amount());
      case 11 -> endLate();
      case 9 -> expire(1 + random.nextInt(3));
      default -> moveClock();
    }
  }

  private HoldRequest request(String id) {
    var some = budgets.stream().filter(_ -> random.nextInt(4) > 0).toList();
    var ask = amount();
    var least = random.nextBoolean() ? ask : new NanoUsd(random.nextLong(ask.nanos() + 1));
    var lifetime = Duration.ofMillis(1 + random.nextInt(5_000_000));
    return new HoldRequest(id, some, ask, least, "note of " + id, lifetime);
  }

  private HoldRequest randomRequest() {
    var before = known.get(randomId());
    return before != null && random.nextBoolean() ? before.request : request(randomId());
  }

  private String randomId() {
    return "h" + random.nextInt(ids + 1);
  }

  private void reserve(HoldRequest request) {
    var answer = answer("reserve " + request, ledger -> ledger.reserve(request));
    if (answer instanceof Reservation.Granted(var amount, var balances)) {
      var first = known.get(request.id());
      if (first != null) {
        assertThat(amount).as("first answer: %s", this).isEqualTo(first.granted);
        return;
      }
      assertThat(amount).as("%s", this).isBetween(request.least(), request.ask());
      assertThat(balances).as("%s", this).allMatch(History::withinCeiling);
      known.put(request.id(), new Known(request, amount, slots(balances)));
    } else {
      assertThat(known)
          .as("a hold that stands is refused: %s", this)
          .doesNotContainKey(request.id());
    }
  }

  private static List<Slot> slots(List<Balance> balances) {
    return balances.stream().map(b -> new Slot(b.budget().id(), b.resetsAt())).toList();
  }

  private static boolean withinCeiling(Balance balance) {
    return balance.posted().plus(balance.held()).compareTo(balance.ceiling()) <= 0;
  }

  /// As most calls end: at once, and below the hold.
  private void settleWithin() {
    var id = "h" + (ids - 1);
    var hold = known.get(id);
    settle(id, hold == null ? amount() : new NanoUsd(random.nextLong(hold.granted.nanos() + 1)));
  }

  private void settle(String id, NanoUsd cost) {
    ended(id, cost, answer("settle " + id + " " + cost, ledger -> ledger.settle(id, cost)));
  }

  private void release(String id) {
    ended(id, NanoUsd.ZERO, answer("release " + id, ledger -> ledger.release(id)));
  }

  private void correct(String id, NanoUsd cost) {
    var answer = answer("correct " + id + " " + cost, ledger -> ledger.correct(id, cost));
    var hold = known.get(id);
    assertThat(answer instanceof Settlement.StillOpen)
        .as("%s", this)
        .isEqualTo(hold != null && hold.posted == null);
    if (!(answer instanceof Settlement.StillOpen)) {
      ended(id, cost, answer);
    }
  }

  /// By one of the verbs, within the hold or beyond it.
  private void endLate() {
    var expired = known.values().stream().filter(hold -> hold.expired).toList();
    if (expired.isEmpty()) {
      expire(3);
      return;
    }
    var hold = expired.get(random.nextInt(expired.size()));
    var within = new NanoUsd(random.nextLong(hold.granted.nanos() + 1));
    switch (random.nextInt(4)) {
      case 0 -> release(hold.request.id());
      case 1 -> settle(hold.request.id(), within);
      case 2 -> correct(hold.request.id(), amount());
      default -> correct(hold.request.id(), within);
    }
  }

  private void ended(String id, NanoUsd asked, Settlement answer) {
    var hold = known.get(id);
    var posted =
        switch (answer) {
          case Settlement.Posted(var amount) -> amount;
          case Settlement.Overrun(var amount, _) -> amount;
          case Settlement.Corrected(var amount, var before) ->
              corrected(hold, asked, amount, before);
          case Settlement.AlreadyCorrected(var amount) -> amount;
          case Settlement.AlreadyEnded(var amount) -> amount;
          case Settlement.StillOpen() -> throw new AssertionError("open after its end: " + this);
          case Settlement.Unknown() -> null;
        };
    assertThat(answer instanceof Settlement.AlreadyCorrected)
        .as("a correction is told once: %s", this)
        .isEqualTo(hold != null && hold.corrected && !(answer instanceof Settlement.Corrected));
    assertThat(posted == null).as("%s", this).isEqualTo(hold == null);
    if (hold != null && hold.posted == null) {
      hold.posted = asked;
    }
    if (hold != null) {
      assertThat(posted).as("first end: %s", this).isEqualTo(hold.posted);
      if (posted.moreThan(hold.granted)) {
        overrun.addAll(hold.slots);
      }
    }
  }

  /// Only what was posted in full at its deadline, only once, and never upwards.
  private NanoUsd corrected(Known hold, NanoUsd asked, NanoUsd posted, NanoUsd before) {
    assertThat(hold.expired && !hold.corrected).as("%s", this).isTrue();
    assertThat(before).as("%s", this).isEqualTo(hold.granted);
    assertThat(posted).as("%s", this).isEqualTo(asked.min(hold.granted));
    hold.corrected = true;
    hold.posted = posted;
    return posted;
  }

  private void expire(int max) {
    List<ExpiredHold> some;
    do {
      some = answer("expire " + max, ledger -> ledger.expire(Math.min(max, 100)));
      for (var expired : some) {
        var hold = known.get(expired.id());
        assertThat(hold.posted).as("ended once: %s", this).isNull();
        assertThat(expired.amount()).as("in full: %s", this).isEqualTo(hold.granted);
        assertThat(expired.note()).as("%s", this).isEqualTo(hold.request.note());
        hold.posted = hold.granted;
        hold.expired = true;
      }
    } while (max == Integer.MAX_VALUE && !some.isEmpty());
  }

  /// To just before, at or after the end of a window, or somewhere, sometimes back.
  private void moveClock() {
    var now = clock.instant();
    var ends =
        model.balances(budgets).stream()
            .map(Balance::resetsAt)
            .filter(end -> end != null && end.isAfter(now))
            .toList();
    switch (random.nextInt(4)) {
      case 0 -> setTime(now.plusMillis(random.nextInt(10_000)));
      case 1 -> setTime(now.minusMillis(random.nextInt(100_000)));
      case 2 -> setTime(now.plusMillis(random.nextInt(10_000_000)));
      default -> {
        var end = ends.isEmpty() ? now : ends.get(random.nextInt(ends.size()));
        setTime(end.plusMillis(random.nextInt(3) - 1));
      }
    }
  }

  private void setTime(Instant instant) {
    log.add("time " + instant);
    clock.set(instant.truncatedTo(ChronoUnit.MILLIS));
    storeClock.accept(clock.instant());
  }

  private <T> T answer(String step, Function<Blocking, T> verb) {
    log.add(step);
    var expected = verb.apply(model);
    log.add("  -> " + expected);
    if (!ledgers.isEmpty()) {
      var ledger = ledgers.get(random.nextInt(ledgers.size()));
      assertThat(verb.apply(ledger)).as("%s", this).isEqualTo(expected);
    }
    return expected;
  }

  private void check() {
    var balances = answer("balances", ledger -> ledger.balances(budgets));
    for (var balance : balances) {
      var slot = new Slot(balance.budget().id(), balance.resetsAt());
      assertThat(balance.posted()).as("posted of %s: %s", slot, this).isEqualTo(posted(slot));
      assertThat(balance.held()).as("held of %s: %s", slot, this).isEqualTo(held(slot));
      assertThat(withinCeiling(balance) || overrun.contains(slot))
          .as("within the ceiling of %s: %s", slot, this)
          .isTrue();
    }
  }

  /// How many holds were lowered after they had been posted in full.
  long lowered() {
    return known.values().stream()
        .filter(hold -> hold.corrected && hold.granted.moreThan(hold.posted))
        .count();
  }

  private NanoUsd posted(Slot slot) {
    return known.values().stream()
        .filter(hold -> hold.posted != null && hold.slots.contains(slot))
        .map(hold -> hold.posted)
        .reduce(NanoUsd.ZERO, NanoUsd::plus);
  }

  private NanoUsd held(Slot slot) {
    return known.values().stream()
        .filter(hold -> hold.posted == null && hold.slots.contains(slot))
        .map(hold -> hold.granted)
        .reduce(NanoUsd.ZERO, NanoUsd::plus);
  }

  @Override
  public String toString() {
    return String.join("\n", log);
  }
}
