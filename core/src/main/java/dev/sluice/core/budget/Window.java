package dev.sluice.core.budget;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;

/// When a budget starts anew.
public sealed interface Window {

  Period period();

  /// A name that is stable for ever, part of the ledger's keys.
  String id();

  /// A window of fixed length that opens at the first use after the last one ended.
  record Rolling(Period period) implements Window {
    @Override
    public String id() {
      return period.title() + ".rolling";
    }
  }

  /// A window aligned to the calendar of a time zone; weeks start on Monday.
  record Calendar(Period period, ZoneId zone) implements Window {
    @Override
    public String id() {
      return period.title() + "." + zone.getId();
    }

    /// The window that holds `now`; its end is the next window's start.
    public Span at(Instant now) {
      var local = now.atZone(zone);
      return switch (period) {
        case MINUTE -> fixed(now, ChronoUnit.MINUTES);
        case HOUR -> hour(local);
        case DAY -> days(local.toLocalDate(), 1);
        case WEEK ->
            days(local.toLocalDate().with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY)), 7);
        case MONTH -> span(local.toLocalDate().withDayOfMonth(1), 1, ChronoUnit.MONTHS);
        case YEAR -> span(local.toLocalDate().withDayOfYear(1), 1, ChronoUnit.YEARS);
      };
    }

    private Span fixed(Instant now, ChronoUnit unit) {
      var start = now.truncatedTo(unit);
      return new Span(start, start.plus(1, unit));
    }

    /// An hour of the wall clock; offsets of a part of an hour are respected.
    private Span hour(ZonedDateTime local) {
      var start = local.truncatedTo(ChronoUnit.HOURS).toInstant();
      return new Span(start, start.plus(1, ChronoUnit.HOURS));
    }

    private Span days(java.time.LocalDate first, int count) {
      return span(first, count, ChronoUnit.DAYS);
    }

    private Span span(java.time.LocalDate first, int count, ChronoUnit unit) {
      return new Span(
          first.atStartOfDay(zone).toInstant(),
          first.plus(count, unit).atStartOfDay(zone).toInstant());
    }
  }

  /// From `start` (inclusive) to `end` (exclusive).
  record Span(Instant start, Instant end) {
    public boolean holds(Instant instant) {
      return !instant.isBefore(start) && instant.isBefore(end);
    }
  }
}
