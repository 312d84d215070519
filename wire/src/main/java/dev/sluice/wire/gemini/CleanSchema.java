package dev.sluice.wire.gemini;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Says a JSON schema in the part of OpenAPI's schemas that every Gemini model takes: one type
/// each, `nullable` for null, `anyOf` alone, enumerations of texts, no references.
///
/// What it has no word for makes the model's task looser, never another one, and is named in
/// `untold`.
final class CleanSchema {

  /// References can go round.
  private static final int DEPTH_MAX = 24;

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private static final Set<String> TEXTS = Set.of("title", "description", "pattern");
  private static final Set<String> COUNTS =
      Set.of("minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties");
  private static final Set<String> NUMBERS = Set.of("minimum", "maximum");

  /// What is said in another way.
  private static final Set<String> KNOWN =
      Set.of(
          "type",
          "properties",
          "required",
          "items",
          "anyOf",
          "oneOf",
          "allOf",
          "enum",
          "const",
          "nullable",
          "format",
          "$ref",
          "$defs",
          "definitions",
          "$schema",
          "$id",
          "$comment");

  private static final Map<String, Set<String>> FORMATS =
      Map.of(
          "STRING", Set.of("date-time", "enum"),
          "NUMBER", Set.of("float", "double"),
          "INTEGER", Set.of("int32", "int64"));

  private final JsonNode root;
  private final Set<String> untold;

  CleanSchema(JsonNode root, Set<String> untold) {
    this.root = root;
    this.untold = untold;
  }

  ObjectNode clean() {
    return clean(root, 0);
  }

  private ObjectNode clean(JsonNode schema, int depth) {
    var clean = NODES.objectNode();
    if (depth > DEPTH_MAX) {
      lose("$ref");
      return clean.put("type", "OBJECT");
    }
    reference(schema, clean, depth);
    for (var part : schema.path("allOf")) {
      clean.setAll(clean(part, depth + 1));
    }
    for (var member : schema.properties()) {
      simple(clean, member.getKey(), member.getValue());
    }
    type(schema, clean);
    enumeration(schema, clean);
    properties(schema, clean, depth);
    items(schema, clean, depth);
    format(schema, clean);
    return alternatives(schema, clean, depth);
  }

  private void lose(String keyword) {
    untold.add("tools.input_schema." + keyword);
  }

  private void reference(JsonNode schema, ObjectNode clean, int depth) {
    var reference = schema.path("$ref").asString("");
    if (reference.isEmpty()) {
      return;
    }
    boolean inside = reference.startsWith("#/$defs/") || reference.startsWith("#/definitions/");
    var parts = reference.split("/", -1);
    var target = inside && parts.length == 3 ? root.path(parts[1]).path(parts[2]) : null;
    if (target != null && target.isObject()) {
      clean.setAll(clean(target, depth + 1));
    } else {
      lose("$ref");
    }
  }

  private void simple(ObjectNode clean, String name, JsonNode value) {
    boolean fits =
        (TEXTS.contains(name) && value.isString())
            || (COUNTS.contains(name) && value.canConvertToInt() && value.isIntegralNumber())
            || (NUMBERS.contains(name) && value.isNumber());
    if (fits) {
      clean.set(name, value);
    } else if (!KNOWN.contains(name)) {
      lose(name);
    }
  }

  private static void type(JsonNode schema, ObjectNode clean) {
    var type = schema.path("type");
    if (type.isString()) {
      one(clean, type.stringValue());
    } else if (type.isArray()) {
      var alternatives = NODES.arrayNode();
      for (var each : type) {
        var word = each.asString("");
        if (word.equals("null")) {
          clean.put("nullable", true);
        } else if (!word.isEmpty()) {
          alternatives.addObject().put("type", word.toUpperCase(Locale.ROOT));
        }
      }
      if (alternatives.size() == 1) {
        clean.setAll((ObjectNode) alternatives.get(0));
      } else if (!alternatives.isEmpty()) {
        clean.set("anyOf", alternatives);
      }
    } else if (schema.path("properties").isObject() && !clean.has("type")) {
      one(clean, "object");
    }
    if (schema.path("nullable").asBoolean(false)) {
      clean.put("nullable", true);
    }
  }

