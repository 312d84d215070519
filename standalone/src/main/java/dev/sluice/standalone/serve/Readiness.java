package dev.sluice.standalone.serve;

import dev.sluice.standalone.admin.Answer;
import java.util.List;
import java.util.function.BooleanSupplier;

/// Whether requests are served: all that it needs is there, and the gateway is not about to end.
///
/// @param needs the first that is not met is told
public record Readiness(Signals signals, List<Need> needs) {

  public Readiness {
    needs = List.copyOf(needs);
  }

  /// @param lacking what is told where it is not met
  public record Need(String lacking, BooleanSupplier met) {}

  public boolean holds() {
    return !signals.ending() && needs.stream().allMatch(need -> need.met().getAsBoolean());
  }

  Answer answer() {
    if (signals.ending()) {
      return Answer.text(503, "draining");
    }
    for (var need : needs) {
      if (!need.met().getAsBoolean()) {
        return Answer.text(503, need.lacking());
      }
    }
    return Answer.text(200, "ready");
  }
}
