package dev.sluice.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.budget.Limit;
import dev.sluice.core.budget.Standing;
import dev.sluice.core.budget.Window;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.ledger.HistoryBooks.Known;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Function;

/// A random history of verbs, with repeated and late ones, lost answers and clock jumps, played on
/// one or more ledgers that share a store, and on the model: every answer must be equal.
///
/// It keeps its own books from the answers alone ([HistoryBooks]), and compares them after every
/// step: at every limit posted + held is within the ceiling unless more than a hold was settled
/// there, sums are equal, and what was refused could not have been admitted.
public final class History {

  private final Random random;
  private final HistoryChance chance;
  private final List<Blocking> ledgers;
  private final Blocking model;
  private final ManualClock clock = new ManualClock();
  private final Consumer<Instant> storeClock;
  private final List<Limit> limits = new ArrayList<>();
  private final HistoryBooks books = new HistoryBooks();
  private final List<String> log = new ArrayList<>();
  private int ids;

  /// @param ledgers clients of one store; empty: the model is checked alone
  /// @param storeClock sets the store's time
  public History(long seed, List<Blocking> ledgers, Consumer<Instant> storeClock) {
    this.random = new Random(seed);
    this.chance = new HistoryChance(random);
    this.ledgers = ledgers;
    this.storeClock = storeClock;
    this.model = new Blocking(new MemoryLedger(clock));
    log.add("seed " + seed);
    setTime(clock.instant().plusMillis(random.nextLong(Duration.ofDays(800).toMillis())));
    for (int i = 1 + random.nextInt(6); i > 0; i--) {
      limits.add(chance.limit(i, clock.instant()));
    }
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
    assertThat(books.holds().values()).as("holds end: %s", this).noneMatch(Known::isOpen);
  }

  private void step() {
    switch (random.nextInt(20)) {
      case 0, 1, 2 -> reserve(request("h" + ids++));
      case 3 -> reserve(randomRequest());
      case 4, 5, 6 -> settle(randomId(), chance.used());
      case 7 -> settleWithin();
      case 8 -> release(randomId());
      case 9 -> expire(1 + random.nextInt(3));
      case 10 -> correct(randomId(), chance.used());
      case 11 -> endLate();
      case 12, 13, 14 -> extend("h" + Math.max(0, ids - 1 - random.nextInt(3)));
      case 15 -> heartbeat();
      case 16 -> charge(request("h" + ids++, chance.used()));
      case 17 -> endLate();
      default -> moveClock();
    }
  }

  private HoldRequest request(String id) {
    return request(id, chance.amounts());
  }

  private HoldRequest request(String id, Amounts ask) {
    var some = limits.stream().filter(_ -> random.nextInt(4) > 0).toList();
    var least = random.nextBoolean() ? ask : chance.within(ask);
    var lifetime = Duration.ofMillis(1 + random.nextInt(5_000_000));
    return new HoldRequest(id, some, ask, least, "note of " + id, lifetime);
  }

  private HoldRequest randomRequest() {
    var before = books.holds().get(randomId());
    return before != null && random.nextBoolean() ? before.request : request(randomId());
  }

  private String randomId() {
    return "h" + random.nextInt(ids + 1);
  }

  private void reserve(HoldRequest request) {
    var before = model.standings(request.limits());
    var answer = answer("reserve " + request, ledger -> ledger.reserve(request));
    var first = books.holds().get(request.id());
    if (first != null) {
      assertThat(answer)
          .as("a hold that stands: %s", this)
          .isInstanceOfSatisfying(
              Reservation.Granted.class,
              granted -> assertThat(granted.amounts()).as("%s", this).isEqualTo(first.granted));
      return;
    }
    switch (answer) {
      case Reservation.Granted(var amounts, _) -> {
        assertThat(request.least().within(amounts) && amounts.within(request.ask()))
            .as("from the least to the ask: %s", this)
            .isTrue();
        var standings = model.standings(request.limits());
        assertThat(standings).as("%s", this).allMatch(this::withinNow);
        books.holds().put(request.id(), new Known(request, amounts, standings));
      }
      case Reservation.Busy(var shortOf) -> {
        assertThat(before).as("not for good: %s", this).allMatch(s -> fits(s, request.least(), 0));
        assertThat(fits(shortOf, request.least(), HistoryBooks.held(shortOf)))
            .as("%s", this)
            .isFalse();
      }
      case Reservation.Exhausted(var shortOf) ->
          assertThat(fits(shortOf, request.least(), 0)).as("for good: %s", this).isFalse();
    }
  }