  private static void one(ObjectNode clean, String type) {
    if (type.equals("null")) {
      clean.put("nullable", true);
    } else {
      clean.put("type", type.toUpperCase(Locale.ROOT));
    }
  }

  /// Only texts can be enumerated.
  private void enumeration(JsonNode schema, ObjectNode clean) {
    var values =
        schema.has("const") ? NODES.arrayNode().add(schema.path("const")) : schema.path("enum");
    if (!values.isArray()) {
      return;
    }
    var texts = NODES.arrayNode();
    for (var value : values) {
      if (value.isString() && !value.stringValue().isEmpty()) {
        texts.add(value);
      } else if (value.isNull()) {
        clean.put("nullable", true);
      } else {
        lose("enum");
        return;
      }
    }
    var type = clean.path("type").asString("STRING");
    if (texts.isEmpty() || !type.equals("STRING")) {
      lose("enum");
    } else {
      clean.put("type", "STRING").set("enum", texts);
    }
  }

  private void properties(JsonNode schema, ObjectNode clean, int depth) {
    if (schema.path("properties").isObject()) {
      var properties =
          (ObjectNode) clean.path("properties").asObjectOpt().orElse(NODES.objectNode());
      for (var property : schema.path("properties").properties()) {
        properties.set(property.getKey(), clean(property.getValue(), depth + 1));
      }
      if (!properties.isEmpty()) {
        clean.set("properties", properties);
      }
    }
    var required = NODES.arrayNode();
    for (var name : schema.path("required")) {
      if (clean.path("properties").has(name.asString(""))) {
        required.add(name);
      }
    }
    if (!required.isEmpty()) {
      clean.set("required", required);
    }
  }

  /// An array must say of what.
  private void items(JsonNode schema, ObjectNode clean, int depth) {
    if (schema.path("items").isObject()) {
      clean.set("items", clean(schema.path("items"), depth + 1));
    } else if (clean.path("type").asString("").equals("ARRAY") && !clean.has("items")) {
      clean.putObject("items").put("type", "STRING");
      lose("items");
    }
  }

  private void format(JsonNode schema, ObjectNode clean) {
    var format = schema.path("format").asString("");
    var type = clean.path("type").asString("");
    if (FORMATS.getOrDefault(type, Set.of()).contains(format)) {
      clean.put("format", format);
    } else if (!format.isEmpty()) {
      lose("format");
    }
  }

  /// Nothing can stand beside `anyOf`: what does goes into each alternative.
  private ObjectNode alternatives(JsonNode schema, ObjectNode clean, int depth) {
    var alternatives = clean.path("anyOf").isArray() ? (ArrayNode) clean.path("anyOf") : null;
    for (var keyword : new String[] {"anyOf", "oneOf"}) {
      if (schema.path(keyword).isArray()) {
        alternatives = alternatives == null ? NODES.arrayNode() : alternatives;
        for (var alternative : schema.path(keyword)) {
          if (alternative.path("type").asString("").equals("null")) {
            clean.put("nullable", true);
          } else {
            alternatives.add(clean(alternative, depth + 1));
          }
        }
      }
    }
    clean.remove("anyOf");
    if (alternatives == null || alternatives.isEmpty()) {
      return clean;
    }
    var told = NODES.arrayNode();
    for (var alternative : alternatives) {
      var one = clean.deepCopy();
      one.setAll((ObjectNode) alternative);
      told.add(one);
    }
    if (told.size() == 1) {
      return (ObjectNode) told.get(0);
    }
    var only = NODES.objectNode();
    only.set("anyOf", told);
    return only;
  }
}
