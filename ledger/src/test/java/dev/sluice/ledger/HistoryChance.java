package dev.sluice.ledger;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.budget.Level;
import dev.sluice.core.budget.Limit;
import dev.sluice.core.budget.Measure;
import dev.sluice.core.budget.Period;
import dev.sluice.core.budget.Raise;
import dev.sluice.core.budget.RateLimit;
import dev.sluice.core.budget.Window;
import dev.sluice.core.money.NanoUsd;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Random limits and amounts for a [History].
record HistoryChance(Random random) {

  private static final List<ZoneId> ZONES =
      List.of(
          ZoneId.of("UTC"),
          ZoneId.of("Europe/Berlin"),
          ZoneId.of("America/Havana"),
          ZoneId.of("Africa/Cairo"),
          ZoneId.of("Pacific/Kiritimati"),
          ZoneId.of("Etc/GMT+12"),
          ZoneId.of("Australia/Lord_Howe"));

  Limit limit(int number, Instant now) {
    var owner = "default/b" + number;
    return switch (random.nextInt(8)) {
      case 0 -> rate(owner, Measure.TOKENS, window(), 1 + random.nextInt(500));
      case 1 -> rate(owner, Measure.REQUESTS, window(), 1 + random.nextInt(20));
      case 2 -> rate(owner, Measure.CONCURRENT, new Window.Endless(), 1 + random.nextInt(5));
      default -> new Budget(Level.TEAM, owner, window(), amount(), raises(now));
    };
  }

  private static Limit rate(String owner, Measure measure, Window window, long most) {
    return new RateLimit(Level.TEAM, owner, measure, window, most);
  }

  private Window.Recurring window() {
    var period = Period.values()[random.nextInt(Period.values().length)];
    return random.nextBoolean()
        ? new Window.Rolling(period)
        : new Window.Calendar(period, ZONES.get(random.nextInt(ZONES.size())));
  }

  private List<Raise> raises(Instant now) {
    var raises = new ArrayList<Raise>();
    for (int i = random.nextInt(3); i > 0; i--) {
      var until = now.plusMillis(random.nextInt(100_000_000)).truncatedTo(ChronoUnit.MILLIS);
      raises.add(new Raise(new NanoUsd(random.nextInt(100)), until));
    }
    return raises;
  }

  /// Small numbers meet the limits often; some are large, to be exact with 16 digits.
  private NanoUsd amount() {
    return new NanoUsd(random.nextInt(4) == 0 ? random.nextLong(1L << 52) : random.nextInt(100));
  }

  Amounts amounts() {
    return new Amounts(amount(), random.nextInt(200));
  }

  /// Whatever was held: so little that all of a history stay exact together.
  Amounts used() {
    long usd = random.nextInt(4) == 0 ? random.nextLong(1L << 46) : random.nextInt(100);
    return new Amounts(new NanoUsd(usd), random.nextInt(200));
  }

  Amounts within(Amounts most) {
    return new Amounts(
        new NanoUsd(random.nextLong(most.usd().min(NanoUsd.MAX).nanos() + 1)),
        random.nextLong(most.tokens() + 1));
  }
}
