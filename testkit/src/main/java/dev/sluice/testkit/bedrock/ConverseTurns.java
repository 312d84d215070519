package dev.sluice.testkit.bedrock;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// The order of a conversation: user first, in turns, and every use of a tool answered.
final class ConverseTurns {

  private ConverseTurns() {}

  static void check(JsonNode messages) {
    Set<String> open = Set.of();
    for (var i = 0; i < messages.size(); i++) {
      var user = messages.path(i).path("role").asString("").equals("user");
      if (i == 0 && !user) {
        throw Member.refusal(
            "A conversation must start with a user message. Try again with a conversation that"
                + " starts with a user message.");
      }
      if (user != (i % 2 == 0)) {
        throw Member.refusal(
            "A conversation must alternate between user and assistant roles. Make sure the"
                + " conversation alternates between user and assistant roles and try again.");
      }
      var content = messages.path(i).path("content");
      if (user) {
        checkResults(i, ids(content, "toolResult"), open);
      } else {
        open = uses(i, ids(content, "toolUse"));
      }
    }
  }

  static boolean mentionsTools(JsonNode messages) {
    for (var message : messages) {
      for (var block : message.path("content")) {
        if (block.has("toolUse") || block.has("toolResult")) {
          return true;
        }
      }
    }
    return false;
  }

  private static Set<String> uses(int message, List<String> ids) {
    if (new HashSet<>(ids).size() < ids.size()) {
      throw Member.refusal(
          "The toolUse blocks at messages.%d.content contain duplicate Ids: %s"
              .formatted(message, String.join(", ", ids)));
    }
    return new LinkedHashSet<>(ids);
  }

  private static void checkResults(int message, List<String> results, Set<String> open) {
    if (results.size() > open.size()) {
      throw Member.refusal(
          "The number of toolResult blocks at messages.%d.content exceeds the number of toolUse"
                  .formatted(message)
              + " blocks of previous turn.");
    }
    var missing = new LinkedHashSet<>(open);
    results.forEach(missing::remove);
    if (!missing.isEmpty()) {
      throw Member.refusal(
          "Expected toolResult blocks at messages.%d.content for the following Ids: %s"
              .formatted(message, String.join(", ", missing)));
    }
  }

  private static List<String> ids(JsonNode content, String kind) {
    var ids = new ArrayList<String>();
    for (var block : content) {
      if (block.has(kind)) {
        ids.add(block.path(kind).path("toolUseId").asString(""));
      }
    }
    return ids;
  }
}
