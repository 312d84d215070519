package dev.sluice.mcp.rpc;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The parameters of a tool that go into headers `Mcp-Param-NAME` as well, as its schema asks.
public record ParamHeaders(List<Param> params) {

  /// A parameter by its way through the arguments.
  public record Param(String name, List<String> path) {
    public Param {
      path = List.copyOf(path);
    }
  }

  private static final String MARK = "x-mcp-header";

  /// What the names of these headers begin with.
  public static final String PREFIX = "Mcp-Param-";

  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
  private static final Set<String> TYPES = Set.of("string", "integer", "boolean");
  private static final Pattern WHOLE = Pattern.compile("(-?[0-9]{1,400})(\\.0{1,400})?");
  private static final int DEPTH_MAX = 50;

  public ParamHeaders {
    params = List.copyOf(params);
  }

  /// Empty where a mark is not allowed, for which a client leaves the tool out.
  public static Optional<ParamHeaders> of(JsonNode inputSchema) {
    var found = new ArrayList<Param>();
    var names = new TreeSet<String>();
    var valid =
        collect(inputSchema, List.of(), found)
            && found.stream().allMatch(p -> names.add(p.name().toLowerCase(Locale.ROOT)));
    return valid ? Optional.of(new ParamHeaders(found)) : Optional.empty();
  }

  /// The headers for a call with these arguments; one that is absent or null has none.
  public Map<String, String> headers(JsonNode arguments) {
    var headers = new LinkedHashMap<String, String>();
    for (var param : params) {
      var value = value(param, arguments);
      if (repeated(value)) {
        headers.put(PREFIX + param.name(), HeaderText.encoded(value.asString()));
      }
    }
    return headers;
  }

  private static JsonNode value(Param param, JsonNode arguments) {
    var value = arguments;
    for (var step : param.path()) {
      value = value.path(step);
    }
    return value;
  }

  private static boolean repeated(JsonNode value) {
    return value.isString() || value.isBoolean() || value.isIntegralNumber();
  }

  /// The error for a call whose headers are not those of its arguments. A header for what is absent
  /// or null is not looked at, nor one that no mark asks for.
  ///
  /// @param header the value of a header by its name, where there is one
  public Optional<RpcError> mismatch(
      JsonNode arguments, Function<String, Optional<String>> header) {
    for (var param : params) {
      var value = value(param, arguments);
      var name = PREFIX + param.name();
      // A whole number that is written as a fraction is none that a header could repeat.
      if (value.isNumber() && !repeated(value)) {
        return Optional.of(MirroredHeaders.differs(name));
      }
      if (repeated(value) && !header.apply(name).map(told -> says(told, value)).orElse(false)) {
        return Optional.of(MirroredHeaders.differs(name));
      }
    }
    return Optional.empty();
  }

  /// Numbers are compared as numbers: `42.0` is `42`.
  private static boolean says(String told, JsonNode value) {
    var text = told.isEmpty() ? Optional.of(told) : HeaderText.decoded(told);
    var number = WHOLE.matcher(text.orElse(""));
    return value.isNumber() && number.matches()
        ? number.group(1).equals(value.asString())
        : text.equals(Optional.of(value.asString()));
  }

  /// Marks count only where nothing but `properties` leads to them.
  private static boolean collect(JsonNode schema, List<String> path, List<Param> found) {
    if (!(schema instanceof ObjectNode object) || path.size() > DEPTH_MAX) {
      return true;
    }
    @Nullable JsonNode mark = object.get(MARK);
    if (mark != null && !add(mark, object, path, found)) {
      return false;
    }
    for (var field : object.properties()) {
      var valid =
          field.getKey().equals("properties")
              ? collectAll(field.getValue(), path, found)
              : field.getKey().equals(MARK) || unmarked(field.getValue(), 0);
      if (!valid) {
        return false;
      }
    }
    return true;
  }

  private static boolean collectAll(JsonNode properties, List<String> path, List<Param> found) {
    for (var property : properties.properties()) {
      var longer = new ArrayList<>(path);
      longer.add(property.getKey());
      if (!collect(property.getValue(), longer, found)) {
        return false;
      }
    }
    return true;
  }

  private static boolean add(
      JsonNode mark, ObjectNode schema, List<String> path, List<Param> found) {
    if (path.isEmpty()
        || !TOKEN.matcher(mark.stringValue("")).matches()
        || !TYPES.contains(schema.path("type").stringValue(""))) {
      return false;
    }
    return found.add(new Param(mark.stringValue(), path));
  }

  /// False where a schema in there is marked; texts that only mention the mark are data.
  private static boolean unmarked(JsonNode node, int depth) {
    if (depth > DEPTH_MAX) {
      return true;
    }
    if (node instanceof ObjectNode object && object.has(MARK)) {
      return false;
    }
    for (var child : node) {
      if (!unmarked(child, depth + 1)) {
        return false;
      }
    }
    return true;
  }
}
