package dev.sluice.testkit.anthropic.answer;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// A planned answer.
///
/// @param steps the way to it, message_start and message_stop included
/// @param message the whole of it, as an answer without streaming
public record Answer(List<Step> steps, ObjectNode message) {

  public Answer {
    steps = List.copyOf(steps);
  }
}
