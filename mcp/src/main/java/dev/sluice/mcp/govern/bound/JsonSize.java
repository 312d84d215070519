package dev.sluice.mcp.govern.bound;

import tools.jackson.databind.JsonNode;

/// How large a document is when it is written, and how deep. It is counted and never written, so
/// that it takes no memory.
///
/// @param depth 0 of a document that has no members
public record JsonSize(long bytes, int depth) {

  private static final int ESCAPED_BYTES = 6;

  public static JsonSize of(JsonNode node) {
    if (node.isObject()) {
      return of(node.properties());
    }
    if (node.isArray()) {
      long bytes = 2;
      int depth = 0;
      for (var element : node) {
        var size = of(element);
        bytes += size.bytes + 1;
        depth = Math.max(depth, size.depth);
      }
      return new JsonSize(node.isEmpty() ? bytes : bytes - 1, depth + 1);
    }
    return new JsonSize(node.isString() ? ofText(node.stringValue()) : scalar(node), 0);
  }

  private static JsonSize of(Iterable<java.util.Map.Entry<String, JsonNode>> members) {
    long bytes = 1;
    int depth = 0;
    for (var member : members) {
      var size = of(member.getValue());
      bytes += ofText(member.getKey()) + size.bytes + 2;
      depth = Math.max(depth, size.depth);
    }
    return new JsonSize(Math.max(2, bytes), depth + 1);
  }

  private static long scalar(JsonNode node) {
    return node.isMissingNode() ? 0 : node.toString().length();
  }

  /// With its quotes.
  static long ofText(String text) {
    long bytes = 2;
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      bytes += bytes(text.codePointAt(i));
    }
    return bytes;
  }

  /// Of a character within a string.
  static int bytes(int character) {
    if (character < 0x20) {
      boolean named = "\b\t\n\f\r".indexOf(character) >= 0;
      return named ? 2 : ESCAPED_BYTES;
    }
    if (character < 0x80) {
      return character == '"' || character == '\\' ? 2 : 1;
    }
    if (character < 0x800) {
      return 2;
    }
    return character < 0x10000 ? 3 : 4;
  }
}
