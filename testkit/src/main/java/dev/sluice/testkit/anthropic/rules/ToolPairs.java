package dev.sluice.testkit.anthropic.rules;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Every tool_use is answered by one tool_result at the start of the next user message.
final class ToolPairs {

  private ToolPairs() {}

  static void check(List<Field> messages) {
    var seen = new HashSet<String>();
    Set<String> open = Set.of();
    for (var turn : turns(messages)) {
      if (turn.role().equals("assistant")) {
        refuseUnanswered(turn, open);
        open = uses(turn, seen);
      } else {
        checkResults(turn, open);
        open = Set.of();
      }
    }
  }

  /// Neighbouring messages of one role are one turn, and system messages belong to no turn.
  private record Turn(String role, Field first, List<Field> blocks) {}

  private static List<Turn> turns(List<Field> messages) {
    var turns = new ArrayList<Turn>();
    for (var message : messages) {
      var role = MessageRules.role(message);
      if (role.equals("system")) {
        continue;
      }
      if (turns.isEmpty() || !turns.getLast().role().equals(role)) {
        turns.add(new Turn(role, message, new ArrayList<>()));
      }
      var content = message.at("content");
      if (content.value().isArray()) {
        turns.getLast().blocks().addAll(content.items());
      }
    }
    return turns;
  }

  private static Set<String> uses(Turn turn, Set<String> seen) {
    var uses = new LinkedHashSet<String>();
    for (var block : turn.blocks()) {
      if (block.type().equals("tool_use")) {
        var id = block.at("id").text();
        block.ensure(seen.add(id), "`tool_use` ids must be unique");
        uses.add(id);
      }
    }
    return uses;
  }

  private static void checkResults(Turn turn, Set<String> open) {
    var answered = new HashSet<String>();
    var others = 0;
    for (var block : turn.blocks()) {
      if (!block.type().equals("tool_result")) {
        others++;
        continue;
      }
      var id = block.at("tool_use_id").text();
      block.ensure(
          open.contains(id),
          "unexpected `tool_use_id` found in `tool_result` blocks: %s. Each `tool_result` block"
              + " must have a corresponding `tool_use` block in the previous message.",
          id);
      block.ensure(answered.add(id), "each tool_use must have a single result");
      block.ensure(others == 0, "`tool_result` blocks must come before all other content");
    }
    var missing = new LinkedHashSet<>(open);
    missing.removeAll(answered);
    refuseUnanswered(turn, missing);
  }

  private static void refuseUnanswered(Turn turn, Set<String> missing) {
    turn.first()
        .ensure(
            missing.isEmpty(),
            "`tool_use` ids were found without `tool_result` blocks immediately after: %s. Each"
                + " `tool_use` block must have a corresponding `tool_result` block in the next"
                + " message.",
            String.join(", ", missing));
  }
}
