package dev.sluice.compiler.manifest;

import dev.sluice.compiler.problem.Fault;
import dev.sluice.compiler.problem.Shown;
import dev.sluice.crds.NotYet;
import dev.sluice.crds.schema.Text;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.CollectionNode;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// Makes one document into a record: strictly, and naming everything that is wrong at once.
final class Binder {

  /// What is accepted without meaning anything here, by the path around it.
  private static final Map<String, Set<String>> IGNORED =
      Map.of(
          "",
          Set.of("apiVersion", "kind", "status"),
          "metadata",
          Set.of(
              "uid",
              "resourceVersion",
              "generation",
              "creationTimestamp",
              "deletionTimestamp",
              "deletionGracePeriodSeconds",
              "managedFields",
              "ownerReferences",
              "finalizers",
              "selfLink"));

  private final Map<String, Integer> lines = new LinkedHashMap<>();
  private final List<Finding> findings = new ArrayList<>();

  /// A fault at a path.
  record Finding(String field, Fault fault) {}

  /// The record, empty where something is wrong with its shape.
  <R extends Record> Optional<R> bind(Class<R> type, Node root) {
    return boundRecord(type, root, "").map(type::cast);
  }

  Map<String, Integer> lines() {
    return lines;
  }

  List<Finding> findings() {
    return findings;
  }

  void find(String field, Fault fault) {
    findings.add(new Finding(field, fault));
  }

  private Optional<Object> boundRecord(Class<?> type, Node node, String path) {
    if (!(node instanceof MappingNode mapping)) {
      return unexpected(path, node, fieldsExpected(type));
    }
    var fields = fields(type, mapping, path);
    var arguments = new ArrayList<@Nullable Object>();
    boolean complete = true;
    for (var field : Shape.of(type).fields()) {
      var found = ignored(path, field.name()) ? null : fields.get(field.name());
      if (found == null && required(field)) {
        find(within(path, field.name()), new Fault.Missing(expected(field.genericType())));
        complete = false;
      } else if (found == null) {
        arguments.add(absent(field));
      } else {
        var value = boundField(field, found, within(path, field.name()));
        complete &= value.isPresent() || field.notYet();
        arguments.add(value.orElseGet(() -> absent(field)));
      }
    }
    return complete ? Optional.of(Shape.of(type).make(arguments)) : Optional.empty();
  }

  /// The fields by name; the ones that do not exist, or stand there twice, are found.
  private Map<String, Node> fields(Class<?> type, MappingNode mapping, String path) {
    var fields = new LinkedHashMap<String, Node>();
    var known = Shape.of(type).names();
    for (var entry : mapping.getValue()) {
      var name = entry.getKeyNode() instanceof ScalarNode key ? key.getValue() : "?";
      var shown = within(path, Shown.text(name));
      fields.put(name, entry.getValueNode());
      note(shown, entry.getKeyNode());
      if (!known.contains(name) && !ignored(path, name)) {
        find(shown, new Fault.UnknownField(Nearest.to(name, known)));
      }
    }
    return fields;
  }

  /// Notes the line of a field; a second field of the same name is found.
  private void note(String path, Node key) {
    var first = lines.put(path, Yaml.line(key));
    if (first != null) {
      find(path, new Fault.Unexpected("a second time", "once; first on line " + first));
    }
  }

  private Optional<Object> boundField(Shape.Field field, Node node, String path) {
    if (!field.notYet()) {
      checkSize(field, node, path);
      var text = field.text();
      return text == null || helpedByQuotes(text.value(), node)
          ? bound(field.genericType(), node, path)
          : unexpected(path, node, text.value().expected());
    }
    find(path, new Fault.NotSupportedYet());
    return new Binder().bound(field.genericType(), node, path);
  }

  /// False for what is no text, and would not be the field's in quotes either.
  private static boolean helpedByQuotes(Text text, Node node) {
    return !(node instanceof ScalarNode scalar)
        || node.getTag().equals(Tag.NULL)
        || node.getTag().equals(Tag.STR)
        || text.matches(scalar.getValue());
  }

  private void checkSize(Shape.Field field, Node node, String path) {
    var items = field.items();
    if (items != null && node instanceof CollectionNode<?> several) {
      int size = several.getValue().size();
      if (size > items.max()) {
        find(path, new Fault.Unexpected(size + " items", "at most " + items.max()));
      }
    }
  }

  private Optional<Object> bound(Type type, Node node, String path) {
    if (node.getTag().equals(Tag.NULL)) {
      find(path, new Fault.Unexpected("null", expected(type) + "; or leave the field out"));
      return Optional.empty();
    }
    if (type instanceof ParameterizedType generic && generic.getRawType() == List.class) {
      return boundList(generic.getActualTypeArguments()[0], node, path);
    }
    if (type instanceof ParameterizedType) {
      return boundMap(node, path);
    }
    var plain = (Class<?>) type;
    if (plain.isRecord()) {
      return boundRecord(plain, node, path);
    }
    return node instanceof ScalarNode scalar
        ? boundScalar(plain, scalar, path)
        : unexpected(path, node, expected(type));
  }

