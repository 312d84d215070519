package dev.sluice.core.budget;

import java.time.Duration;
import java.util.Locale;

/// The length of a budget's window.
public enum Period {
  MINUTE(Duration.ofMinutes(1)),
  HOUR(Duration.ofHours(1)),
  DAY(Duration.ofDays(1)),
  WEEK(Duration.ofDays(7)),
  MONTH(Duration.ofDays(30)),
  YEAR(Duration.ofDays(365));

  private final Duration fixed;
  private final String title;

  Period(Duration fixed) {
    this.fixed = fixed;
    this.title = name().charAt(0) + name().substring(1).toLowerCase(Locale.ROOT);
  }

  /// The length of a window of this period that starts at first use.
  public Duration fixed() {
    return fixed;
  }

  /// The name in manifests and answers, for example `Day`.
  public String title() {
    return title;
  }
}
