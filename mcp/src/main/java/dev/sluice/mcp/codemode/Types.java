package dev.sluice.mcp.codemode;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A JSON schema as a type of TypeScript. What it cannot say is `unknown`.
///
/// A schema is a stranger's: how deep it is read, and how much of it, is bounded, so that
/// references to references do not grow without end.
final class Types {
  private static final int DEPTH_MAX = 12;
  private static final int SCHEMAS_MAX = 1000;
  private static final int LITERALS_MAX = 60;
  private static final String UNKNOWN = "unknown";
  private static final List<String> ALTERNATIVES = List.of("oneOf", "anyOf");

  private final JsonNode root;
  private final ArrayList<String> references = new ArrayList<>();
  // Types of several parts, which need brackets where more follows.
  private final Set<String> compounds = new HashSet<>();
  private int schemas;

  private Types(JsonNode root) {
    this.root = root;
  }

  /// The type of a schema, its lines after the first indented by so many spaces.
  static String of(JsonNode schema, int indent) {
    return new Types(schema).type(schema, indent, 0);
  }

  private String type(@Nullable JsonNode schema, int indent, int depth) {
    if (schema == null || depth > DEPTH_MAX || ++schemas > SCHEMAS_MAX) {
      return UNKNOWN;
    }
    if (schema.isBoolean()) {
      return schema.booleanValue() ? UNKNOWN : "never";
    }
    if (!schema.isObject()) {
      return UNKNOWN;
    }
    var type = plain(schema, indent, depth);
    return schema.path("nullable").asBoolean(false) ? union(List.of(type, "null")) : type;
  }

  private String plain(JsonNode schema, int indent, int depth) {
    if (schema.has("$ref")) {
      return reference(schema.get("$ref").asString(""), indent, depth);
    }
    if (schema.has("const")) {
      return literal(schema.get("const"));
    }
    if (schema.path("enum").isArray()) {
      return literals(schema.get("enum"));
    }
    var parts = new ArrayList<String>();
    for (var word : ALTERNATIVES) {
      if (schema.path(word).isArray()) {
        parts.add(alternatives(schema.get(word), indent, depth));
      }
    }
    for (var part : schema.path("allOf")) {
      parts.add(type(part, indent, depth + 1));
    }
    if (parts.isEmpty() || says(schema)) {
      parts.addFirst(own(schema, indent, depth));
    }
    return intersection(parts);
  }

  /// Whether a schema that has alternatives says something of its own.
  private static boolean says(JsonNode schema) {
    return schema.has("properties");
  }

  private String alternatives(JsonNode all, int indent, int depth) {
    var types = new ArrayList<String>();
    for (var one : all) {
      types.add(type(one, indent, depth + 1));
    }
    return union(types);
  }

  private String reference(String reference, int indent, int depth) {
    var target = target(reference);
    if (target.isEmpty() || references.contains(reference)) {
      return UNKNOWN;
    }
    references.addLast(reference);
    var type = type(target.get(), indent, depth + 1);
    references.removeLast();
    return type;
  }

  /// Only within the schema itself: nothing is fetched.
  private Optional<JsonNode> target(String reference) {
    if (!reference.equals("#") && !reference.startsWith("#/")) {
      return Optional.empty();
    }
    var node = root.at(reference.substring(1).replace("%20", " "));
    return node.isMissingNode() ? Optional.empty() : Optional.of(node);
  }

  private String own(JsonNode schema, int indent, int depth) {
    var type = schema.get("type");
    if (type == null) {
      return untyped(schema, indent, depth);
    }
    if (type.isArray()) {
      var types = new ArrayList<String>();
      type.forEach(one -> types.add(named(one.asString(""), schema, indent, depth)));
      return union(types);
    }
    return named(type.asString(""), schema, indent, depth);
  }

  private String untyped(JsonNode schema, int indent, int depth) {
    if (schema.has("properties")) {
      return object(schema, indent, depth);
    }
    return schema.has("items") || schema.has("prefixItems")
        ? array(schema, indent, depth)
        : UNKNOWN;
  }

  private String named(String name, JsonNode schema, int indent, int depth) {
    return switch (name) {
      case "string", "boolean", "null", "number" -> name;
      case "integer" -> "number";
      case "array" -> array(schema, indent, depth);
      case "object" -> object(schema, indent, depth);
      default -> UNKNOWN;
    };
  }

