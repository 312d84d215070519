package dev.sluice.wire.translate;

import dev.sluice.wire.conversation.Conversation;
import dev.sluice.wire.conversation.Tool;
import dev.sluice.wire.conversation.ToolChoice.Mode;
import dev.sluice.wire.translate.UntranslatableException.Capability;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// The tools that a model of another provider is told of.
public final class Functions {

  /// Tools that some providers run by themselves.
  public enum Own {
    WEB_SEARCH,
    WEB_FETCH
  }

  /// @param searches one at most, and so are the fetches
  public record Offered(
      List<Tool.Function> functions, List<Tool.WebSearch> searches, List<Tool.WebFetch> fetches) {
    public Offered {
      functions = List.copyOf(functions);
      searches = List.copyOf(searches);
      fetches = List.copyOf(fetches);
    }

    /// Whether the choice is of the provider's own search.
    public boolean isSearch(String name) {
      return searches.stream().anyMatch(search -> search.name().equals(name));
    }
  }

  private Functions() {}

  /// Those that the client runs, of a provider that runs none itself.
  ///
  /// @throws UntranslatableException as [#offered] does
  public static List<Tool.Function> of(Conversation conversation) {
    return offered(conversation, Set.of()).functions();
  }

  /// Without those that the client has put off. A choice is of one of them.
  ///
  /// @param own what the provider runs itself
  /// @throws UntranslatableException for one that nobody there can run, and for a choice of a tool
  ///   that is not there
  public static Offered offered(Conversation conversation, Set<Own> own) {
    var functions = new ArrayList<Tool.Function>();
    var searches = new ArrayList<Tool.WebSearch>();
    var fetches = new ArrayList<Tool.WebFetch>();
    for (var tool : conversation.tools()) {
      switch (tool) {
        case Tool.Function function -> functions.add(function);
        case Tool.WebSearch search when own.contains(Own.WEB_SEARCH) -> searches.add(search);
        case Tool.WebFetch fetch when own.contains(Own.WEB_FETCH) -> fetches.add(fetch);
        case Tool.Deferred _ -> {
          // No part of the prompt before something refers to it.
        }
        case Tool.WebSearch(var name, var type, _, _, _, _) -> throw unknown(name, type);
        case Tool.WebFetch(var name, var type, _, _, _, _, _) -> throw unknown(name, type);
        case Tool.Native(var name, var type, _) -> throw unknown(name, type);
      }
    }
    if (searches.size() > 1 || fetches.size() > 1) {
      throw refused("tools: the same tool of the provider twice (expected: once)");
    }
    var offered = new Offered(functions, searches, fetches);
    checkChoice(conversation, offered);
    return offered;
  }

  private static void checkChoice(Conversation conversation, Offered offered) {
    var choice = conversation.toolChoice();
    var names =
        Stream.of(offered.functions(), offered.searches(), offered.fetches())
            .flatMap(List::stream)
            .map(Tool::name)
            .toList();
    boolean must = choice.mode() == Mode.ANY || choice.mode() == Mode.ONE;
    if (must && names.isEmpty()) {
      throw refused("tool_choice: a tool, and tools has none (expected: tools)");
    }
    if (choice.mode() == Mode.ONE && !names.contains(choice.name())) {
      throw refused("tool_choice.name: " + choice.name() + " (expected: the name of a tool)");
    }
  }

  private static UntranslatableException unknown(String name, String type) {
    return refused(
        "tools: %s of type %s (expected: tools with an input_schema)".formatted(name, type));
  }

  private static UntranslatableException refused(String message) {
    return new UntranslatableException(Capability.OTHER, message);
  }
}
