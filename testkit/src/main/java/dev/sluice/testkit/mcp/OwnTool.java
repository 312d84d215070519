package dev.sluice.testkit.mcp;

import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A tool of one server alone.
///
/// @param definition as the server lists it
/// @param work from the arguments of a call to its result
public record OwnTool(ObjectNode definition, Function<JsonNode, ObjectNode> work) {

  String name() {
    return definition.path("name").asString();
  }
}
