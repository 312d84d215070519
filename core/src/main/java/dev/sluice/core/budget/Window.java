package dev.sluice.core.budget;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.function.UnaryOperator;

/// When a budget starts anew.
public sealed interface Window {

  /// A name that is stable for ever, part of the ledger's keys.
  String id();

  /// A window that ends, and is followed by the next one.
  sealed interface Recurring extends Window {
    Period period();
  }

  /// One window for ever.
  record Endless() implements Window {
    @Override
    public String id() {
      return "endless";
    }
  }

  /// A window of fixed length that opens at the first use after the last one ended.
  record Rolling(Period period) implements Recurring {
    @Override
    public String id() {
      return period.title() + ".rolling";
    }
  }

  /// A window aligned to the calendar of a time zone; weeks start on Monday.
  record Calendar(Period period, ZoneId zone) implements Recurring {
    @Override
    public String id() {
      return period.title() + "." + zone.getId();
    }

    /// The window that holds `now`; its end is the next window's start.
    public Span at(Instant now) {
      return switch (period) {
        case MINUTE -> minute(now);
        case HOUR -> hour(now);
        case DAY -> dates(now, date -> date, ChronoUnit.DAYS);
        case WEEK ->
            dates(
                now,
                date -> date.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY)),
                ChronoUnit.WEEKS);
        case MONTH -> dates(now, date -> date.withDayOfMonth(1), ChronoUnit.MONTHS);
        case YEAR -> dates(now, date -> date.withDayOfYear(1), ChronoUnit.YEARS);
      };
    }

    private static Span minute(Instant now) {
      var start = now.truncatedTo(ChronoUnit.MINUTES);
      return new Span(start, start.plus(Period.MINUTE.fixed()));
    }

    /// An hour of the wall clock. A change of the clock starts a new one, so that no window is
    /// longer than an hour, also where the clock moves by half an hour.
    private Span hour(Instant now) {
      var start = now.atZone(zone).toOffsetDateTime().truncatedTo(ChronoUnit.HOURS).toInstant();
      var end = start.plus(Period.HOUR.fixed());
      var change = zone.getRules().previousTransition(now.plusNanos(1));
      if (change != null && change.getInstant().isAfter(start)) {
        start = change.getInstant();
      }
      var next = zone.getRules().nextTransition(now);
      if (next != null && next.getInstant().isBefore(end)) {
        end = next.getInstant();
      }
      return new Span(start, end);
    }

    /// Whole local dates, from the first one of `now`'s window. Where the clock falls back over
    /// midnight the old date comes a second time; it belongs to the window that has begun.
    private Span dates(Instant now, UnaryOperator<LocalDate> toFirst, ChronoUnit unit) {
      var first = toFirst.apply(now.atZone(zone).toLocalDate());
      var span = span(first, unit);
      return span.holds(now) ? span : span(first.plus(1, unit), unit);
    }

    private Span span(LocalDate first, ChronoUnit unit) {
      return new Span(startOf(first), startOf(first.plus(1, unit)));
    }

    private Instant startOf(LocalDate date) {
      return date.atStartOfDay(zone).toInstant();
    }
  }

  /// From `start` (inclusive) to `end` (exclusive).
  record Span(Instant start, Instant end) {

    /// To the largest number of milliseconds that every store counts exactly, 2^53.
    public static final Span ALWAYS = new Span(Instant.EPOCH, Instant.ofEpochMilli(1L << 53));

    public boolean holds(Instant instant) {
      return !instant.isBefore(start) && instant.isBefore(end);
    }
  }
}
