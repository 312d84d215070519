package dev.sluice.wire.openai;

import dev.sluice.wire.conversation.Block;
import dev.sluice.wire.conversation.Block.ToolResult;
import dev.sluice.wire.conversation.Block.ToolUse;
import dev.sluice.wire.conversation.Turn;
import dev.sluice.wire.conversation.Turn.Role;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A conversation's turns in the order in which OpenAI wants them: each call of a tool is followed
/// by what it came to, in the order of the calls, and that by what else was said.
public sealed interface Step {

  /// @param role `USER` or `SYSTEM`
  /// @param blocks a tool result among them belongs to no call
  record Said(Role role, List<Block> blocks) implements Step {}

  /// One or more turns of the model.
  record Answered(List<Block> blocks) implements Step {}

  /// @param result null where the client has none: the tool was interrupted
  record Returned(ToolUse call, @Nullable ToolResult result) implements Step {}

  /// More turns only ever add steps after those of the turns before, once the model has answered.
  static List<Step> of(List<Turn> turns) {
    var steps = new ArrayList<Step>();
    int at = 0;
    while (at < turns.size()) {
      int others = end(turns, at, true);
      var answered = blocks(turns.subList(at, others));
      int next = end(turns, others, false);
      add(steps, answered, turns.subList(others, next));
      at = next;
    }
    return List.copyOf(steps);
  }

  private static int end(List<Turn> turns, int from, boolean assistant) {
    int at = from;
    while (at < turns.size() && (turns.get(at).role() == Role.ASSISTANT) == assistant) {
      at++;
    }
    return at;
  }

  private static List<Block> blocks(List<Turn> turns) {
    return turns.stream().flatMap(turn -> turn.blocks().stream()).toList();
  }

  private static void add(List<Step> steps, List<Block> answered, List<Turn> others) {
    if (!answered.isEmpty()) {
      steps.add(new Answered(answered));
    }
    var results = results(others);
    // By identity: two results can be equal.
    var told = Collections.newSetFromMap(new IdentityHashMap<Block, Boolean>());
    for (var block : answered) {
      if (block instanceof ToolUse call) {
        var result = results.getOrDefault(call.id(), new ArrayDeque<>()).poll();
        steps.add(new Returned(call, result));
        if (result != null) {
          told.add(result);
        }
      }
    }
    for (var turn : others) {
      var rest = turn.blocks().stream().filter(block -> !told.contains(block)).toList();
      if (!rest.isEmpty()) {
        say(steps, turn.role(), rest);
      }
    }
  }

  private static Map<String, Deque<ToolResult>> results(List<Turn> turns) {
    var results = new HashMap<String, Deque<ToolResult>>();
    for (var block : blocks(turns)) {
      if (block instanceof ToolResult result) {
        results.computeIfAbsent(result.toolUseId(), _ -> new ArrayDeque<>()).add(result);
      }
    }
    return results;
  }

  private static void say(List<Step> steps, Role role, List<Block> blocks) {
    if (role == Role.USER
        && !steps.isEmpty()
        && steps.getLast() instanceof Said(var before, var said)
        && before == Role.USER) {
      var both = new ArrayList<>(said);
      both.addAll(blocks);
      steps.set(steps.size() - 1, new Said(role, both));
    } else {
      steps.add(new Said(role, blocks));
    }
  }
}
