package dev.sluice.ledger.books;

import dev.sluice.core.budget.Measure;
import dev.sluice.core.budget.Period;
import dev.sluice.core.budget.Window;
import dev.sluice.ledger.Ledger;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One window of one limit.
///
/// @param limit the id of the limit, which ends with what it measures (where that is not money) and
///   with the name of its window
/// @param start in milliseconds since 1970
public record WindowId(String limit, long start) implements Comparable<WindowId> {

  private static final Pattern PERIOD =
      Pattern.compile(":(Minute|Hour|Day|Week|Month|Year)\\.([^.]*)$");
  private static final Pattern MEASURE = Pattern.compile(":(tokens|requests|concurrent):[^.]+");

  private static final Comparator<WindowId> ORDER =
      Comparator.comparing(WindowId::limit).thenComparing(WindowId::start);

  /// Calendars have windows that are shorter than the period's usual length.
  private static final double SHORTEST = 0.9;

  @Override
  public int compareTo(WindowId other) {
    return ORDER.compare(this, other);
  }

  /// Level and owner of the limit, as the ids of all limits of that owner begin.
  public String owner() {
    return limit.substring(0, limit.indexOf(':', limit.indexOf(':') + 1) + 1);
  }

  public Measure measure() {
    var found = MEASURE.matcher(limit);
    if (!found.find()) {
      return Measure.USD;
    }
    return switch (found.group(1)) {
      case "tokens" -> Measure.TOKENS;
      case "requests" -> Measure.REQUESTS;
      default -> Measure.CONCURRENT;
    };
  }

  /// Whether the ledger may have forgotten it.
  boolean isPast(long now) {
    var period = period();
    return period != null
        && now >= start + (long) (period.toMillis() * SHORTEST) + Ledger.MEMORY.toMillis();
  }

  /// When nobody asks for it any more, whatever its calendar; very late where it has no end.
  public long forgottenAt() {
    var period = period();
    return period == null ? 1L << 53 : start + 2 * period.toMillis() + 2 * Ledger.MEMORY.toMillis();
  }

  /// In milliseconds since 1970, exclusive; very late where it has none.
  public long end() {
    var found = PERIOD.matcher(limit);
    if (!found.find()) {
      return Window.Span.ALWAYS.end().toEpochMilli();
    }
    var period = period(found.group(1));
    return found.group(2).equals("rolling")
        ? start + period.fixed().toMillis()
        : new Window.Calendar(period, ZoneId.of(found.group(2)))
            .at(Instant.ofEpochMilli(start))
            .end()
            .toEpochMilli();
  }

  private @Nullable Duration period() {
    var found = PERIOD.matcher(limit);
    return found.find() ? period(found.group(1)).fixed() : null;
  }

  private static Period period(String title) {
    for (var period : Period.values()) {
      if (period.title().equals(title)) {
        return period;
      }
    }
    throw new IllegalStateException("BUG: no period " + title);
  }
}
