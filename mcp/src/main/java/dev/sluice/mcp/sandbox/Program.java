package dev.sluice.mcp.sandbox;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a model wrote to run, and the tools it may call.
///
/// @param code JavaScript, or TypeScript whose types can be taken away
/// @param tools in the order in which a program sees them; of one server side by side
/// @param away servers whose tools are not known, by name: each call of theirs fails, and says why
public record Program(String code, List<ToolName> tools, SortedMap<String, String> away) {
  public Program {
    tools = List.copyOf(tools);
    away = Collections.unmodifiableSortedMap(new TreeMap<>(away));
  }

  public Program(String code, List<ToolName> tools) {
    this(code, tools, Collections.emptySortedMap());
  }
}
