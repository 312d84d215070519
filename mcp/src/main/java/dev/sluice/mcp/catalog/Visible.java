package dev.sluice.mcp.catalog;

import dev.sluice.mcp.tools.ToolDefinition;

/// A tool that a caller sees, and the name by which the caller calls it.
public record Visible(Offered server, ToolDefinition tool, String name) {}
