package dev.sluice.compiler.route;

import dev.sluice.compiler.rules.Complaints;
import dev.sluice.compiler.rules.KeyPlan;
import dev.sluice.compiler.rules.SimplicityPlan;
import dev.sluice.core.policy.Routing;
import java.util.List;

/// Finds routes of a key that no request reaches, and a `complexity` that no route asks for.
public final class RouteWarnings {

  private RouteWarnings() {}

  public static void find(KeyPlan plan, Complaints warnings) {
    var rules = plan.routing().rules();
    reached(rules, warnings);
    if (!plan.simplicity().equals(SimplicityPlan.NONE)
        && rules.stream().allMatch(rule -> rule.match().complexity() == null)) {
      warnings.vain("spec.complexity", "an object", "no route's match has complexity");
    }
  }

  /// The first that fits names the model, so that what is fitted already names none.
  private static void reached(List<Routing.Rule> rules, Complaints warnings) {
    for (int i = 1; i < rules.size(); i++) {
      for (int j = 0; j < i; j++) {
        if (Cover.covers(rules.get(j).match(), rules.get(i).match())) {
          var why = "spec.routes[" + j + "] comes first, and fits all that this one fits";
          warnings.vain("spec.routes[" + i + "]", "it", why);
          break;
        }
      }
    }
  }
}
