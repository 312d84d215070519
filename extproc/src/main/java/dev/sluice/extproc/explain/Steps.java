package dev.sluice.extproc.explain;

import dev.sluice.extproc.explain.Explanation.Step;
import dev.sluice.extproc.explain.Explanation.Verdict;
import java.util.ArrayList;
import java.util.List;

/// The steps of one explanation, as they are found.
final class Steps {

  private final List<Step> steps = new ArrayList<>();

  void passes(String step, String why) {
    steps.add(new Step(step, Verdict.Passes, why));
  }

  void stops(String step, String why) {
    steps.add(new Step(step, Verdict.Stops, why));
  }

  void tells(String step, String why) {
    steps.add(new Step(step, Verdict.Tells, why));
  }

  List<Step> all() {
    return steps;
  }
}
