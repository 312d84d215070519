package dev.sluice.mcp.codemode;

import dev.sluice.mcp.sandbox.ToolName;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A tool as its server defines it. Nothing of it is trusted.
///
/// @param description empty where there is none
/// @param input the JSON schema of its input
/// @param output that of its result; null where the server gives none
public record DeclaredTool(
    ToolName name, String description, JsonNode input, @Nullable JsonNode output) {}
