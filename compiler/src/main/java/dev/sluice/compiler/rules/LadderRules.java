package dev.sluice.compiler.rules;

import dev.sluice.compiler.problem.Fault;
import dev.sluice.core.policy.Ladder;
import dev.sluice.crds.BudgetSpec;
import dev.sluice.crds.VirtualKey;
import dev.sluice.crds.schema.Text;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/// Checks the ladder of one object, as far as it can be without its models.
final class LadderRules {

  private static final long PERCENT_MAX = 100;

  private LadderRules() {}

  static List<Ladder.Step> check(
      List<VirtualKey.Degrade> specs, List<BudgetSpec> budgets, Complaints complaints) {
    if (!specs.isEmpty() && budgets.isEmpty()) {
      complaints.add("spec.budgets", new Fault.Missing("a budget, which spec.degrade looks at"));
    }
    var steps = new ArrayList<Ladder.Step>();
    var places = new HashSet<Long>();
    for (int i = 0; i < specs.size(); i++) {
      var spec = specs.get(i);
      var at = "spec.degrade[" + i + "]";
      if (spec.at() < 1 || spec.at() > PERCENT_MAX) {
        complaints.unexpected(at + ".at", "" + spec.at(), "a percentage, 1..100");
      } else if (!places.add(spec.at())) {
        complaints.unexpected(at + ".at", "" + spec.at(), "each percentage once");
      }
      Values.check(Text.MODEL, spec.model(), at + ".model", complaints);
      steps.add(new Ladder.Step(spec.at(), spec.model()));
    }
    return steps;
  }
}