  private String array(JsonNode schema, int indent, int depth) {
    var first = schema.path("prefixItems").isArray() ? schema.get("prefixItems") : null;
    if (first == null && schema.path("items").isArray()) {
      first = schema.get("items");
    }
    if (first != null) {
      var types = new ArrayList<String>();
      for (var one : first) {
        types.add(type(one, indent, depth + 1));
      }
      return "[" + String.join(", ", types) + "]";
    }
    var item = type(schema.get("items"), indent, depth + 1);
    return compounds.contains(item) ? "(" + item + ")[]" : item + "[]";
  }

  private String object(JsonNode schema, int indent, int depth) {
    var lines = new ArrayList<String>();
    var required = required(schema);
    for (var property : schema.path("properties").properties()) {
      for (var line : Prose.comment(Remarks.of(property.getValue()))) {
        lines.add(line);
      }
      lines.add(
          TypeScriptText.key(property.getKey())
              + (required.contains(property.getKey()) ? ": " : "?: ")
              + type(property.getValue(), indent + 2, depth + 1)
              + ";");
    }
    further(schema, indent, depth).ifPresent(type -> lines.add("[key: string]: " + type + ";"));
    if (lines.isEmpty()) {
      return "{}";
    }
    var margin = " ".repeat(indent);
    return lines.stream()
        .map(line -> margin + "  " + line + "\n")
        .collect(Collectors.joining("", "{\n", margin + "}"));
  }

  private static SequencedSet<String> required(JsonNode schema) {
    var names = new LinkedHashSet<String>();
    schema.path("required").forEach(name -> names.add(name.asString("")));
    return names;
  }

  /// The type of further properties, where the schema says that there are some.
  private Optional<String> further(JsonNode schema, int indent, int depth) {
    boolean named = !schema.path("properties").isEmpty();
    var types = new ArrayList<String>();
    for (var pattern : schema.path("patternProperties").properties()) {
      types.add(type(pattern.getValue(), indent + 2, depth + 1));
    }
    var additional = schema.get("additionalProperties");
    if (additional == null || additional.isBoolean()) {
      boolean any = additional == null ? !named : additional.booleanValue();
      if (any && types.isEmpty()) {
        types.add(UNKNOWN);
      }
    } else {
      types.add(type(additional, indent + 2, depth + 1));
    }
    // An index speaks of the named properties, too; together they have no narrower type than this.
    return types.isEmpty() ? Optional.empty() : Optional.of(named ? UNKNOWN : union(types));
  }

  private String literals(JsonNode all) {
    var types = new ArrayList<String>();
    for (var one : all) {
      types.add(all.size() > LITERALS_MAX ? kind(one) : literal(one));
    }
    return union(types);
  }

  private static String kind(JsonNode value) {
    return switch (value.getNodeType()) {
      case STRING -> "string";
      case NUMBER -> "number";
      case BOOLEAN -> "boolean";
      case NULL -> "null";
      case ARRAY, BINARY, MISSING, OBJECT, POJO -> UNKNOWN;
    };
  }

  private static String literal(JsonNode value) {
    if (value.isString()) {
      return TypeScriptText.quoted(value.asString());
    }
    return value.isNumber() || value.isBoolean() || value.isNull() ? value.toString() : UNKNOWN;
  }

  /// Each once; `unknown` swallows all others.
  private String union(List<String> types) {
    var distinct = new LinkedHashSet<String>(types);
    if (distinct.isEmpty() || distinct.contains(UNKNOWN)) {
      return UNKNOWN;
    }
    return compound(String.join(" | ", distinct), distinct.size());
  }

  private String intersection(List<String> types) {
    var distinct = new LinkedHashSet<String>(types);
    distinct.remove(UNKNOWN);
    if (distinct.isEmpty()) {
      return UNKNOWN;
    }
    var type =
        distinct.stream()
            .map(part -> distinct.size() > 1 && compounds.contains(part) ? "(" + part + ")" : part)
            .collect(Collectors.joining(" & "));
    return compound(type, distinct.size());
  }

  private String compound(String type, int parts) {
    if (parts > 1) {
      compounds.add(type);
    }
    return type;
  }
}
