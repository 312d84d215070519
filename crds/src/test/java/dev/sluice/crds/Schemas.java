package dev.sluice.crds;

import dev.sluice.crds.schema.Default;
import dev.sluice.crds.schema.Is;
import dev.sluice.crds.schema.Items;
import dev.sluice.crds.schema.Range;
import dev.sluice.crds.schema.Rule;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Makes records into structural schemas: types, annotations and doc comments as one tree.
final class Schemas {

  private final Comments comments;

  Schemas(Comments comments) {
    this.comments = comments;
  }

  /// Of a kind, whose metadata is the API server's.
  Map<String, Object> kind(Class<?> type) {
    var properties = new LinkedHashMap<String, Object>();
    properties.put("apiVersion", Map.of("type", "string"));
    properties.put("kind", Map.of("type", "string"));
    properties.put("metadata", Map.of("type", "object"));
    for (var component : type.getRecordComponents()) {
      if (!component.getName().equals("metadata")) {
        properties.put(component.getName(), record(component.getType()));
      }
    }
    var schema = new LinkedHashMap<String, Object>();
    schema.put("description", sentences(comments.of(type).text(), notYet(type)));
    schema.put("type", "object");
    schema.put("required", List.of("spec"));
    schema.put("properties", properties);
    putRules(schema, rules(type));
    return schema;
  }

  private Map<String, Object> record(Class<?> type) {
    var properties = new LinkedHashMap<String, Object>();
    var required = new ArrayList<String>();
    for (var component : type.getRecordComponents()) {
      properties.put(component.getName(), component(type, component));
      if (required(component)) {
        required.add(component.getName());
      }
    }
    var schema = new LinkedHashMap<String, Object>();
    putText(schema, comments.of(type).text());
    schema.put("type", "object");
    if (!required.isEmpty()) {
      schema.put("required", required);
    }
    schema.put("properties", properties);
    putRules(schema, rules(type));
    return schema;
  }

  private Map<String, Object> component(Class<?> type, RecordComponent component) {
    var schema = new LinkedHashMap<String, Object>();
    var text = comments.of(type).field(component.getName());
    putText(schema, sentences(text, notYet(component), notYetConstants(component.getType())));
    var made = value(component.getAnnotatedType(), component);
    made.remove("description");
    schema.putAll(made);
    var standard = component.getAnnotation(Default.class);
    if (standard != null) {
      schema.put("default", scalar(component.getType(), standard.value()));
    }
    putRules(schema, rules(component));
    return schema;
  }

  /// @param at what has the annotations on numbers and sizes
  private Map<String, Object> value(AnnotatedType annotated, AnnotatedElement at) {
    if (annotated instanceof AnnotatedParameterizedType generic) {
      return several(generic, at);
    }
    var type = (Class<?>) annotated.getType();
    if (type.isRecord()) {
      return record(type);
    }
    var schema = new LinkedHashMap<String, Object>();
    if (type.isEnum()) {
      schema.put("type", "string");
      schema.put("enum", Arrays.stream(type.getEnumConstants()).map(Object::toString).toList());
    } else if (type == Boolean.class) {
      schema.put("type", "boolean");
    } else if (type == Long.class) {
      schema.put("type", "integer");
      schema.put("format", "int64");
      putRange(schema, at.getAnnotation(Range.class));
    } else {
      schema.put("type", "string");
      putForm(
          schema,
          Objects.requireNonNull(annotated.getAnnotation(Is.class), () -> "no @Is at " + at));
    }
    return schema;
  }

  private Map<String, Object> several(AnnotatedParameterizedType type, AnnotatedElement at) {
    var items = Objects.requireNonNull(at.getAnnotation(Items.class), () -> "no @Items at " + at);
    var arguments = type.getAnnotatedActualTypeArguments();
    var element = value(arguments[arguments.length - 1], at);
    var schema = new LinkedHashMap<String, Object>();
    if (arguments.length == 2) {
      schema.put("type", "object");
      schema.put("maxProperties", items.max());
      schema.put("additionalProperties", element);
      return schema;
    }
    schema.put("type", "array");
    if (items.min() > 0) {
      schema.put("minItems", items.min());
    }
    schema.put("maxItems", items.max());
    schema.put("x-kubernetes-list-type", items.key().isEmpty() ? "atomic" : "map");
    if (!items.key().isEmpty()) {
      schema.put("x-kubernetes-list-map-keys", List.of(items.key()));
    }
    schema.put("items", element);
    return schema;
  }

  private static void putRange(Map<String, Object> schema, @Nullable Range range) {
    if (range != null) {
      schema.put("minimum", range.min());
      schema.put("maximum", range.max());
    }
  }

  private static void putForm(Map<String, Object> schema, Is is) {
    schema.put("maxLength", is.value().charsMax());
    putRules(
        schema,
        is.value().checks().stream().map(check -> rule(check.cel(), check.message(), "")).toList());
  }

  private static void putText(Map<String, Object> schema, String text) {
    if (!text.isEmpty()) {
      schema.put("description", text);
    }
  }

  private static void putRules(Map<String, Object> schema, List<Map<String, Object>> rules) {
    // Beside those that its form has.
    var all = new ArrayList<Object>();
    if (schema.get("x-kubernetes-validations") instanceof List<?> formed) {
      all.addAll(formed);
    }
    all.addAll(rules);
    if (!all.isEmpty()) {
      schema.put("x-kubernetes-validations", all);
    }
  }

  private static List<Map<String, Object>> rules(AnnotatedElement element) {
    return Arrays.stream(element.getAnnotationsByType(Rule.class))
        .map(rule -> rule(rule.check(), rule.message(), rule.at()))
        .toList();
  }

  private static Map<String, Object> rule(String cel, String message, String at) {
    var rule = new LinkedHashMap<String, Object>();
    rule.put("rule", cel);
    rule.put("message", message);
    if (!at.isEmpty()) {
      rule.put("fieldPath", at);
    }
    return rule;
  }

  /// As `package-info` says; a list that must have an item is required too.
  private static boolean required(RecordComponent component) {
    var items = component.getAnnotation(Items.class);
    return items == null
        ? !component.getAnnotatedType().isAnnotationPresent(Nullable.class)
        : items.min() > 0;
  }

  private static Object scalar(Class<?> type, String text) {
    return type == Boolean.class ? (Object) Boolean.valueOf(text) : text;
  }

  private static String notYet(AnnotatedElement element) {
    return element.isAnnotationPresent(NotYet.class) ? "Not supported yet" : "";
  }

  private static String notYetConstants(Class<?> type) {
    var open =
        Arrays.stream(type.getFields())
            .filter(field -> field.isEnumConstant() && field.isAnnotationPresent(NotYet.class))
            .map(field -> "`" + field.getName() + "`")
            .collect(Collectors.joining(", "));
    return open.isEmpty() ? "" : "Not supported yet: " + open;
  }

  /// Each begins with a capital and ends with a full stop.
  private static String sentences(String... parts) {
    return Stream.of(parts)
        .filter(part -> !part.isEmpty())
        .map(part -> Character.toUpperCase(part.charAt(0)) + part.substring(1))
        .map(part -> part.endsWith(".") ? part : part + ".")
        .collect(Collectors.joining(" "));
  }
}
