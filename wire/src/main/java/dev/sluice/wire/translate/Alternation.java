package dev.sluice.wire.translate;

import dev.sluice.wire.conversation.Block;
import dev.sluice.wire.conversation.Turn;
import dev.sluice.wire.conversation.Turn.Role;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// The turns of a conversation as languages want them that know a user and a model only, one after
/// the other.
///
/// Turns of one role become one. Instructions in the middle stay at their place: the user says
/// them, between marks. The results of tools come first in their turn, in the order of the calls.
/// Text without a character is left out, and so is a turn that nothing is left of. A search of the
/// web becomes text, since neither language takes one back.
public final class Alternation {

  private Alternation() {}

  /// @param kept whether the language has a place for a block that it could do without
  public static List<Turn> of(List<Turn> turns, Predicate<Block> kept) {
    var merged = new ArrayList<Turn>();
    var role = Role.USER;
    var blocks = new ArrayList<Block>();
    for (var turn : turns) {
      var said = said(turn, kept);
      var speaker = turn.role() == Role.ASSISTANT ? Role.ASSISTANT : Role.USER;
      if (said.isEmpty()) {
        continue;
      }
      if (speaker != role) {
        add(merged, role, blocks);
        blocks.clear();
        role = speaker;
      }
      blocks.addAll(said);
    }
    add(merged, role, blocks);
    return merged;
  }

  private static void add(List<Turn> merged, Role role, List<Block> blocks) {
    if (blocks.isEmpty()) {
      return;
    }
    var calls = merged.isEmpty() ? Map.<String, Integer>of() : calls(merged.getLast());
    if (blocks.stream().anyMatch(Block.ToolResult.class::isInstance)) {
      blocks.sort(Comparator.comparingInt(block -> place(block, calls)));
    }
    merged.add(new Turn(role, blocks));
  }

  private static List<Block> said(Turn turn, Predicate<Block> kept) {
    var said = new ArrayList<Block>();
    for (var block : turn.blocks()) {
      switch (block) {
        case Block.Text(var text, var mark) when turn.role() == Role.SYSTEM && !text.isBlank() ->
            said.add(new Block.Text(marked(text), mark));
        case Block.Text(var text, _) when text.isBlank() -> {
          // It says nothing.
        }
        case Block.Search search -> said.add(SearchWords.of(search));
        case Block.Found found -> said.add(SearchWords.of(found));
        case Block b when kept.test(b) -> said.add(b);
        case Block _ -> {
          // The language has no place for it.
        }
      }
    }
    return said;
  }

  private static String marked(String instruction) {
    return "<system_instruction>\n" + instruction + "\n</system_instruction>";
  }

  private static Map<String, Integer> calls(Turn turn) {
    var calls = new HashMap<String, Integer>();
    for (var block : turn.blocks()) {
      if (block instanceof Block.ToolUse use) {
        calls.putIfAbsent(use.id(), calls.size());
      }
    }
    return calls;
  }

  private static int place(Block block, Map<String, Integer> calls) {
    return block instanceof Block.ToolResult result
        ? calls.getOrDefault(result.toolUseId(), calls.size())
        : Integer.MAX_VALUE;
  }
}
