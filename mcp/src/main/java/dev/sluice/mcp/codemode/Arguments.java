package dev.sluice.mcp.codemode;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The arguments of one call of a meta-tool, as a client sent them.
///
/// A whole number may come as a text: some models write `"5"`.
record Arguments(ObjectNode json) {

  /// @param known the names there are
  static Arguments of(JsonNode params, Set<String> known) throws WrongArgumentException {
    var arguments = params.path("arguments");
    if (arguments.isMissingNode() || arguments.isNull()) {
      return new Arguments(JsonNodeFactory.instance.objectNode());
    }
    if (!(arguments instanceof ObjectNode object)) {
      throw WrongArgumentException.of("arguments", arguments.toString(), "an object");
    }
    for (var name : object.propertyNames()) {
      if (!known.contains(name)) {
        throw WrongArgumentException.of(
            "argument", name, "one of " + String.join(", ", known.stream().sorted().toList()));
      }
    }
    return new Arguments(object);
  }

  private Optional<JsonNode> value(String name) {
    return Optional.of(json.path(name)).filter(node -> !node.isMissingNode() && !node.isNull());
  }

  boolean has(String name) {
    return value(name).isPresent();
  }

  Optional<String> text(String name, int charsMax) throws WrongArgumentException {
    return has(name) ? Optional.of(needed(name, charsMax)) : Optional.empty();
  }

  String needed(String name, int charsMax) throws WrongArgumentException {
    return needed(name, charsMax, "a text of 1.." + charsMax + " characters");
  }

  /// A text of any length.
  String needed(String name) throws WrongArgumentException {
    return needed(name, Integer.MAX_VALUE, "a text");
  }

  private String needed(String name, int charsMax, String expected) throws WrongArgumentException {
    var value = value(name);
    var text = value.map(node -> node.stringValue("")).orElse("");
    if (text.isBlank() || text.length() > charsMax) {
      var shown = value.map(JsonNode::toString).orElse("missing");
      throw WrongArgumentException.of(name, shown, expected);
    }
    return text;
  }

  int number(String name, int least, int most, int standard) throws WrongArgumentException {
    var value = value(name);
    if (value.isEmpty()) {
      return standard;
    }
    var node = value.get();
    var text = node.isString() ? node.stringValue().strip() : node.toString();
    if (!text.matches("[0-9]{1,9}")
        || Integer.parseInt(text) < least
        || Integer.parseInt(text) > most) {
      throw WrongArgumentException.of(
          name, node.toString(), "a whole number, " + least + ".." + most);
    }
    return Integer.parseInt(text);
  }

  boolean flag(String name) throws WrongArgumentException {
    var value = value(name);
    if (value.isPresent() && !value.get().isBoolean()) {
      throw WrongArgumentException.of(name, value.get().toString(), "true or false");
    }
    return value.isPresent() && value.get().booleanValue();
  }

  /// Several texts, or one.
  List<String> texts(String name, int max, int charsMax) throws WrongArgumentException {
    var value = value(name).orElse(JsonNodeFactory.instance.arrayNode());
    var texts = new ArrayList<String>();
    if (value.isString()) {
      texts.add(value.stringValue());
    }
    for (var one : value.isArray() ? value : JsonNodeFactory.instance.arrayNode()) {
      texts.add(one.stringValue(""));
    }
    boolean each = texts.stream().allMatch(t -> !t.isBlank() && t.length() <= charsMax);
    if (texts.isEmpty() || texts.size() > max || !each) {
      throw WrongArgumentException.of(
          name,
          value(name).map(JsonNode::toString).orElse("missing"),
          "1.." + max + " texts of 1.." + charsMax + " characters");
    }
    return List.copyOf(texts);
  }
}
