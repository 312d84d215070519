package dev.sluice.testkit.answer;

import dev.sluice.testkit.billing.Usage;
import java.util.Optional;

/// One step of generating an answer: what it adds to the bill, and the event that shows it. Hidden
/// thinking adds to the bill and shows nothing.
public record Step(Usage adds, Optional<Event> event) {

  public static Step shown(Usage adds, Event event) {
    return new Step(adds, Optional.of(event));
  }

  public static Step free(Event event) {
    return shown(Usage.NONE, event);
  }

  public static Step hidden(Usage adds) {
    return new Step(adds, Optional.empty());
  }
}
