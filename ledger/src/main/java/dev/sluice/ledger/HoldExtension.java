package dev.sluice.ledger;

import dev.sluice.core.budget.Limit;
import java.util.List;

/// Asks for more of a hold that is open, in the windows that it charges.
///
/// @param step 1 for a hold's first extension, and one more for each that follows: a step that is
///   repeated gets its first answer
/// @param limits those of the hold, as they are now
/// @param more what to add
/// @param least where `more` does not fit but this does, all that fits is added
public record HoldExtension(
    String holdId, int step, List<Limit> limits, Amounts more, Amounts least) {
  public HoldExtension {
    limits = List.copyOf(limits);
    if (step < 1) {
      throw new IllegalArgumentException("step: " + step + " (expected: 1 or more)");
    }
    if (!more.isExact() || !least.isExact() || !least.within(more)) {
      throw new IllegalArgumentException("least: " + least + " (expected: $0.." + more + ")");
    }
  }
}
