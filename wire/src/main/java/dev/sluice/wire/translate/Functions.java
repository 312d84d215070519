package dev.sluice.wire.translate;

import dev.sluice.wire.conversation.Tool;
import dev.sluice.wire.translate.UntranslatableException.Capability;
import java.util.ArrayList;
import java.util.List;

/// The tools that a model of another provider is told of.
public final class Functions {

  private Functions() {}

  /// Without those that the client has put off.
  ///
  /// @throws UntranslatableException for one that only Anthropic can run
  public static List<Tool.Function> of(List<Tool> tools) {
    var functions = new ArrayList<Tool.Function>();
    for (var tool : tools) {
      switch (tool) {
        case Tool.Function function -> functions.add(function);
        case Tool.Deferred _ -> {
          // No part of the prompt before something refers to it.
        }
        case Tool.Native(var name, var type, _) ->
            throw new UntranslatableException(
                Capability.OTHER,
                "tools: %s of type %s (expected: tools with an input_schema)"
                    .formatted(name, type));
      }
    }
    return functions;
  }
}
