package dev.sluice.e2e.traffic;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Moves the mark of the cache through a conversation, as Claude Code does with each turn.
final class CacheMark {

  private CacheMark() {}

  /// Only the last block of the last message has one.
  static void moveToEnd(ArrayNode messages) {
    for (var message : messages) {
      for (var block : message.path("content")) {
        ((ObjectNode) block).remove("cache_control");
      }
    }
    mark((ObjectNode) messages.path(messages.size() - 1));
  }

  /// A plain text becomes a block, to carry the mark.
  private static void mark(ObjectNode message) {
    if (message.path("content").isString()) {
      var text = message.path("content").asString();
      message.putArray("content").addObject().put("type", "text").put("text", text);
    }
    JsonNode content = message.path("content");
    var last = (ObjectNode) content.path(content.size() - 1);
    last.putObject("cache_control").put("type", "ephemeral");
  }
}
