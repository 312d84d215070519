package dev.sluice.testkit.openai.rules;

import java.util.TreeSet;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/// The schema of a function's arguments; a strict one leaves nothing open.
final class Schemas {

  private Schemas() {}

  static void check(Field schema, String function, boolean strict) {
    var type = schema.object().value().path("type").asString("None");
    if (!type.equals("object")) {
      throw invalid(
          schema,
          function,
          "schema must be a JSON Schema of 'type: \"object\"', got 'type: \"%s\"'".formatted(type));
    }
    if (strict) {
      checkClosed(schema, schema.value(), function, "");
    }
  }

  private static void checkClosed(Field schema, JsonNode node, String function, String context) {
    if (node.path("properties").isObject()) {
      var where = "In context=(" + context + "), ";
      var properties = node.path("properties");
      if (node.path("additionalProperties").asBoolean(true)) {
        var problem = "'additionalProperties' is required to be supplied and to be false";
        throw invalid(schema, function, where + problem);
      }
      var missing = new TreeSet<>(properties.propertyNames());
      StreamSupport.stream(node.path("required").spliterator(), false)
          .map(JsonNode::asString)
          .forEach(missing::remove);
      if (!missing.isEmpty()) {
        var problem =
            "'required' is required to be supplied and to be an array including every key in"
                + " properties. Missing '%s'".formatted(missing.first());
        throw invalid(schema, function, where + problem);
      }
      for (var property : properties.properties()) {
        var inner = "%s'properties', '%s'".formatted(prefix(context), property.getKey());
        checkClosed(schema, property.getValue(), function, inner);
      }
    }
    if (node.path("items").isObject()) {
      checkClosed(schema, node.path("items"), function, prefix(context) + "'items'");
    }
  }

  private static String prefix(String context) {
    return context.isEmpty() ? "" : context + ", ";
  }

  private static RefusedException invalid(Field schema, String function, String problem) {
    return schema.wrong(
        "Invalid schema for function '%s': %s.".formatted(function, problem),
        "invalid_function_parameters");
  }
}
