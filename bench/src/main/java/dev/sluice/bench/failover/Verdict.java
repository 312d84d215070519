package dev.sluice.bench.failover;

import dev.sluice.bench.report.Table;
import java.util.List;
import java.util.Locale;

/// Whether what a failed attempt adds stays below what it may.
///
/// @param p50 in milliseconds
record Verdict(String what, double p50) {

  static final int ADDED_MILLIS_MAX = 50;

  boolean isReached() {
    return p50 < ADDED_MILLIS_MAX;
  }

  static Table table(List<Verdict> verdicts) {
    var table = new Table("target", "expected", "figure", "");
    for (var verdict : verdicts) {
      table.add(
          List.of(
              verdict.what,
              "below " + ADDED_MILLIS_MAX,
              String.format(Locale.ROOT, "%.1f", verdict.p50),
              verdict.isReached() ? "reached" : "missed"));
    }
    return table;
  }
}
