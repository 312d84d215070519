package dev.sluice.crds;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Compares two definitions of one kind: every object that the earlier one took, the later one must
/// take too, and mean the same.
final class Compatibility {

  /// What may only grow, and what may only shrink.
  private static final List<String> MOST =
      List.of("maximum", "maxLength", "maxItems", "maxProperties");

  private static final List<String> LEAST =
      List.of("minimum", "minLength", "minItems", "minProperties");

  /// What server-side apply, stored objects and clients rely on.
  private static final List<String> FIXED =
      List.of(
          "type",
          "format",
          "pattern",
          "default",
          "x-kubernetes-list-type",
          "x-kubernetes-list-map-keys");

  private final List<String> problems = new ArrayList<>();

  private Compatibility() {}

  /// What the later one breaks, by the path of the field.
  static List<String> problems(Map<String, Object> earlier, Map<String, Object> later) {
    var comparison = new Compatibility();
    comparison.definitions(map(earlier, "spec"), map(later, "spec"));
    return comparison.problems;
  }

  private void definitions(Map<String, Object> earlier, Map<String, Object> later) {
    same("group", earlier, later);
    same("scope", earlier, later);
    for (var name : List.of("kind", "plural", "singular")) {
      same(name, map(earlier, "names"), map(later, "names"));
    }
    for (var name : List.of("shortNames", "categories")) {
      var lost = new TreeSet<>(list(map(earlier, "names"), name));
      lost.removeAll(list(map(later, "names"), name));
      lost.forEach(word -> problems.add(name + ": " + word + " is gone"));
    }
    for (var version : list(earlier, "versions")) {
      var name = Objects.requireNonNull(cast(version).get("name"));
      list(later, "versions").stream()
          .map(Compatibility::cast)
          .filter(other -> name.equals(other.get("name")))
          .findFirst()
          .ifPresentOrElse(
              other -> versions(cast(version), other),
              () -> problems.add("version " + name + " is gone"));
    }
  }

  private void versions(Map<String, Object> earlier, Map<String, Object> later) {
    if (!Boolean.TRUE.equals(later.get("served"))) {
      problems.add("version " + earlier.get("name") + " is not served any more");
    }
    var before = map(map(earlier, "schema"), "openAPIV3Schema");
    schemas("", before, map(map(later, "schema"), "openAPIV3Schema"));
  }

  private void schemas(String path, Map<String, Object> earlier, Map<String, Object> later) {
    FIXED.forEach(word -> changed(path, word, earlier.get(word), later.get(word)));
    MOST.forEach(word -> narrowed(path, word, earlier.get(word), later.get(word), 1));
    LEAST.forEach(word -> narrowed(path, word, earlier.get(word), later.get(word), -1));
    choices(path, earlier, later);
    var required = new TreeSet<>(list(later, "required"));
    required.removeAll(list(earlier, "required"));
    required.forEach(field -> problems.add(path + "." + field + ": is required now"));
    var rules = rules(later);
    rules.removeAll(rules(earlier));
    rules.forEach(rule -> problems.add(path + ": a new rule: " + rule));
    for (var field : map(earlier, "properties").keySet()) {
      var after = map(later, "properties").get(field);
      if (after == null) {
        problems.add(path + "." + field + ": is gone");
      } else {
        schemas(path + "." + field, map(map(earlier, "properties"), field), cast(after));
      }
    }
    if (earlier.containsKey("items")) {
      schemas(path + "[]", map(earlier, "items"), map(later, "items"));
    }
    if (earlier.containsKey("additionalProperties")) {
      var values = "additionalProperties";
      schemas(path + "{}", map(earlier, values), map(later, values));
    }
  }

  private void choices(String path, Map<String, Object> earlier, Map<String, Object> later) {
    if (!later.containsKey("enum")) {
      return;
    }
    if (!earlier.containsKey("enum")) {
      problems.add(path + ": only certain values are left");
    }
    var lost = new TreeSet<>(list(earlier, "enum"));
    lost.removeAll(list(later, "enum"));
    lost.forEach(value -> problems.add(path + ": " + value + " is gone"));
  }

  private void same(String word, Map<String, Object> earlier, Map<String, Object> later) {
    changed("", word, earlier.get(word), later.get(word));
  }

  private void changed(String path, String word, @Nullable Object earlier, @Nullable Object later) {
    if (!Objects.equals(earlier, later)) {
      problems.add(path + ": " + word + ": " + later + " (expected: " + earlier + ")");
    }
  }

  /// @param sign 1 for what may only grow, -1 for what may only shrink
  private void narrowed(
      String path, String word, @Nullable Object earlier, @Nullable Object later, int sign) {
    if (later == null) {
      return;
    }
    if (earlier == null || sign * Long.compare(number(later), number(earlier)) < 0) {
      var expected = earlier == null ? "none" : earlier + " or " + (sign > 0 ? "more" : "less");
      problems.add(path + ": " + word + ": " + later + " (expected: " + expected + ")");
    }
  }

  private static long number(Object value) {
    return ((Number) value).longValue();
  }

  private static Set<Object> rules(Map<String, Object> schema) {
    var rules = new HashSet<Object>();
    for (var rule : list(schema, "x-kubernetes-validations")) {
      rules.add(Objects.requireNonNull(cast(rule).get("rule")));
    }
    return rules;
  }

  private static List<?> list(Map<String, Object> tree, String field) {
    return tree.get(field) instanceof List<?> list ? list : List.of();
  }

  private static Map<String, Object> map(Map<String, Object> tree, String field) {
    return tree.get(field) instanceof Map<?, ?> map ? cast(map) : Map.of();
  }

  /// YAML's objects have text as keys.
  @SuppressWarnings("unchecked")
  private static Map<String, Object> cast(Object tree) {
    return (Map<String, Object>) tree;
  }
}
