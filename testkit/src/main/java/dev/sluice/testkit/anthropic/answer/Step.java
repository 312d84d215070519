package dev.sluice.testkit.anthropic.answer;

import dev.sluice.testkit.anthropic.billing.Usage;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// One step of generating an answer: what it adds to the bill, and the event that shows it. Hidden
/// thinking adds to the bill and shows nothing.
public record Step(Usage adds, Optional<ObjectNode> event) {

  static Step shown(Usage adds, ObjectNode event) {
    return new Step(adds, Optional.of(event));
  }

  static Step free(ObjectNode event) {
    return shown(Usage.NONE, event);
  }

  static Step hidden(Usage adds) {
    return new Step(adds, Optional.empty());
  }
}
