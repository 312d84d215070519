package dev.sluice.testkit.bedrock;

import dev.sluice.testkit.cloud.CloudRefusedException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/// A value of a Converse request and the path to it, with the checks of its schema, in the words in
/// which AWS refuses what breaks one.
///
/// A member that the schema does not have is refused, where the real service drops it silently:
/// nobody who sends one means it to be lost.
record Member(String path, JsonNode value) {

  Member at(String name) {
    return new Member(path.isEmpty() ? name : path + "." + name, value.path(name));
  }

  Optional<Member> optional(String name) {
    return value.has(name) ? Optional.of(at(name)) : Optional.empty();
  }

  Member required(String name) {
    return optional(name).orElseThrow(() -> at(name).wrong("Member must not be null"));
  }

  Member only(Set<String> names) {
    object();
    for (var name : value.propertyNames()) {
      if (!names.contains(name)) {
        throw at(name).wrong("Member must not be present (expected: " + new TreeSet<>(names) + ")");
      }
    }
    return this;
  }

  /// A union: exactly one member, which is one of these.
  Member one(Set<String> names) {
    only(names);
    if (value.size() != 1) {
      throw wrong("Member must have exactly one of " + new TreeSet<>(names));
    }
    return at(value.propertyNames().iterator().next());
  }

  Member object() {
    if (!value.isObject()) {
      throw serialization("an object");
    }
    return this;
  }

  List<Member> items() {
    if (!value.isArray()) {
      throw serialization("a list");
    }
    var items = new ArrayList<Member>();
    for (var i = 0; i < value.size(); i++) {
      items.add(new Member(path + "." + (i + 1) + ".member", value.path(i)));
    }
    return items;
  }

  String text() {
    if (!value.isString()) {
      throw serialization("a string");
    }
    return value.stringValue();
  }

  String matching(String pattern, int charactersMax) {
    ensure(
        text().length() <= charactersMax,
        "Member must have length less than or equal to " + charactersMax);
    ensure(text().matches(pattern), "Member must satisfy regular expression pattern: " + pattern);
    return text();
  }

  String oneOf(Set<String> allowed) {
    ensure(
        allowed.contains(text()), "Member must satisfy enum value set: " + new TreeSet<>(allowed));
    return text();
  }

  long integerFrom(long min) {
    if (!value.isIntegralNumber()) {
      throw serialization("an integer");
    }
    ensure(value.longValue() >= min, "Member must have value greater than or equal to " + min);
    return value.longValue();
  }

  void fraction() {
    if (!value.isNumber()) {
      throw serialization("a number");
    }
    var number = value.doubleValue();
    ensure(number <= 1, "Member must have value less than or equal to 1");
    ensure(number >= 0, "Member must have value greater than or equal to 0");
  }

  /// Bytes travel as base64.
  void bytes() {
    try {
      var length = Base64.getDecoder().decode(text()).length;
      ensure(length > 0, "Member must have length greater than or equal to 1");
    } catch (IllegalArgumentException _) {
      throw serialization("base64");
    }
  }

  void ensure(boolean holds, String constraint) {
    if (!holds) {
      throw wrong(constraint);
    }
  }

  CloudRefusedException wrong(String constraint) {
    var shown =
        value.isMissingNode() ? "null" : value.isString() ? value.stringValue() : "" + value;
    return refusal(
        "1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: %s"
            .formatted(shown, path, constraint));
  }

  private CloudRefusedException serialization(String expected) {
    return new CloudRefusedException(
        400, "SerializationException", "%s: not %s".formatted(path, expected));
  }

  static CloudRefusedException refusal(String message) {
    return new CloudRefusedException(400, "ValidationException", message);
  }

  /// The path as messages about a whole conversation have it, such as `messages.2.content.0`.
  static String place(int message, int block) {
    return "messages.%d.content.%d".formatted(message, block);
  }
}
