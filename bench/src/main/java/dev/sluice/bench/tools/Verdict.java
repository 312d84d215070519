package dev.sluice.bench.tools;

import dev.sluice.bench.report.Table;
import java.util.List;

/// A figure beside what it is to be.
record Verdict(String what, Bound bound, double figure) {

  /// What a figure is to be.
  sealed interface Bound {
    record AtMost(double most) implements Bound {}

    record AtLeast(double least) implements Bound {}
  }

  static Verdict atMost(double most, String what, double figure) {
    return new Verdict(what, new Bound.AtMost(most), figure);
  }

  static Verdict atLeast(double least, String what, double figure) {
    return new Verdict(what, new Bound.AtLeast(least), figure);
  }

  /// What is no number reaches nothing.
  boolean isReached() {
    return switch (bound) {
      case Bound.AtMost(var most) -> figure <= most;
      case Bound.AtLeast(var least) -> figure >= least;
    };
  }

  static boolean allReached(List<Verdict> verdicts) {
    return verdicts.stream().allMatch(Verdict::isReached);
  }

  private String expected() {
    return switch (bound) {
      case Bound.AtMost(var most) -> "at most %.0f".formatted(most);
      case Bound.AtLeast(var least) -> "at least %.0f".formatted(least);
    };
  }

  static Table table(List<Verdict> verdicts) {
    var table = new Table("target", "expected", "figure", "");
    for (var verdict : verdicts) {
      table.add(
          List.of(
              verdict.what,
              verdict.expected(),
              Times.text(verdict.figure),
              verdict.isReached() ? "reached" : "missed"));
    }
    return table;
  }
}
