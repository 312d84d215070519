package dev.sluice.crds;

import dev.sluice.crds.schema.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The page of a kind: its fields, and what is refused, as the definition has them.
final class Reference {

  private final StringBuilder page = new StringBuilder();
  private final List<String> rules = new ArrayList<>();

  private Reference() {}

  static String page(Class<?> type) throws IOException {
    return new Reference().written(type, new Schemas(Comments.read()).kind(type));
  }

  private String written(Class<?> type, Map<String, Object> schema) {
    var kind = Objects.requireNonNull(type.getAnnotation(Kind.class));
    line("<!-- Generated from the records in crds/: DefinitionsTest, -Dgolden=write. -->");
    line("# " + type.getSimpleName());
    line("");
    line(text(schema));
    line("");
    line("`kubectl get " + kind.shortName() + "` shows " + columns(kind) + ".");
    line("What all kinds have in common, with examples, is in [manifests](manifests.md).");
    rules("", schema);
    section("spec", schema);
    section("status", schema);
    line("");
    line("## What the API server refuses");
    line("");
    line("Beside what the tables say of types, sizes and values:");
    line("");
    rules.forEach(rule -> line("- " + rule));
    return page.toString();
  }

  private void section(String name, Map<String, Object> kind) {
    var schema = child(child(kind, "properties"), name);
    line("");
    line("## " + name);
    line("");
    line(text(schema));
    line("");
    line("| field of `" + name + "` | type | meaning |");
    line("|---|---|---|");
    rules(name, schema);
    fields("", name, schema);
  }

  private void fields(String path, String section, Map<String, Object> schema) {
    for (var name : child(schema, "properties").keySet()) {
      var field = path + name;
      var value = child(child(schema, "properties"), name);
      line("| `" + field + "` | " + type(value) + " | " + meaning(value) + " |");
      rules(section + "." + field, value);
      fields(field + ".", section, value);
      if (value.containsKey("items")) {
        var items = child(value, "items");
        rules(section + "." + field + "[]", items);
        fields(field + "[].", section, items);
      }
    }
  }

  /// Those of a text are told by its type.
  private void rules(String path, Map<String, Object> schema) {
    if ("string".equals(schema.get("type"))) {
      return;
    }
    for (var rule : list(schema, "x-kubernetes-validations")) {
      var at = path + Objects.requireNonNullElse(((Map<?, ?>) rule).get("fieldPath"), "");
      var field = at.startsWith(".") ? at.substring(1) : at;
      rules.add("`" + field + "`: " + ((Map<?, ?>) rule).get("message"));
    }
  }

  private static String type(Map<String, Object> schema) {
    var type = Objects.requireNonNull(schema.get("type")).toString();
    return switch (type) {
      case "string" -> cell(string(schema));
      case "integer" ->
          schema.containsKey("minimum")
              ? "integer, " + schema.get("minimum") + " to " + schema.get("maximum")
              : "integer";
      case "array" -> several("list", schema.get("maxItems"), child(schema, "items")) + key(schema);
      case "object" ->
          schema.containsKey("additionalProperties")
              ? several("map", schema.get("maxProperties"), child(schema, "additionalProperties"))
              : "object";
      default -> type;
    };
  }

  private static String string(Map<String, Object> schema) {
    if (schema.containsKey("enum")) {
      return list(schema, "enum").stream()
          .map(value -> "`" + value + "`")
          .collect(Collectors.joining(", "));
    }
    var messages =
        list(schema, "x-kubernetes-validations").stream()
            .map(rule -> String.valueOf(((Map<?, ?>) rule).get("message")))
            .collect(Collectors.joining("; "));
    return messages.isEmpty() ? "string" : "string: " + messages;
  }

  private static String several(String name, @Nullable Object most, Map<String, Object> element) {
    var of = "object".equals(element.get("type")) ? "" : ", each: " + type(element);
    return name + " of at most " + most + of;
  }

  private static String key(Map<String, Object> schema) {
    var keys = list(schema, "x-kubernetes-list-map-keys");
    return keys.isEmpty() ? "" : ", each with its own `" + keys.getFirst() + "`";
  }

  /// What the field is, and where it is a list also what its items are.
  private static String meaning(Map<String, Object> schema) {
    var items = schema.containsKey("items") ? text(child(schema, "items")) : "";
    return cell((text(schema) + " " + items).strip());
  }

  private static String text(Map<String, Object> schema) {
    return Objects.requireNonNullElse(schema.get("description"), "").toString();
  }

  private static String columns(Kind kind) {
    var narrow = Arrays.stream(kind.columns()).filter(column -> !column.wide());
    var wide = Arrays.stream(kind.columns()).filter(Kind.Column::wide);
    return names(narrow.toList()) + ", Age; with `-o wide` also " + names(wide.toList());
  }

  private static String names(List<Kind.Column> columns) {
    return columns.stream().map(Kind.Column::name).collect(Collectors.joining(", "));
  }

  private static String cell(String text) {
    return text.replace("|", "\\|");
  }

  private void line(String text) {
    page.append(text).append('\n');
  }

  private static List<?> list(Map<String, Object> tree, String field) {
    return tree.get(field) instanceof List<?> list ? list : List.of();
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> child(Map<String, Object> tree, String field) {
    return (Map<String, Object>) tree.getOrDefault(field, Map.of());
  }
}
