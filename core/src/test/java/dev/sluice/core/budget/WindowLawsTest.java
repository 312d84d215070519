package dev.sluice.core.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.budget.Window.Calendar;
import dev.sluice.core.budget.Window.Span;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.time.temporal.IsoFields;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The laws of calendar windows, at every clock change of every time zone and at random instants.
///
/// What a window is, is told here in another way than in [Window]: it lasts as long as the latest
/// date that the zone's clock has shown so far is of the same day, week, month or year. `SEED=N`
/// plays other instants than the usual ones.
final class WindowLawsTest {

  private static final Instant FROM = Instant.parse("1970-01-02T00:00:00Z");
  private static final Instant TO = Instant.parse("2110-01-01T00:00:00Z");

  /// From here on every year's changes are those of the year before.
  private static final Instant REPEATED_FROM = Instant.parse("2041-01-01T00:00:00Z");

  private static final int INSTANTS = 30_000;

  /// Longer than a clock was ever set back.
  private static final Duration SET_BACK_MAX = Duration.ofDays(2);

  @Test
  void windows_tile_time_at_every_clock_change_of_every_zone() {
    var faults = new ArrayList<String>();
    var seen = new HashSet<ZoneRules>();
    int changes = 0;
    for (var zone : zones().stream().filter(zone -> seen.add(zone.getRules())).toList()) {
      var change = zone.getRules().nextTransition(FROM);
      while (change != null && change.getInstant().isBefore(REPEATED_FROM)) {
        for (long minutes : new long[] {-1441, -61, -30, 0, 30, 61, 1439}) {
          check(zone, change.getInstant().plus(minutes, ChronoUnit.MINUTES), faults);
        }
        check(zone, change.getInstant().minusMillis(1), faults);
        change = zone.getRules().nextTransition(change.getInstant());
        changes++;
      }
    }
    assertThat(faults).isEmpty();
    assertThat(changes).isGreaterThan(10_000);
  }

  @Test
  void windows_tile_time_at_random_instants() {
    var given = System.getenv("SEED");
    long seed = given == null ? 20261120 : Long.parseLong(given);
    System.out.println("windows: seed " + seed);
    var random = new Random(seed);
    var zones = zones();
    var faults = new ArrayList<String>();
    for (int i = 0; i < INSTANTS; i++) {
      var zone = zones.get(random.nextInt(zones.size()));
      var now = Instant.ofEpochMilli(random.nextLong(FROM.toEpochMilli(), TO.toEpochMilli()));
      check(zone, now, faults);
    }
    assertThat(faults).isEmpty();
  }

  private static List<ZoneId> zones() {
    return ZoneId.getAvailableZoneIds().stream().sorted().map(ZoneId::of).toList();
  }

  private static void check(ZoneId zone, Instant now, List<String> faults) {
    for (var period : Period.values()) {
      var window = new Calendar(period, zone);
      var span = window.at(now);
      var first = window.at(span.start());
      var last = window.at(span.end().minusMillis(1));
      var next = window.at(span.end());
      var before = window.at(span.start().minusMillis(1));
      boolean tiles =
          span.holds(now)
              && first.equals(span)
              && last.equals(span)
              && next.start().equals(span.end())
              && before.end().equals(span.start());
      if (!tiles || !isOne(period, zone, now, span) || isTooLong(period, zone, span)) {
        faults.add(period + " " + zone + " " + now + ": " + span);
      }
    }
  }

  /// One window, and the whole of it.
  private static boolean isOne(Period period, ZoneId zone, Instant now, Span span) {
    var name = name(period, zone, now);
    return name.equals(name(period, zone, span.start()))
        && name.equals(name(period, zone, span.end().minusMillis(1)))
        && !name.equals(name(period, zone, span.start().minusMillis(1)))
        && !name.equals(name(period, zone, span.end()));
  }

  private static Object name(Period period, ZoneId zone, Instant now) {
    var date = latestDate(zone, now);
    return switch (period) {
      case MINUTE -> now.getEpochSecond() / 60;
      // With its offset: a change of the clock starts a new hour.
      case HOUR -> now.atZone(zone).toOffsetDateTime().truncatedTo(ChronoUnit.HOURS);
      case DAY -> date;
      case WEEK ->
          date.get(IsoFields.WEEK_BASED_YEAR) * 100 + date.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR);
      case MONTH -> YearMonth.from(date);
      case YEAR -> date.getYear();
    };
  }

  /// The latest date that the clock has shown until now: it may have been set back since.
  private static LocalDate latestDate(ZoneId zone, Instant now) {
    var latest = now.atZone(zone).toLocalDate();
    var change = zone.getRules().previousTransition(now.plusNanos(1));
    while (change != null && change.getInstant().isAfter(now.minus(SET_BACK_MAX))) {
      var shown = change.getInstant().minusNanos(1).atZone(zone).toLocalDate();
      latest = shown.isAfter(latest) ? shown : latest;
      change = zone.getRules().previousTransition(change.getInstant());
    }
    return latest;
  }

  private static boolean isTooLong(Period period, ZoneId zone, Span span) {
    var first = latestDate(zone, span.start());
    var calendar =
        switch (period) {
          case MINUTE, HOUR, DAY, WEEK -> period.fixed();
          case MONTH -> Duration.ofDays(first.lengthOfMonth());
          case YEAR -> Duration.ofDays(first.lengthOfYear());
        };
    var longest = period == Period.HOUR ? calendar : calendar.plus(setBackWithin(zone, span));
    return Duration.between(span.start(), span.end()).compareTo(longest) > 0;
  }

  private static Duration setBackWithin(ZoneId zone, Span span) {
    var sum = Duration.ZERO;
    var change = zone.getRules().nextTransition(span.start().minusNanos(1));
    while (change != null && change.getInstant().isBefore(span.end())) {
      sum = change.isOverlap() ? sum.minus(change.getDuration()) : sum;
      change = zone.getRules().nextTransition(change.getInstant());
    }
    return sum;
  }
}
