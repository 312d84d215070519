package dev.sluice.mcp.catalog;

import dev.sluice.mcp.tools.ToolDefinition;

/// A tool as one caller sees it.
///
/// @param name what the caller calls it: at an endpoint of several servers `SERVER__TOOL`
public record Visible(Offered server, ToolDefinition tool, String name) {}
