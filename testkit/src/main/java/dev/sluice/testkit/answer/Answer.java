package dev.sluice.testkit.answer;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// A planned answer.
///
/// @param steps the way to it, the stream's first and last event included
/// @param document the whole of it, as an answer without streaming
public record Answer(List<Step> steps, ObjectNode document) {

  public Answer {
    steps = List.copyOf(steps);
  }
}
