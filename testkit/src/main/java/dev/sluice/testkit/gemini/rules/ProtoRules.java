package dev.sluice.testkit.gemini.rules;

import dev.sluice.testkit.cloud.CloudRefusedException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Reads JSON as Google's front does: every name must be a field, every value of its type. All that
/// is wrong is told at once.
///
/// Names are taken as the service itself writes them (`functionCall`); the real one also takes
/// `function_call`.
public final class ProtoRules {

  private static final Map<String, Set<String>> ENUMS =
      Map.of(
          "Type", Set.of("STRING", "NUMBER", "INTEGER", "BOOLEAN", "ARRAY", "OBJECT", "NULL"),
          "Mode", Set.of("AUTO", "ANY", "NONE", "VALIDATED"),
          "Level", Set.of("MINIMAL", "LOW", "MEDIUM", "HIGH"));
  private static final Map<String, String> SCALARS =
      Map.of(
          "string", "TYPE_STRING",
          "bytes", "TYPE_BYTES",
          "bool", "TYPE_BOOL",
          "int", "TYPE_INT32",
          "number", "TYPE_FLOAT");

  private final List<String> problems = new ArrayList<>();

  private ProtoRules() {}

  public static void check(JsonNode json, String message) {
    var rules = new ProtoRules();
    rules.message(json, message, "");
    if (!rules.problems.isEmpty()) {
      throw new CloudRefusedException(400, "INVALID_ARGUMENT", String.join("\n", rules.problems));
    }
  }

  private void message(JsonNode json, String message, String path) {
    if (!json.isObject()) {
      invalid(path, message, json);
      return;
    }
    var fields = ProtoTypes.fields(message);
    for (var member : json.properties()) {
      var type = fields.get(member.getKey());
      if (type == null) {
        unknown(member.getKey(), path, "Cannot find field.");
      } else {
        field(member.getKey(), member.getValue(), type, path);
      }
    }
  }

  private void field(String name, JsonNode value, String type, String path) {
    var at = path.isEmpty() ? snake(name) : path + "." + snake(name);
    if (type.endsWith("[]")) {
      repeated(value, type.substring(0, type.length() - 2), at);
    } else if (type.endsWith("{}")) {
      map(value, type.substring(0, type.length() - 2), at);
    } else if (value.isArray() && !type.equals("any")) {
      unknown(name, path, "Proto field is not repeating, cannot start list.");
    } else {
      value(value, type, at);
    }
  }

  private void repeated(JsonNode value, String type, String at) {
    if (!value.isArray()) {
      value(value, type, at);
      return;
    }
    for (var i = 0; i < value.size(); i++) {
      value(value.path(i), type, at + "[" + i + "]");
    }
  }

  /// A map is a list of entries to Google: the name of an entry is not in the path.
  private void map(JsonNode value, String type, String at) {
    var i = 0;
    for (var entry : value.properties()) {
      value(entry.getValue(), type, at + "[" + i + "].value");
      i++;
    }
  }

  private void value(JsonNode value, String type, String at) {
    if (ProtoTypes.isMessage(type)) {
      message(value, type, at);
    } else if (ENUMS.containsKey(type)) {
      var name = value.asString("").toUpperCase(Locale.ROOT);
      ensure(ENUMS.getOrDefault(type, Set.of()).contains(name), at, enumName(type), value);
    } else if (!type.equals("any")) {
      ensure(fits(value, type), at, SCALARS.getOrDefault(type, type), value);
    }
  }

  private static boolean fits(JsonNode value, String type) {
    return switch (type) {
      case "string" -> value.isString();
      case "bytes" -> value.isString() && isBase64(value.stringValue());
      case "bool" -> value.isBoolean();
      case "int" -> value.isIntegralNumber() || isDigits(value);
      case "number" -> value.isNumber();
      default -> throw new IllegalStateException("BUG: no such type: " + type);
    };
  }

  /// Numbers of 64 bits travel as text, and all are taken so.
  private static boolean isDigits(JsonNode value) {
    return value.isString() && value.stringValue().matches("-?[0-9]{1,18}");
  }

  /// In either alphabet.
  private static boolean isBase64(String text) {
    try {
      Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/'));
      return true;
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  private void ensure(boolean holds, String at, String type, JsonNode value) {
    if (!holds) {
      invalid(at, type, value);
    }
  }

  private void invalid(String at, String type, JsonNode value) {
    problems.add("Invalid value at '%s' (%s), %s".formatted(at, type, value));
  }

  private void unknown(String name, String path, String reason) {
    var where = path.isEmpty() ? "" : " at '" + path + "'";
    problems.add(
        "Invalid JSON payload received. Unknown name \"%s\"%s: %s".formatted(name, where, reason));
  }

  private static String enumName(String type) {
    return "type.googleapis.com/google.ai.generativelanguage.v1beta." + type;
  }

  static String snake(String name) {
    return name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }
}
