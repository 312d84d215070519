package dev.sluice.extproc.usage;

import dev.sluice.core.usage.RawUsage;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Keeps of a usage what a record may have: numbers, `true` and `false`, and single words, which
/// tell what is counted (`TEXT`) or how it was served (`standard`). No text, whoever wrote it.
final class RawUsageReader {

  /// What all providers tell is a tenth of it.
  static final int RAW_USAGE_BYTES_MAX = 2_048;

  private static final int WORD_CHARS_MAX = 64;

  private RawUsageReader() {}

  /// @param told an object; null where nothing was told
  static @Nullable RawUsage read(@Nullable JsonNode told) {
    if (!(told instanceof ObjectNode object)) {
      return null;
    }
    var json = new StringBuilder();
    write(json, object);
    int bytes = json.length(); // Words and numbers are ASCII.
    return bytes > RAW_USAGE_BYTES_MAX
        ? new RawUsage.LeftOut(bytes)
        : new RawUsage.Told(json.toString());
  }

  private static void write(StringBuilder json, JsonNode kept) {
    switch (kept) {
      case ObjectNode object -> write(json, object);
      case ArrayNode array -> write(json, array);
      case JsonNode scalar when scalar.isString() -> write(json, scalar.stringValue());
      // A number may be too large for a `double`, which JSON has no word for.
      case JsonNode scalar when scalar.isFloatingPointNumber() -> json.append(scalar);
      case JsonNode scalar -> json.append(scalar.asString());
    }
  }

  private static void write(StringBuilder json, ObjectNode object) {
    json.append('{');
    var between = "";
    for (var member : object.properties()) {
      if (isWord(member.getKey()) && isKept(member.getValue())) {
        write(json.append(between), member.getKey());
        write(json.append(':'), member.getValue());
        between = ",";
      }
    }
    json.append('}');
  }

  private static void write(StringBuilder json, ArrayNode array) {
    json.append('[');
    var between = "";
    for (var item : array) {
      if (isKept(item)) {
        write(json.append(between), item);
        between = ",";
      }
    }
    json.append(']');
  }

  /// A word has nothing to be escaped.
  private static void write(StringBuilder json, String word) {
    json.append('"').append(word).append('"');
  }

  private static boolean isKept(JsonNode value) {
    return value.isContainer()
        || value.isNumber()
        || value.isBoolean()
        || (value.isString() && isWord(value.stringValue()));
  }

  private static boolean isWord(String text) {
    boolean word = !text.isEmpty() && text.length() <= WORD_CHARS_MAX;
    for (int i = 0; word && i < text.length(); i++) {
      word = isOfWord(text.charAt(i));
    }
    return word;
  }

  private static boolean isOfWord(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "_.:-".indexOf(c) >= 0;
  }
}
