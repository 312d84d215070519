package dev.sluice.wire.translate;

import dev.sluice.wire.conversation.Conversation;
import dev.sluice.wire.conversation.Tool;
import dev.sluice.wire.conversation.ToolChoice.Mode;
import dev.sluice.wire.translate.UntranslatableException.Capability;
import java.util.ArrayList;
import java.util.List;

/// The tools that a model of another provider is told of.
public final class Functions {

  private Functions() {}

  /// Without those that the client has put off. A choice is of one of them.
  ///
  /// @throws UntranslatableException for one that only Anthropic can run, and for a choice of a
  ///   tool that is not there
  public static List<Tool.Function> of(Conversation conversation) {
    var functions = functions(conversation.tools());
    var choice = conversation.toolChoice();
    boolean must = choice.mode() == Mode.ANY || choice.mode() == Mode.ONE;
    if (must && functions.isEmpty()) {
      throw refused("tool_choice: a tool, and tools has none (expected: tools)");
    }
    if (choice.mode() == Mode.ONE
        && functions.stream().noneMatch(tool -> tool.name().equals(choice.name()))) {
      throw refused("tool_choice.name: " + choice.name() + " (expected: the name of a tool)");
    }
    return functions;
  }

  private static UntranslatableException refused(String message) {
    return new UntranslatableException(Capability.OTHER, message);
  }

  private static List<Tool.Function> functions(List<Tool> tools) {
    var functions = new ArrayList<Tool.Function>();
    for (var tool : tools) {
      switch (tool) {
        case Tool.Function function -> functions.add(function);
        case Tool.Deferred _ -> {
          // No part of the prompt before something refers to it.
        }
        case Tool.Native(var name, var type, _) ->
            throw refused(
                "tools: %s of type %s (expected: tools with an input_schema)"
                    .formatted(name, type));
      }
    }
    return functions;
  }
}
