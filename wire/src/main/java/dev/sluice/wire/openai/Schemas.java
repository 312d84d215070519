package dev.sluice.wire.openai;

import java.util.HashSet;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Tools and JSON schemas as a provider takes them.
///
/// @param dropped keywords that the provider refuses
public record Schemas(Set<String> dropped) {

  private static final JsonMapper JSON = JsonMapper.shared();

  /// Members whose names are the schema's author's own, or values.
  private static final Set<String> NAMES = Set.of("properties", "$defs", "definitions");

  private static final Set<String> VALUES = Set.of("enum", "const", "default", "examples");

  public Schemas {
    dropped = Set.copyOf(dropped);
  }

  /// A tool's input: an object, whose properties must be said even where it has none.
  public JsonNode ofTool(JsonNode schema) {
    var fitting = of(schema);
    if (fitting instanceof ObjectNode object
        && object.path("type").asString("").equals("object")
        && !object.has("properties")) {
      var whole = object.deepCopy();
      whole.set("properties", JSON.createObjectNode());
      return whole;
    }
    return fitting;
  }

  public JsonNode of(JsonNode schema) {
    return dropped.isEmpty() ? schema : cleaned(schema);
  }

  private JsonNode cleaned(JsonNode schema) {
    return switch (schema) {
      case ObjectNode object -> {
        var kept = JSON.createObjectNode();
        object.properties().stream()
            .filter(member -> !dropped.contains(member.getKey()))
            .forEach(
                member -> kept.set(member.getKey(), member(member.getKey(), member.getValue())));
        yield kept;
      }
      case ArrayNode array -> {
        var kept = JSON.createArrayNode();
        array.forEach(element -> kept.add(cleaned(element)));
        yield kept;
      }
      default -> schema;
    };
  }

  private JsonNode member(String name, JsonNode value) {
    if (VALUES.contains(name)) {
      return value;
    }
    if (!NAMES.contains(name) || !(value instanceof ObjectNode named)) {
      return cleaned(value);
    }
    var kept = JSON.createObjectNode();
    named.properties().forEach(one -> kept.set(one.getKey(), cleaned(one.getValue())));
    return kept;
  }

  /// Whether OpenAI takes it as strict: each object names all of its properties as required, and
  /// allows no others. Anthropic asks for the second only.
  public static boolean strict(JsonNode schema) {
    if (schema.path("properties") instanceof ObjectNode properties) {
      var required = new HashSet<String>();
      schema.path("required").forEach(name -> required.add(name.asString("")));
      var closed = schema.path("additionalProperties");
      if (!closed.isBoolean()
          || closed.booleanValue()
          || !required.equals(new HashSet<>(properties.propertyNames()))) {
        return false;
      }
    } else if (schema.path("type").asString("").equals("object")) {
      return false;
    }
    for (var member : schema.properties()) {
      if (!VALUES.contains(member.getKey()) && !strictMember(member.getValue())) {
        return false;
      }
    }
    return true;
  }

  private static boolean strictMember(JsonNode value) {
    if (value.isArray()) {
      return value.valueStream().allMatch(Schemas::strictMember);
    }
    return !value.isObject() || strict(value);
  }
}
