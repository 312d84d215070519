package dev.sluice.testkit.script;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/// One block of a scripted answer.
public sealed interface Block {

  /// Played only if the request turned thinking on; shown or omitted as it asked.
  record Thinking(String text) implements Block {}

  record Text(String text) implements Block {}

  /// The input's members are written in the order of their names.
  record ToolUse(String name, Map<String, ?> input) implements Block {
    public ToolUse {
      input = Collections.unmodifiableMap(new TreeMap<>(input));
    }
  }

  /// A search by the provider's own tool: billed per use, its results are further input.
  record WebSearch(String query) implements Block {}

  /// A search that comes to nothing: nothing is read, and nothing billed.
  record FailedSearch(String query) implements Block {}

  /// A page that the model looks into after a search, where the provider tells of it; not billed.
  record OpenedPage(String url) implements Block {}

  /// The model declines, in words, and says no more.
  record Refusal(String text) implements Block {}

  /// The provider's filter ends the answer there.
  record Filtered() implements Block {}
}
