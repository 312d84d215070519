package dev.sluice.mcp.sandbox;

import java.util.List;

/// What a model wrote to run, and the tools it may call.
///
/// @param code JavaScript, or TypeScript whose types can be taken away
/// @param tools in the order in which a program sees them; of one server side by side
public record Program(String code, List<ToolName> tools) {
  public Program {
    tools = List.copyOf(tools);
  }
}
