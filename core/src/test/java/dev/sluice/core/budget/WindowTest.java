package dev.sluice.core.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.budget.Window.Calendar;
import dev.sluice.core.budget.Window.Span;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WindowTest {

  private static final Instant FROM = Instant.parse("2005-01-01T00:00:00Z");
  private static final Instant TO = Instant.parse("2045-01-01T00:00:00Z");

  @ParameterizedTest
  @CsvSource({
    // Months of 28, 29, 30 and 31 days, and the ends of years.
    "MONTH, UTC, 2026-02-28T23:59:59Z, 2026-02-01T00:00:00Z, 2026-03-01T00:00:00Z",
    "MONTH, UTC, 2028-02-29T12:00:00Z, 2028-02-01T00:00:00Z, 2028-03-01T00:00:00Z",
    "MONTH, UTC, 2100-02-28T23:00:00Z, 2100-02-01T00:00:00Z, 2100-03-01T00:00:00Z",
    "MONTH, UTC, 2026-04-30T23:59:59Z, 2026-04-01T00:00:00Z, 2026-05-01T00:00:00Z",
    "MONTH, UTC, 2026-12-31T23:59:59Z, 2026-12-01T00:00:00Z, 2027-01-01T00:00:00Z",
    "MONTH, Europe/Berlin, 2026-03-31T21:59:59Z, 2026-02-28T23:00:00Z, 2026-03-31T22:00:00Z",
    "YEAR, UTC, 2028-12-31T23:59:59.999Z, 2028-01-01T00:00:00Z, 2029-01-01T00:00:00Z",
    "YEAR, Asia/Tokyo, 2026-12-31T15:00:00Z, 2026-12-31T15:00:00Z, 2027-12-31T15:00:00Z",
    // Weeks start on Monday, also across a year's end.
    "WEEK, UTC, 2027-01-01T00:00:00Z, 2026-12-28T00:00:00Z, 2027-01-04T00:00:00Z",
    "WEEK, UTC, 2026-11-22T23:59:59Z, 2026-11-16T00:00:00Z, 2026-11-23T00:00:00Z",
    // Days of 23 and 25 hours.
    "DAY, Europe/Berlin, 2026-03-29T12:00:00Z, 2026-03-28T23:00:00Z, 2026-03-29T22:00:00Z",
    "DAY, Europe/Berlin, 2026-10-25T12:00:00Z, 2026-10-24T22:00:00Z, 2026-10-25T23:00:00Z",
    "DAY, America/New_York, 2026-11-01T12:00:00Z, 2026-11-01T04:00:00Z, 2026-11-02T05:00:00Z",
    // Days without a midnight, and with two.
    "DAY, America/Havana, 2026-03-08T12:00:00Z, 2026-03-08T05:00:00Z, 2026-03-09T04:00:00Z",
    "DAY, America/Havana, 2026-11-01T04:30:00Z, 2026-11-01T04:00:00Z, 2026-11-02T05:00:00Z",
    "DAY, Africa/Cairo, 2026-04-24T12:00:00Z, 2026-04-23T22:00:00Z, 2026-04-24T21:00:00Z",
    "DAY, Africa/Cairo, 2026-10-29T21:30:00Z, 2026-10-28T21:00:00Z, 2026-10-29T22:00:00Z",
    // The first and the last zone of the Earth.
    "DAY, Pacific/Kiritimati, 2026-11-20T10:00:00Z, 2026-11-20T10:00:00Z, 2026-11-21T10:00:00Z",
    "DAY, Etc/GMT+12, 2026-11-20T11:59:59Z, 2026-11-19T12:00:00Z, 2026-11-20T12:00:00Z",
    // A date that was skipped whole.
    "DAY, Pacific/Apia, 2011-12-30T09:59:59Z, 2011-12-29T10:00:00Z, 2011-12-30T10:00:00Z",
    "DAY, Pacific/Apia, 2011-12-30T10:00:00Z, 2011-12-30T10:00:00Z, 2011-12-31T10:00:00Z",
    // A clock that fell back from 00:01 to 23:01 of the day before.
    "DAY, America/St_Johns, 2006-10-29T02:30:30Z, 2006-10-29T02:30:00Z, 2006-10-30T03:30:00Z",
    "DAY, America/St_Johns, 2006-10-29T02:45:00Z, 2006-10-29T02:30:00Z, 2006-10-30T03:30:00Z",
    // Hours where offsets are a part of an hour, and where the clock moves by half an hour.
    "HOUR, Asia/Kathmandu, 2026-11-20T12:20:00Z, 2026-11-20T12:15:00Z, 2026-11-20T13:15:00Z",
    "HOUR, Australia/Lord_Howe, 2026-10-03T15:40:00Z, 2026-10-03T15:30:00Z, 2026-10-03T16:00:00Z",
    "HOUR, Australia/Lord_Howe, 2026-04-04T14:50:00Z, 2026-04-04T14:00:00Z, 2026-04-04T15:00:00Z",
    "HOUR, Australia/Lord_Howe, 2026-04-04T15:10:00Z, 2026-04-04T15:00:00Z, 2026-04-04T15:30:00Z",
    "HOUR, Europe/Berlin, 2026-10-25T00:30:00Z, 2026-10-25T00:00:00Z, 2026-10-25T01:00:00Z",
    "HOUR, Europe/Berlin, 2026-10-25T01:30:00Z, 2026-10-25T01:00:00Z, 2026-10-25T02:00:00Z",
    "MINUTE, Asia/Kolkata, 2026-11-20T12:20:59.999Z, 2026-11-20T12:20:00Z, 2026-11-20T12:21:00Z",
  })
  void spans_the_calendar_period(
      Period period, ZoneId zone, Instant now, Instant start, Instant end) {
    assertThat(new Calendar(period, zone).at(now)).isEqualTo(new Span(start, end));
  }

  @Test
  void windows_are_contiguous_and_hold_their_instant_at_every_clock_change_of_every_zone() {
    var faults = new ArrayList<String>();
    for (var zone : zones()) {
      var rules = zone.getRules();
      var change = rules.nextTransition(FROM);
      while (change != null && change.getInstant().isBefore(TO)) {
        checkAround(zone, change, faults);
        change = rules.nextTransition(change.getInstant());
      }
    }
    assertThat(faults).isEmpty();
  }

  @Test
  void windows_are_contiguous_and_hold_their_instant_at_random_instants() {
    var random = new Random(20261120);
    var zones = zones();
    var faults = new ArrayList<String>();
    for (int i = 0; i < 50_000; i++) {
      var zone = zones.get(random.nextInt(zones.size()));
      var now = Instant.ofEpochMilli(random.nextLong(FROM.toEpochMilli(), TO.toEpochMilli()));
      check(zone, now, faults);
    }
    assertThat(faults).isEmpty();
  }

  private static List<ZoneId> zones() {
    return ZoneId.getAvailableZoneIds().stream().sorted().map(ZoneId::of).toList();
  }

  private static void checkAround(ZoneId zone, ZoneOffsetTransition change, List<String> faults) {
    for (long minutes : new long[] {-1441, -90, -59, -30, -1, 0, 1, 29, 30, 59, 61, 90, 1439}) {
      check(zone, change.getInstant().plusSeconds(60 * minutes), faults);
    }
    check(zone, change.getInstant().minusNanos(1), faults);
  }

  private static void check(ZoneId zone, Instant now, List<String> faults) {
    for (var period : Period.values()) {
      var window = new Calendar(period, zone);
      var span = window.at(now);
      boolean holds = span.holds(now);
      boolean meetsNext = window.at(span.end()).start().equals(span.end());
      boolean meetsLast = window.at(span.start().minusNanos(1)).end().equals(span.start());
      boolean steady =
          window.at(span.start()).equals(span) && window.at(span.end().minusNanos(1)).equals(span);
      if (!(holds && meetsNext && meetsLast && steady)) {
        faults.add(period + " " + zone + " " + now + ": " + span);
      }
    }
  }

  @Test
  void an_hour_is_never_longer_than_an_hour() {
    for (var zone : zones()) {
      var span = new Calendar(Period.HOUR, zone).at(FROM);
      while (span.start().isBefore(FROM.plus(Duration.ofDays(400)))) {
        assertThat(Duration.between(span.start(), span.end()))
            .isLessThanOrEqualTo(Duration.ofHours(1));
        var change = zone.getRules().nextTransition(span.end());
        if (change == null) {
          break;
        }
        span = new Calendar(Period.HOUR, zone).at(change.getInstant());
      }
    }
  }

  @Test
  void ids_tell_windows_apart() {
    assertThat(new Window.Rolling(Period.DAY).id()).isEqualTo("Day.rolling");
    assertThat(new Calendar(Period.MONTH, ZoneOffset.UTC).id()).isEqualTo("Month.Z");
    assertThat(new Calendar(Period.MONTH, ZoneId.of("Europe/Berlin")).id())
        .isEqualTo("Month.Europe/Berlin");
  }
}