  /// Whether a least amount fits beside what is posted, and so much that is held.
  private boolean fits(Standing standing, Amounts least, long held) {
    long needed = HistoryBooks.part(standing.limit(), least, 1);
    return needed
        <= standing.limit().ceilingAt(clock.instant()) - HistoryBooks.posted(standing) - held;
  }

  private boolean withinNow(Standing standing) {
    return HistoryBooks.posted(standing) + HistoryBooks.held(standing)
        <= standing.limit().ceilingAt(clock.instant());
  }

  private void charge(HoldRequest request) {
    var amounts = chance.used();
    var step = "charge " + request + " " + amounts;
    var answer = answer(step, ledger -> ledger.charge(request, amounts));
    var hold = books.holds().get(request.id());
    if (hold == null) {
      hold = new Known(request, request.ask(), model.standings(request.limits()));
      books.holds().put(request.id(), hold);
      books.beyond(hold);
    }
    ended(request.id(), amounts, answer);
  }

  private void extend(String id) {
    var hold = books.holds().get(id);
    int step = hold == null ? 1 : Math.max(1, hold.extensions + random.nextInt(2));
    var more = chance.amounts();
    var least = random.nextBoolean() ? more : chance.within(more);
    var extension = new HoldExtension(id, step, limits, more, least);
    var answer = answer("extend " + extension, ledger -> ledger.extend(extension));
    assertThat(answer instanceof Extension.Ended)
        .as("%s", this)
        .isEqualTo(hold == null || !hold.isOpen());
    if (hold == null || !(answer instanceof Extension.Extended(var granted, _))) {
      return;
    }
    if (step <= hold.extensions) {
      assertThat(granted).as("first answer: %s", this).isEqualTo(hold.granted);
      return;
    }
    assertThat(hold.granted.plus(least).within(granted) && granted.within(hold.granted.plus(more)))
        .as("from the least to all: %s", this)
        .isTrue();
    hold.granted = granted;
    hold.extensions = step;
  }

  private void heartbeat() {
    var some = List.of(randomId(), "h" + ids);
    var lifetime = Duration.ofMillis(1 + random.nextInt(5_000_000));
    answer("heartbeat " + some + " " + lifetime, ledger -> ledger.heartbeat(some, lifetime));
  }

  /// As most calls end: at once, and below the hold.
  private void settleWithin() {
    var id = "h" + (ids - 1);
    var hold = books.holds().get(id);
    settle(id, hold == null ? chance.used() : chance.within(hold.granted));
  }

  private void settle(String id, Amounts used) {
    ended(id, used, answer("settle " + id + " " + used, ledger -> ledger.settle(id, used)));
  }

  private void release(String id) {
    var hold = books.holds().get(id);
    boolean open = hold != null && hold.isOpen();
    ended(id, Amounts.ZERO, answer("release " + id, ledger -> ledger.release(id)));
    if (open) {
      hold.released = true;
    }
  }

  private void correct(String id, Amounts used) {
    var answer = answer("correct " + id + " " + used, ledger -> ledger.correct(id, used));
    var hold = books.holds().get(id);
    assertThat(answer instanceof Settlement.StillOpen)
        .as("%s", this)
        .isEqualTo(hold != null && hold.isOpen());
    if (!(answer instanceof Settlement.StillOpen)) {
      ended(id, used, answer);
    }
  }

