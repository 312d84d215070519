package dev.sluice.core.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.budget.Window.Calendar;
import dev.sluice.core.budget.Window.Span;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WindowTest {

  @ParameterizedTest
  @CsvSource({
    // Months of 28, 29, 30 and 31 days, and the ends of years.
    "MONTH, UTC, 2026-02-28T23:59:59Z, 2026-02-01T00:00:00Z, 2026-03-01T00:00:00Z",
    "MONTH, UTC, 2028-02-29T12:00:00Z, 2028-02-01T00:00:00Z, 2028-03-01T00:00:00Z",
    "MONTH, UTC, 2000-02-29T12:00:00Z, 2000-02-01T00:00:00Z, 2000-03-01T00:00:00Z",
    "MONTH, UTC, 2096-02-29T12:00:00Z, 2096-02-01T00:00:00Z, 2096-03-01T00:00:00Z",
    "MONTH, UTC, 2100-02-28T23:00:00Z, 2100-02-01T00:00:00Z, 2100-03-01T00:00:00Z",
    "DAY, UTC, 2096-02-29T12:00:00Z, 2096-02-29T00:00:00Z, 2096-03-01T00:00:00Z",
    "DAY, UTC, 2100-02-28T12:00:00Z, 2100-02-28T00:00:00Z, 2100-03-01T00:00:00Z",
    "MONTH, UTC, 2026-04-30T23:59:59Z, 2026-04-01T00:00:00Z, 2026-05-01T00:00:00Z",
    "MONTH, UTC, 2026-12-31T23:59:59Z, 2026-12-01T00:00:00Z, 2027-01-01T00:00:00Z",
    "MONTH, Europe/Berlin, 2026-03-31T21:59:59Z, 2026-02-28T23:00:00Z, 2026-03-31T22:00:00Z",
    "YEAR, UTC, 2028-12-31T23:59:59.999Z, 2028-01-01T00:00:00Z, 2029-01-01T00:00:00Z",
    "YEAR, Asia/Tokyo, 2026-12-31T15:00:00Z, 2026-12-31T15:00:00Z, 2027-12-31T15:00:00Z",
    "YEAR, UTC, 2000-06-01T00:00:00Z, 2000-01-01T00:00:00Z, 2001-01-01T00:00:00Z",
    "YEAR, Pacific/Kiritimati, 2026-12-31T10:00:00Z, 2026-12-31T10:00:00Z, 2027-12-31T10:00:00Z",
    "YEAR, Etc/GMT+12, 2027-01-01T11:59:59Z, 2026-01-01T12:00:00Z, 2027-01-01T12:00:00Z",
    // Weeks start on Monday, also across a year's end, and in a leap week.
    "WEEK, UTC, 2021-01-03T23:59:59Z, 2020-12-28T00:00:00Z, 2021-01-04T00:00:00Z",
    "WEEK, UTC, 2024-12-30T00:00:00Z, 2024-12-30T00:00:00Z, 2025-01-06T00:00:00Z",
    "WEEK, Pacific/Kiritimati, 2026-11-22T10:00:00Z, 2026-11-22T10:00:00Z, 2026-11-29T10:00:00Z",
    "WEEK, Etc/GMT+12, 2026-11-23T11:59:59Z, 2026-11-16T12:00:00Z, 2026-11-23T12:00:00Z",
    "WEEK, UTC, 2027-01-01T00:00:00Z, 2026-12-28T00:00:00Z, 2027-01-04T00:00:00Z",
    "WEEK, UTC, 2026-11-22T23:59:59Z, 2026-11-16T00:00:00Z, 2026-11-23T00:00:00Z",
    // Days of 23 and 25 hours.
    "DAY, Europe/Berlin, 2026-03-29T12:00:00Z, 2026-03-28T23:00:00Z, 2026-03-29T22:00:00Z",
    "DAY, Europe/Berlin, 2026-10-25T12:00:00Z, 2026-10-24T22:00:00Z, 2026-10-25T23:00:00Z",
    "DAY, America/New_York, 2026-11-01T12:00:00Z, 2026-11-01T04:00:00Z, 2026-11-02T05:00:00Z",
    "DAY, America/New_York, 2026-03-08T12:00:00Z, 2026-03-08T05:00:00Z, 2026-03-09T04:00:00Z",
    "DAY, Australia/Lord_Howe, 2026-10-03T20:00:00Z, 2026-10-03T13:30:00Z, 2026-10-04T13:00:00Z",
    "DAY, Australia/Lord_Howe, 2026-04-04T20:00:00Z, 2026-04-04T13:00:00Z, 2026-04-05T13:30:00Z",
    // Days without a midnight, and with two.
    "DAY, America/Santiago, 2026-09-06T12:00:00Z, 2026-09-06T04:00:00Z, 2026-09-07T03:00:00Z",
    "DAY, America/Santiago, 2026-04-05T03:30:00Z, 2026-04-04T03:00:00Z, 2026-04-05T04:00:00Z",
    "DAY, Asia/Tehran, 2018-03-22T12:00:00Z, 2018-03-21T20:30:00Z, 2018-03-22T19:30:00Z",
    "DAY, Asia/Tehran, 2018-09-21T20:00:00Z, 2018-09-20T19:30:00Z, 2018-09-21T20:30:00Z",
    "DAY, Asia/Tehran, 2026-03-22T12:00:00Z, 2026-03-21T20:30:00Z, 2026-03-22T20:30:00Z",
    "DAY, America/Havana, 2026-03-08T12:00:00Z, 2026-03-08T05:00:00Z, 2026-03-09T04:00:00Z",
    "DAY, America/Havana, 2026-11-01T04:30:00Z, 2026-11-01T04:00:00Z, 2026-11-02T05:00:00Z",
    "DAY, Africa/Cairo, 2026-04-24T12:00:00Z, 2026-04-23T22:00:00Z, 2026-04-24T21:00:00Z",
    "DAY, Africa/Cairo, 2026-10-29T21:30:00Z, 2026-10-28T21:00:00Z, 2026-10-29T22:00:00Z",
    // Months whose first midnight does not exist, or comes an hour late.
    "MONTH, America/Asuncion, 1993-10-01T04:00:00Z, 1993-10-01T04:00:00Z, 1993-11-01T03:00:00Z",
    "MONTH, Asia/Gaza, 2011-07-31T21:59:59Z, 2011-06-30T21:00:00Z, 2011-07-31T22:00:00Z",
    // The first and the last zone of the Earth.
    "DAY, Pacific/Kiritimati, 2026-11-20T10:00:00Z, 2026-11-20T10:00:00Z, 2026-11-21T10:00:00Z",
    "DAY, Etc/GMT+12, 2026-11-20T11:59:59Z, 2026-11-19T12:00:00Z, 2026-11-20T12:00:00Z",
    // A date that was skipped whole.
    "DAY, Pacific/Apia, 2011-12-30T09:59:59Z, 2011-12-29T10:00:00Z, 2011-12-30T10:00:00Z",
    "DAY, Pacific/Apia, 2011-12-30T10:00:00Z, 2011-12-30T10:00:00Z, 2011-12-31T10:00:00Z",
    "WEEK, Pacific/Apia, 2011-12-31T00:00:00Z, 2011-12-26T10:00:00Z, 2012-01-01T10:00:00Z",
    "DAY, Pacific/Kwajalein, 1993-08-21T11:59:59Z, 1993-08-20T12:00:00Z, 1993-08-21T12:00:00Z",
    "DAY, Pacific/Kwajalein, 1993-08-21T12:00:00Z, 1993-08-21T12:00:00Z, 1993-08-22T12:00:00Z",
    "YEAR, Pacific/Kiritimati, 1994-12-31T09:59:59Z, 1994-01-01T10:00:00Z, 1994-12-31T10:00:00Z",
    "YEAR, Pacific/Kiritimati, 1994-12-31T10:00:00Z, 1994-12-31T10:00:00Z, 1995-12-31T10:00:00Z",
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
  void ids_tell_windows_apart() {
    assertThat(new Window.Rolling(Period.DAY).id()).isEqualTo("Day.rolling");
    assertThat(new Calendar(Period.MONTH, ZoneOffset.UTC).id()).isEqualTo("Month.Z");
    assertThat(new Calendar(Period.MONTH, ZoneId.of("Europe/Berlin")).id())
        .isEqualTo("Month.Europe/Berlin");
  }
}
