package dev.sluice.testkit.gemini.rules;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// The functions that a request declares, and which of them may be called.
final class DeclarationRules {

  private static final String NAME = "[a-zA-Z_][a-zA-Z0-9_.:-]{0,63}";

  private final List<String> problems = new ArrayList<>();

  private DeclarationRules() {}

  static void check(JsonNode body) {
    var rules = new DeclarationRules();
    var names = rules.declarations(body.path("tools"));
    if (!rules.problems.isEmpty()) {
      throw GeminiRules.invalid(String.join("\n", rules.problems) + "\n");
    }
    checkCalling(body.path("toolConfig").path("functionCallingConfig"), names);
  }

  /// The schema of an answer is one like that of a function.
  static void checkAnswer(JsonNode schema) {
    var rules = new DeclarationRules();
    rules.schema(schema, "GenerateContentRequest.generation_config.response_schema");
    if (!rules.problems.isEmpty()) {
      throw GeminiRules.invalid(String.join("\n", rules.problems) + "\n");
    }
  }

  private Set<String> declarations(JsonNode tools) {
    var names = new HashSet<String>();
    for (var i = 0; i < tools.size(); i++) {
      var declarations = tools.path(i).path("functionDeclarations");
      for (var j = 0; j < declarations.size(); j++) {
        var place = "GenerateContentRequest.tools[%d].function_declarations[%d]".formatted(i, j);
        declaration(declarations.path(j), names, place);
      }
    }
    return names;
  }

  private void declaration(JsonNode declaration, Set<String> names, String place) {
    var name = declaration.path("name").asString("");
    ensure(
        name.matches(NAME),
        place + ".name",
        "Invalid function name. Must start with a letter or an underscore. Must be alphameric"
            + " (a-z, A-Z, 0-9), underscores (_), dots (.), colons (:), or dashes (-), with a"
            + " maximum length of 64.");
    if (!names.add(name)) {
      throw GeminiRules.invalid("Duplicate function declaration found: " + name);
    }
    ensure(
        !(declaration.has("parameters") && declaration.has("parametersJsonSchema")),
        place + ".parameters_json_schema",
        "must not be set together with parameters");
    if (declaration.has("parameters")) {
      schema(declaration.path("parameters"), place + ".parameters");
    }
  }

  private void schema(JsonNode schema, String place) {
    var type = schema.path("type").asString("").toUpperCase(Locale.ROOT);
    ensure(
        !schema.path("properties").isObject() || !schema.path("properties").isEmpty(),
        place + ".properties",
        "should be non-empty for OBJECT type");
    ensure(!type.equals("ARRAY") || schema.has("items"), place + ".items", "missing field.");
    ensure(
        !schema.has("enum") || type.equals("STRING") || type.isEmpty(),
        place + ".enum",
        "only allowed for STRING type");
    var required = schema.path("required");
    for (var i = 0; i < required.size(); i++) {
      ensure(
          schema.path("properties").has(required.path(i).asString("")),
          place + ".required[" + i + "]",
          "property is not defined");
    }
    for (var property : schema.path("properties").properties()) {
      schema(property.getValue(), place + ".properties[" + property.getKey() + "]");
    }
    if (schema.has("items")) {
      schema(schema.path("items"), place + ".items");
    }
    for (var i = 0; i < schema.path("anyOf").size(); i++) {
      schema(schema.path("anyOf").path(i), place + ".any_of[" + i + "]");
    }
  }

  private static void checkCalling(JsonNode config, Set<String> names) {
    if (config.isMissingNode()) {
      return;
    }
    var mode = config.path("mode").asString("AUTO").toUpperCase(Locale.ROOT);
    if (mode.equals("ANY") && names.isEmpty()) {
      throw GeminiRules.invalid("Function calling config is set without function_declarations.");
    }
    if (config.path("allowedFunctionNames").isEmpty()) {
      return;
    }
    if (!mode.equals("ANY") && !mode.equals("VALIDATED")) {
      throw GeminiRules.invalid(
          "Allowed function names should be set only when function calling mode is ANY.");
    }
    for (var name : config.path("allowedFunctionNames")) {
      if (!names.contains(name.asString(""))) {
        throw GeminiRules.invalid(
            "Allowed function name %s is not declared in tools.".formatted(name.asString("")));
      }
    }
  }

  private void ensure(boolean holds, String place, String problem) {
    if (!holds) {
      problems.add("* %s: %s".formatted(place, problem));
    }
  }
}