  private Optional<Object> boundScalar(Class<?> type, ScalarNode node, String path) {
    var text = node.getValue();
    if (type == String.class && node.getTag().equals(Tag.STR)) {
      return Optional.of(text);
    }
    if (type == String.class) {
      var shown = Shown.value(path, text);
      var example = shown.equals(Shown.HIDDEN) ? "" : ": \"" + shown + "\"";
      return unexpected(path, node, "a string in quotes" + example);
    }
    if (type == Boolean.class && node.getTag().equals(Tag.BOOL)) {
      return Optional.of(text.equalsIgnoreCase("true"));
    }
    if (type == Long.class && node.getTag().equals(Tag.INT) && text.matches("-?\\d{1,18}")) {
      return Optional.of(Long.parseLong(text));
    }
    if (type.isEnum() && node.getTag().equals(Tag.STR)) {
      var constant = constants(type).stream().filter(c -> word(c).equals(text)).findFirst();
      return constant.isPresent() && !notYet(constant.get())
          ? Optional.of(constant.get())
          : unexpected(path, node, expected(type));
    }
    return unexpected(path, node, expected(type));
  }

  private Optional<Object> boundList(Type element, Node node, String path) {
    if (!(node instanceof SequenceNode sequence)) {
      return unexpected(path, node, "a list");
    }
    var values = new ArrayList<>();
    for (int i = 0; i < sequence.getValue().size(); i++) {
      var item = sequence.getValue().get(i);
      var at = path + "[" + i + "]";
      lines.put(at, Yaml.line(item));
      bound(element, item, at).ifPresent(values::add);
    }
    return values.size() == sequence.getValue().size() ? Optional.of(values) : Optional.empty();
  }

  private Optional<Object> boundMap(Node node, String path) {
    if (!(node instanceof MappingNode mapping)) {
      return unexpected(path, node, "an object of strings");
    }
    var values = new LinkedHashMap<String, Object>();
    int before = findings.size();
    for (var entry : mapping.getValue()) {
      var name = entry.getKeyNode() instanceof ScalarNode key ? key.getValue() : "?";
      var at = within(path, Shown.text(name));
      note(at, entry.getKeyNode());
      bound(String.class, entry.getValueNode(), at).ifPresent(value -> values.put(name, value));
    }
    return findings.size() == before ? Optional.of(values) : Optional.empty();
  }

  private Optional<Object> unexpected(String path, Node node, String expected) {
    find(path, new Fault.Unexpected(shown(path, node), expected));
    return Optional.empty();
  }

  private static String shown(String path, Node node) {
    return switch (node) {
      case ScalarNode scalar -> {
        var shown = Shown.value(path, scalar.getValue());
        boolean asItIs = scalar.isPlain() || shown.startsWith("\"") || shown.equals(Shown.HIDDEN);
        yield asItIs ? shown : "\"" + shown + "\"";
      }
      case SequenceNode _ -> "a list";
      case Node _ -> "an object";
    };
  }

  private static boolean ignored(String path, String name) {
    return IGNORED.getOrDefault(path, Set.of()).contains(name);
  }

  private static boolean required(Shape.Field field) {
    return !field.nullable() && field.type() != List.class && field.type() != Map.class;
  }

  private static @Nullable Object absent(Shape.Field field) {
    if (field.nullable()) {
      return null;
    }
    return field.type() == List.class ? List.of() : Map.of();
  }

  private static String within(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private static String expected(Type type) {
    if (type instanceof ParameterizedType generic) {
      return generic.getRawType() == List.class ? "a list" : "an object of strings";
    }
    var plain = (Class<?>) type;
    if (plain.isEnum()) {
      return choices(plain);
    }
    if (plain.isRecord()) {
      return fieldsExpected(plain);
    }
    return plain == Boolean.class
        ? "true or false"
        : plain == Long.class ? "a whole number" : "a string";
  }

  private static String fieldsExpected(Class<?> type) {
    return "an object with the fields "
        + Shape.of(type).fields().stream()
            .filter(field -> !field.notYet())
            .map(Shape.Field::name)
            .collect(Collectors.joining(", "));
  }

  private static String choices(Class<?> type) {
    var words = constants(type).stream().filter(c -> !notYet(c)).map(Binder::word).toList();
    var last = words.getLast();
    var all =
        words.size() == 1
            ? last
            : String.join(", ", words.subList(0, words.size() - 1)) + " or " + last;
    return words.size() == constants(type).size() ? all : all + "; others are not supported yet";
  }

  private static List<?> constants(Class<?> type) {
    return List.of(type.getEnumConstants());
  }

  private static String word(Object constant) {
    return ((Enum<?>) constant).name();
  }

  private static boolean notYet(Object constant) {
    var word = (Enum<?>) constant;
    try {
      AnnotatedElement field = word.getDeclaringClass().getField(word.name());
      return field.isAnnotationPresent(NotYet.class);
    } catch (NoSuchFieldException e) {
      throw new IllegalStateException("BUG: an enum constant is a field", e);
    }
  }
}
