package dev.sluice.wire.anthropic.message;

import dev.sluice.wire.conversation.Tool;
import dev.sluice.wire.conversation.ToolChoice;
import dev.sluice.wire.json.Field;
import dev.sluice.wire.json.Untold;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the tools of a body and what is said of their use.
///
/// A deferred tool is no part of the prompt until a block refers to it; from then on it is a
/// function like the others. Until then it is a [Tool.Native] of the type `custom`.
final class ToolReader {

  private static final String CUSTOM = "custom";
  private static final Set<String> FUNCTION =
      Set.of(
          "type",
          "name",
          "description",
          "input_schema",
          "strict",
          "cache_control",
          "defer_loading");
  private static final Set<String> CHOICE = Set.of("type", "name", "disable_parallel_tool_use");

  private static final Set<String> SEARCH =
      Set.of("type", "name", "allowed_domains", "blocked_domains", "max_uses", "user_location");
  private static final Set<String> FETCH =
      Set.of(
          "type",
          "name",
          "allowed_domains",
          "blocked_domains",
          "max_uses",
          "max_content_tokens",
          "citations");

  private final Untold untold;
  private final BlockReader blocks;

  ToolReader(Untold untold, BlockReader blocks) {
    this.untold = untold;
    this.blocks = blocks;
  }

  /// To be called when all blocks are read, since they can load and define tools.
  ///
  /// @param choice which can refer to one that was put off
  List<Tool> tools(Field tools, ToolChoice choice) {
    var read = new ArrayList<Tool>();
    var names = new HashSet<String>();
    for (var tool : tools.itemsIfAny()) {
      read.add(tool(tool, choice));
    }
    read.forEach(tool -> names.add(tool.name()));
    for (var added : blocks.addedTools()) {
      if (names.add(added.at("name").name())) {
        read.add(tool(added, choice));
      }
    }
    return read;
  }

  private Tool tool(Field tool, ToolChoice choice) {
    var type = tool.object().at("type").textIfAny();
    if (type != null && !type.equals(CUSTOM)) {
      var name = tool.at("name").textIfAny();
      return ofProvider(name == null ? type : name, type, tool);
    }
    var name = tool.at("name").name();
    boolean loaded = blocks.loadedTools().contains(name) || choice.name().equals(name);
    if (tool.at("defer_loading").flag() && !loaded) {
      return new Tool.Deferred(name);
    }
    untold.beyond(FUNCTION, tool, "tools.");
    return new Tool.Function(
        name,
        tool.at("description").textIfAny(),
        tool.at("input_schema").object().json(),
        tool.at("strict").flag(),
        blocks.cacheMark(tool));
  }

  private Tool ofProvider(String name, String type, Field tool) {
    if (type.startsWith("web_search_")) {
      return search(name, type, tool);
    }
    return type.startsWith("web_fetch_")
        ? fetch(name, type, tool)
        : new Tool.Native(name, type, tool.json());
  }

  ToolChoice choice(Field choice) {
    if (choice.absent()) {
      return ToolChoice.UNSAID;
    }
    untold.beyond(CHOICE, choice.object(), "tool_choice.");
    boolean parallel = !choice.at("disable_parallel_tool_use").flag();
    var type = choice.at("type");
    return switch (type.text()) {
      case "auto" -> new ToolChoice(ToolChoice.Mode.AUTO, "", parallel);
      case "any" -> new ToolChoice(ToolChoice.Mode.ANY, "", parallel);
      case "none" -> new ToolChoice(ToolChoice.Mode.NONE, "", parallel);
      case "tool" -> new ToolChoice(ToolChoice.Mode.ONE, choice.at("name").name(), parallel);
      case String _ -> throw type.wrong("auto, any, tool or none");
    };
  }

  private Tool.WebSearch search(String name, String type, Field tool) {
    untold.beyond(SEARCH, tool, "tools.");
    return new Tool.WebSearch(
        name,
        type,
        texts(tool.at("allowed_domains")),
        texts(tool.at("blocked_domains")),
        tool.at("max_uses").wholeIfAny(1),
        location(tool.at("user_location")));
  }

  private Tool.WebFetch fetch(String name, String type, Field tool) {
    untold.beyond(FETCH, tool, "tools.");
    return new Tool.WebFetch(
        name,
        type,
        texts(tool.at("allowed_domains")),
        texts(tool.at("blocked_domains")),
        tool.at("max_uses").wholeIfAny(1),
        tool.at("max_content_tokens").wholeIfAny(1),
        tool.at("citations").at("enabled").flag());
  }

  private static List<String> texts(Field list) {
    return list.itemsIfAny().stream().map(Field::name).toList();
  }

  private Tool.@Nullable UserLocation location(Field location) {
    if (location.absent()) {
      return null;
    }
    if (!location.object().at("type").text().equals("approximate")) {
      throw location.at("type").wrong("approximate");
    }
    return new Tool.UserLocation(
        location.at("city").textIfAny(),
        location.at("region").textIfAny(),
        location.at("country").textIfAny(),
        location.at("timezone").textIfAny());
  }
}
