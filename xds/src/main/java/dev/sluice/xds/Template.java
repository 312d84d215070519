package dev.sluice.xds;

import com.github.xds.type.v3.TypedStruct;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/// Configuration of Envoy kept as a JSON file, whose strings hold `${name}` where values go.
record Template(JsonNode root) {

  static Template of(String resource) {
    return new Template(JsonMapper.shared().readTree(text(resource)));
  }

  /// With another template as a member of the object at `pointer`.
  Template with(String pointer, String member, Template value) {
    var copy = root.deepCopy();
    ((ObjectNode) copy.at(pointer)).set(member, value.root);
    return new Template(copy);
  }

  /// With another template at the end of the array at `pointer`.
  Template withItem(String pointer, Template value) {
    var copy = root.deepCopy();
    ((ArrayNode) copy.at(pointer)).add(value.root);
    return new Template(copy);
  }

  /// @param values by name, without the braces
  String json(Map<String, String> values) {
    return filled(root, values).toPrettyString();
  }

  /// As a configuration of the named type, which the published protos need not know.
  Any typed(String type, Map<String, String> values) {
    var config = TypedStruct.newBuilder().setTypeUrl("type.googleapis.com/" + type);
    try {
      JsonFormat.parser().merge(json(values), config.getValueBuilder());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("BUG: a template is no JSON object", e);
    }
    return Any.pack(config.build());
  }

  static String text(String resource) {
    try (var stream = Template.class.getResourceAsStream(resource)) {
      if (stream == null) {
        throw new IllegalStateException("BUG: the resource %s is missing".formatted(resource));
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode filled(JsonNode node, Map<String, String> values) {
    return switch (node) {
      case ObjectNode object -> {
        var copy = object.objectNode();
        object.properties().forEach(e -> copy.set(e.getKey(), filled(e.getValue(), values)));
        yield copy;
      }
      case ArrayNode array -> {
        var copy = array.arrayNode();
        array.forEach(item -> copy.add(filled(item, values)));
        yield copy;
      }
      case StringNode string -> StringNode.valueOf(filled(string.stringValue(), values));
      default -> node;
    };
  }

  private static String filled(String text, Map<String, String> values) {
    var result = text;
    for (var value : values.entrySet()) {
      result = result.replace("${" + value.getKey() + "}", value.getValue());
    }
    return result;
  }
}