  /// By one of the verbs, within the hold or beyond it.
  private void endLate() {
    var expired = books.holds().values().stream().filter(hold -> hold.expired).toList();
    if (expired.isEmpty()) {
      expire(3);
      return;
    }
    var hold = expired.get(random.nextInt(expired.size()));
    var id = hold.request.id();
    switch (random.nextInt(4)) {
      case 0 -> release(id);
      case 1 -> settle(id, chance.within(hold.granted));
      case 2 -> correct(id, chance.used());
      default -> correct(id, chance.within(hold.granted));
    }
  }

  private void ended(String id, Amounts asked, Settlement answer) {
    var hold = books.holds().get(id);
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
    if (hold == null) {
      return;
    }
    if (hold.posted == null) {
      hold.posted = asked;
    }
    assertThat(posted).as("first end: %s", this).isEqualTo(hold.posted.usd());
    if (!hold.posted.within(hold.granted)) {
      books.beyond(hold);
    }
  }

  /// Only what was posted in full at its deadline, only once, and never upwards.
  private NanoUsd corrected(Known hold, Amounts asked, NanoUsd posted, NanoUsd before) {
    assertThat(hold.expired && !hold.corrected).as("%s", this).isTrue();
    assertThat(before).as("%s", this).isEqualTo(hold.granted.usd());
    hold.corrected = true;
    hold.posted = HistoryBooks.least(asked, hold.granted);
    return posted;
  }

  private void expire(int max) {
    List<ExpiredHold> some;
    do {
      some = answer("expire " + max, ledger -> ledger.expire(Math.min(max, 100)));
      for (var expired : some) {
        var hold = books.holds().get(expired.id());
        assertThat(hold.isOpen()).as("ended once: %s", this).isTrue();
        assertThat(expired.amount()).as("in full: %s", this).isEqualTo(hold.granted.usd());
        assertThat(expired.note()).as("%s", this).isEqualTo(hold.request.note());
        hold.posted = hold.granted;
        hold.expired = true;
      }
    } while (max == Integer.MAX_VALUE && !some.isEmpty());
  }

  /// To just before, at or after the end of a window or a raise, or somewhere, sometimes back.
  private void moveClock() {
    var now = clock.instant();
    var ends = new ArrayList<Instant>();
    for (var standing : model.standings(limits)) {
      var resetsAt = standing.resetsAt();
      if (resetsAt != null && resetsAt.isAfter(now)) {
        ends.add(resetsAt);
      }
      var ceilingEnds = standing.limit().ceilingHolds(now).end();
      if (!ceilingEnds.equals(Window.Span.ALWAYS.end())) {
        ends.add(ceilingEnds);
      }
    }
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

  /// The model's answer, after each ledger that is asked has given the same. Now and then a call is
  /// sent twice, by two clients, as after a lost answer: then the second answers count.
  private <T> T answer(String step, Function<Blocking, T> verb) {
    int times = random.nextInt(6) == 0 && repeats(step) ? 2 : 1;
    T expected = null;
    for (int i = 0; i < times; i++) {
      log.add(step);
      expected = verb.apply(model);
      log.add("  -> " + expected);
      if (!ledgers.isEmpty()) {
        var ledger = ledgers.get(random.nextInt(ledgers.size()));
        assertThat(verb.apply(ledger)).as("%s", this).isEqualTo(expected);
      }
    }
    return expected;
  }

  /// A correction and an expiry are told once, whatever verb brought them about.
  private static boolean repeats(String step) {
    return step.startsWith("reserve") || step.startsWith("extend");
  }

  private void check() {
    for (var standing : answer("standings", ledger -> ledger.standings(limits))) {
      assertThat(books.isEqual(standing)).as("sums of %s: %s", standing, this).isTrue();
      assertThat(books.isWithin(standing)).as("within %s: %s", standing, this).isTrue();
    }
  }

  /// How many holds were lowered after they had been posted in full.
  long lowered() {
    return books.holds().values().stream()
        .filter(hold -> hold.corrected && hold.granted.usd().moreThan(hold.posted.usd()))
        .count();
  }

  @Override
  public String toString() {
    return String.join("\n", log);
  }
}
