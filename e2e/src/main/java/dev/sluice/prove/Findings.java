package dev.sluice.prove;

import dev.sluice.demo.parts.BudgetLine;
import dev.sluice.prove.Watch.Seen;
import dev.sluice.prove.crowd.Ask;
import dev.sluice.prove.crowd.End;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// All that a run brought to light.
///
/// @param budget the ledger at the end, when only holds of the killed gateway are left
record Findings(
    BigDecimal limit, Killed killed, List<End> ends, Seen seen, Books books, BudgetLine budget) {

  Findings {
    ends = List.copyOf(ends);
  }

  /// The moment of the kill.
  ///
  /// @param after the first request
  /// @param outlived how long the last of its processes lived on
  /// @param billed how many exchanges were on the bill
  /// @param streams how many answers came through the gateway just then
  /// @param cut the requests that it had not answered to the end
  record Killed(Duration after, Duration outlived, long billed, int streams, List<Ask> cut) {

    Killed {
      cut = List.copyOf(cut);
    }
  }

  long count(Class<? extends End> kind) {
    return ends.stream().filter(kind::isInstance).count();
  }

  Optional<End.Refused> firstRefusal() {
    return ends.stream()
        .filter(End.Refused.class::isInstance)
        .map(End.Refused.class::cast)
        .min(Comparator.comparingLong(End.Refused::atNanos));
  }

  /// The least exact bound of those who were never admitted.
  Optional<BigDecimal> leastBoundOfThoseWhoGaveUp() {
    return ends.stream()
        .filter(End.GaveUp.class::isInstance)
        .map(end -> end.ask().exactBound())
        .min(Comparator.naturalOrder());
  }

  /// What the requests that the killed gateway had could cost at most.
  BigDecimal exactBoundsOfTheCut() {
    return killed.cut().stream().map(Ask::exactBound).reduce(BigDecimal.ZERO, BigDecimal::add);
  }
}
