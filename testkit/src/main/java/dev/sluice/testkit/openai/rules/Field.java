package dev.sluice.testkit.openai.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// A value of the body and the path to it, with the checks that name that path when they fail. A
/// member that is null is as good as absent.
record Field(String path, JsonNode value) {

  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]+");
  private static final int NAME_MAX = 64;

  Field required(String name) {
    return optional(name)
        .orElseThrow(
            () ->
                RefusedException.invalid(
                    "Missing required parameter: '%s'.".formatted(at(name).path),
                    at(name).path,
                    "missing_required_parameter"));
  }

  Optional<Field> optional(String name) {
    return value.hasNonNull(name) ? Optional.of(at(name)) : Optional.empty();
  }

  Field at(String name) {
    return new Field(path.isEmpty() ? name : path + "." + name, value.path(name));
  }

  /// The text of a member, empty where there is none.
  String peek(String name) {
    return value.path(name).asString("");
  }

  Field object() {
    return typed(value.isObject(), "an object");
  }

  List<Field> items() {
    typed(value.isArray(), "an array of objects");
    var items = new ArrayList<Field>();
    for (var i = 0; i < value.size(); i++) {
      items.add(new Field(path + "[" + i + "]", value.path(i)));
    }
    return items;
  }

  List<Field> someItems(int max) {
    var items = items();
    if (items.isEmpty()) {
      throw bad(
          "empty array. Expected an array with minimum length 1, but got an empty array instead",
          "empty_array");
    }
    if (items.size() > max) {
      throw bad(
          "array too long. Expected an array with maximum length %d, but got an array with length"
                  .formatted(max)
              + " %d instead".formatted(items.size()),
          "array_above_max_length");
    }
    return items;
  }

  String text() {
    typed(value.isString(), "a string");
    return value.stringValue();
  }

  String textUpTo(int max) {
    var length = text().length();
    if (length > max) {
      throw bad(
          "string too long. Expected a string with maximum length %d, but got a string with length"
                  .formatted(max)
              + " %d instead".formatted(length),
          "string_above_max_length");
    }
    return text();
  }

  /// The name of a function or a schema.
  String name() {
    if (!NAME.matcher(text()).matches()) {
      throw bad(
          "string does not match pattern. Expected a string that matches the pattern"
              + " '^[a-zA-Z0-9_-]+$'",
          "invalid_value");
    }
    return textUpTo(NAME_MAX);
  }

  long integerFrom(long min) {
    typed(value.isIntegralNumber(), "an integer");
    if (value.longValue() < min) {
      throw bad(
          "integer below minimum value. Expected a value >= %d, but got %d instead"
              .formatted(min, value.longValue()),
          "integer_below_min_value");
    }
    return value.longValue();
  }

  Field flag() {
    return typed(value.isBoolean(), "a boolean");
  }

  Field numberWithin(double min, double max) {
    typed(value.isNumber(), "a decimal");
    var number = value.doubleValue();
    if (number < min || number > max) {
      var side = number < min ? "below minimum" : "above maximum";
      throw bad(
          "decimal %s value. Expected a value %s %s, but got %s instead"
              .formatted(side, number < min ? ">=" : "<=", number < min ? min : max, number),
          number < min ? "decimal_below_min_value" : "decimal_above_max_value");
    }
    return this;
  }

  String oneOf(Set<String> allowed) {
    if (!allowed.contains(text())) {
      throw unsupported(text(), allowed);
    }
    return text();
  }

  RefusedException unsupported(String given, Set<String> allowed) {
    var known = allowed.stream().sorted().map(name -> "'" + name + "'").toList();
    return wrong(
        "Invalid value: '%s'. Supported values are: %s.".formatted(given, String.join(", ", known)),
        "invalid_value");
  }

  /// Refuses members that the API does not know.
  Field only(Set<String> names) {
    for (var name : object().value.propertyNames()) {
      if (!names.contains(name)) {
        throw RefusedException.invalid(
            "Unknown parameter: '%s'.".formatted(at(name).path),
            at(name).path,
            "unknown_parameter");
      }
    }
    return this;
  }

  private Field typed(boolean holds, String expected) {
    if (!holds) {
      throw ofType(expected);
    }
    return this;
  }

  RefusedException ofType(String expected) {
    return wrong(
        "Invalid type for '%s': expected %s, but got %s instead.".formatted(path, expected, type()),
        "invalid_type");
  }

  private String type() {
    return switch (value.getNodeType()) {
      case ARRAY -> "an array";
      case OBJECT, POJO -> "an object";
      case STRING, BINARY -> "a string";
      case NUMBER -> value.isIntegralNumber() ? "an integer" : "a decimal";
      case BOOLEAN -> "a boolean";
      case NULL, MISSING -> "null";
    };
  }

  /// A refusal that begins with the path.
  RefusedException bad(String problem, String code) {
    return wrong("Invalid '%s': %s.".formatted(path, problem), code);
  }

  RefusedException wrong(String message, String code) {
    return RefusedException.invalid(message, path, code);
  }

  void ensure(boolean holds, String message) {
    if (!holds) {
      throw wrong(message, "");
    }
  }
}
