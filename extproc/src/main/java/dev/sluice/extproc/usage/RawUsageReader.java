package dev.sluice.extproc.usage;

import dev.sluice.core.usage.RawUsage;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Keeps of a usage what a record may have: numbers, `true` and `false`, and single words, which
/// tell what is counted (`TEXT`) or how it was served (`standard`). No text, whoever wrote it.
final class RawUsageReader {

  /// What all providers tell is a tenth of it.
  static final int RAW_USAGE_BYTES_MAX = 2_048;

  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_.:-]{1,64}");
  private static final JsonMapper JSON = JsonMapper.shared();

  private RawUsageReader() {}

  /// @param told an object; null where nothing was told
  static @Nullable RawUsage read(@Nullable JsonNode told) {
    if (!(told instanceof ObjectNode object)) {
      return null;
    }
    var json = JSON.writeValueAsString(kept(object));
    long bytes = json.getBytes(StandardCharsets.UTF_8).length;
    return bytes > RAW_USAGE_BYTES_MAX ? new RawUsage.LeftOut(bytes) : new RawUsage.Told(json);
  }

  private static @Nullable JsonNode kept(JsonNode value) {
    return switch (value) {
      case ObjectNode object -> kept(object);
      case ArrayNode array -> kept(array);
      case JsonNode scalar -> isKept(scalar) ? scalar : null;
    };
  }

  private static ObjectNode kept(ObjectNode object) {
    var kept = JSON.createObjectNode();
    for (var member : object.properties()) {
      var value = isWord(member.getKey()) ? kept(member.getValue()) : null;
      if (value != null) {
        kept.set(member.getKey(), value);
      }
    }
    return kept;
  }

  private static ArrayNode kept(ArrayNode array) {
    var kept = JSON.createArrayNode();
    for (var item : array) {
      var value = kept(item);
      if (value != null) {
        kept.add(value);
      }
    }
    return kept;
  }

  private static boolean isKept(JsonNode scalar) {
    return scalar.isNumber()
        || scalar.isBoolean()
        || (scalar.isString() && isWord(scalar.stringValue()));
  }

  private static boolean isWord(String text) {
    return WORD.matcher(text).matches();
  }
}
