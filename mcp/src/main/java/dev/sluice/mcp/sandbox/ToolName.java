package dev.sluice.mcp.sandbox;

/// A tool of a server, as a program names it: `servers.SERVER.TOOL`.
public record ToolName(String server, String tool) {
  @Override
  public String toString() {
    return server + "." + tool;
  }
}
