package dev.sluice.core.policy;

import dev.sluice.core.budget.Budget;
import java.util.Comparator;
import java.util.List;

/// The cheaper models that serve in place of the asked one as budgets fill: `spec.degrade` of one
/// object.
///
/// @param budgets of that object; the fullest counts
/// @param steps the one with the highest `at` first
public record Ladder(List<Budget> budgets, List<Step> steps) {

  public Ladder {
    budgets = List.copyOf(budgets);
    steps = steps.stream().sorted(Comparator.comparing(Step::at).reversed()).toList();
  }

  /// @param at the percentage of a budget that is posted, 1 to 100
  /// @param model from there on
  public record Step(long at, String model) {}

  public static boolean isCheaper(Model model, Model than) {
    var price = model.price();
    var other = than.price();
    return price != null && other != null && price.lessThan(other);
  }

  /// Whether both take the same kind of request.
  public static boolean sameKind(Model asked, Model cheaper) {
    var from = asked.requests();
    var to = cheaper.requests();
    return from != null && to != null && from.kind().equals(to.kind());
  }
}
