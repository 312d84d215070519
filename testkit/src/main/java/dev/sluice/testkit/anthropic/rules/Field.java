package dev.sluice.testkit.anthropic.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// A value of the body and the path to it, with the checks that name that path when they fail.
record Field(String path, JsonNode value) {

  Field required(String name) {
    return optional(name).orElseThrow(() -> at(name).wrong("Field required"));
  }

  Optional<Field> optional(String name) {
    return value.has(name) ? Optional.of(at(name)) : Optional.empty();
  }

  Field at(String name) {
    return new Field(path.isEmpty() ? name : path + "." + name, value.path(name));
  }

  String type() {
    return object().required("type").text();
  }

  Field object() {
    return ensure(value.isObject(), "Input should be an object");
  }

  List<Field> items() {
    ensure(value.isArray(), "Input should be a valid list");
    var items = new ArrayList<Field>();
    for (var i = 0; i < value.size(); i++) {
      items.add(new Field(path + "." + i, value.path(i)));
    }
    return items;
  }

  String text() {
    ensure(value.isString(), "Input should be a valid string");
    return value.stringValue();
  }

  long integerFrom(long min) {
    ensure(value.isIntegralNumber(), "Input should be a valid integer");
    ensure(value.longValue() >= min, "Input should be greater than or equal to " + min);
    return value.longValue();
  }

  Field flag() {
    return ensure(value.isBoolean(), "Input should be a valid boolean");
  }

  Field numberWithin(double min, double max) {
    ensure(value.isNumber(), "Input should be a valid number");
    var number = value.doubleValue();
    return ensure(number >= min && number <= max, "Input should be between %s and %s", min, max);
  }

  String oneOf(Set<String> allowed) {
    ensure(
        allowed.contains(text()), "Input should be one of %s", allowed.stream().sorted().toList());
    return text();
  }

  /// Refuses members that the API does not know.
  Field only(Set<String> names) {
    for (var name : object().value.propertyNames()) {
      if (!names.contains(name)) {
        throw at(name).wrong("Extra inputs are not permitted");
      }
    }
    return this;
  }

  Field ensure(boolean holds, String problem, Object... arguments) {
    if (!holds) {
      throw wrong(problem.formatted(arguments));
    }
    return this;
  }

  RefusedException wrong(String problem) {
    return RefusedException.invalid(path.isEmpty() ? problem : path + ": " + problem);
  }
}
