package dev.sluice.wire.openai.client;

import dev.sluice.wire.conversation.Block;
import dev.sluice.wire.conversation.Turn;
import dev.sluice.wire.conversation.Turn.Role;
import dev.sluice.wire.json.Field;
import java.util.ArrayList;
import java.util.List;

/// Collects turns. What one side says in several messages is one turn, so that the results of tools
/// stand together, and before what a user says beside them.
final class Turns {

  private record Open(Role role, List<Block> blocks) {}

  private final List<Open> turns = new ArrayList<>();

  boolean isEmpty() {
    return turns.isEmpty();
  }

  void add(Role role, List<Block> blocks) {
    if (!blocks.isEmpty()) {
      open(role).addAll(blocks);
    }
  }

  void addResult(Block.ToolResult result) {
    var blocks = open(Role.USER);
    int at = 0;
    while (at < blocks.size() && blocks.get(at) instanceof Block.ToolResult) {
      at++;
    }
    blocks.add(at, result);
  }

  private List<Block> open(Role role) {
    if (turns.isEmpty() || turns.getLast().role() != role) {
      turns.add(new Open(role, new ArrayList<>()));
    }
    return turns.getLast().blocks();
  }

  /// @param messages that they were read of
  List<Turn> all(Field messages) {
    if (turns.isEmpty()) {
      throw messages.wrong("one message or more that says something");
    }
    return turns.stream().map(open -> new Turn(open.role(), open.blocks())).toList();
  }
}
