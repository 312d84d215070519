package dev.sluice.operator.cli;

import dev.sluice.core.listing.LimitRow;
import dev.sluice.extproc.explain.Explanation;
import dev.sluice.extproc.explain.Explanation.Place;
import dev.sluice.extproc.explain.Explanation.Verdict;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An explanation for people: its steps, the limits, and the outcome last.
final class ExplanationText {

  private ExplanationText() {}

  static String of(Explanation explanation) {
    var text = new StringBuilder();
    text.append("key ").append(explanation.key());
    text.append(", model ").append(explanation.model()).append("\n\n");
    var steps = new Table(List.of("STEP", "", "WHY"));
    for (var step : explanation.steps()) {
      steps.add(List.of(step.step(), mark(step.verdict()), step.why()));
    }
    text.append(steps).append('\n');
    if (!explanation.places().isEmpty()) {
      text.append(places(explanation.places())).append('\n');
    }
    if (!explanation.limits().isEmpty()) {
      text.append(limits(explanation.limits())).append('\n');
    }
    for (var unseen : explanation.unseen()) {
      text.append("not seen: ").append(unseen).append('\n');
    }
    return text.append(explanation.outcome().sentence()).append('\n').toString();
  }

  private static String mark(Verdict verdict) {
    return switch (verdict) {
      case Passes -> "ok";
      case Stops -> "no";
      case Tells -> "";
    };
  }

  private static Table places(List<Place> places) {
    var table =
        new Table(
            List.of(
                "PLACE", "PROVIDER", "CREDENTIAL", "MODEL", "REGION", "INPUT", "OUTPUT", "WHY"));
    for (var place : places) {
      table.add(
          List.of(
              place.place() == null ? "-" : place.place().toString(),
              place.provider(),
              place.credential(),
              place.model(),
              shown(place.region()),
              "$" + place.inputUsd(),
              place.outputUsd() == null ? "-" : "$" + place.outputUsd(),
              place.why() == null ? "" : place.why()));
    }
    return table;
  }

  private static Table limits(List<LimitRow> limits) {
    var table =
        new Table(List.of("LIMIT", "WINDOW", "MOST", "RAISED", "USED", "HELD", "LEFT", "RESETS"));
    for (var limit : limits) {
      table.add(
          List.of(
              limit.level() + " " + limit.name() + " " + limit.measure(),
              window(limit),
              limit.limit(),
              shown(limit.activeGrants()),
              shown(limit.posted()),
              shown(limit.held()),
              shown(limit.remaining()),
              shown(limit.resetsAt())));
    }
    return table;
  }

  private static String window(LimitRow limit) {
    return limit.window() == null ? "-" : limit.window() + " " + limit.kind();
  }

  private static String shown(@Nullable String text) {
    return text == null ? "-" : text;
  }
}
