package dev.sluice.extproc.explain;

import dev.sluice.core.budget.BudgetText;
import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.core.policy.Ladder;
import dev.sluice.core.policy.Model;
import dev.sluice.extproc.exchange.Exchange;

/// Tells which step of the ladders is reached, and whether its model serves.
final class LadderSteps {

  private static final String STEP = "ladder";

  private LadderSteps() {}

  static void add(KeyPolicy key, Exchange.Facts serving, Known known, Steps steps) {
    for (var ladder : key.ladders()) {
      for (var step : ladder.steps()) {
        var reached = known.isPosted(ladder.budgets(), step.at());
        steps.tells(STEP, text(ladder, step) + (reached ? ": it is" : ": it is not"));
      }
    }
    var instead = serving.route().insteadOf();
    if (instead != null) {
      steps.passes(STEP, instead(serving.route().model(), instead));
    } else if (!key.ladders().isEmpty()) {
      steps.tells(STEP, "no step that is reached has a model that may serve: the asked one does");
    }
  }

  private static String text(Ladder ladder, Ladder.Step step) {
    var carrier = BudgetText.owner(ladder.budgets().getFirst());
    return "of %s: %s once %d %% of a budget is spent".formatted(carrier, step.model(), step.at());
  }

  private static String instead(Model serving, Model asked) {
    return "%s serves sessions that begin, in place of %s".formatted(serving.name(), asked.name());
  }

  /// Of a request that money would refuse.
  static String lastResort(Exchange.Facts cheaper) {
    var asked = cheaper.route().insteadOf();
    return cheaper.route().model().name()
        + " still fits, and serves before the request is refused"
        + (asked == null ? "" : ", in place of " + asked.name());
  }
}
