package dev.sluice.operator.keys;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What the annotations of a VirtualKey ask for: a new value, and how long the old one is valid
/// beside it.
///
/// @param mark any text; a new one asks for a new value; null where none was ever asked for
/// @param overlap 0 to 30 days; default 24 hours
record Rotation(@Nullable String mark, Duration overlap) {

  static final String MARK = "sluice.dev/rotate";
  static final String OVERLAP = "sluice.dev/rotate-overlap";
  static final String EXPECTED = "a time from 0s to 720h, such as 30m or 24h";

  private static final Duration DEFAULT = Duration.ofHours(24);
  private static final Duration MOST = Duration.ofHours(720);
  private static final Pattern TIME = Pattern.compile("\\d{1,7}[smh]");

  /// @throws DateTimeException where the overlap is none
  static Rotation of(Map<String, String> annotations) {
    var overlap = annotations.get(OVERLAP);
    return new Rotation(annotations.get(MARK), overlap == null ? DEFAULT : parse(overlap));
  }

  Instant until(Instant now) {
    return now.plus(overlap);
  }

  private static Duration parse(String text) {
    if (!TIME.matcher(text).matches()) {
      throw new DateTimeException(text);
    }
    var overlap = Duration.parse("PT" + text);
    if (overlap.compareTo(MOST) > 0) {
      throw new DateTimeException(text);
    }
    return overlap;
  }
}
