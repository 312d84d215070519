package dev.sluice.wire.openai.client;

import dev.sluice.wire.conversation.Tool;
import dev.sluice.wire.conversation.ToolChoice;
import dev.sluice.wire.conversation.ToolChoice.Mode;
import dev.sluice.wire.json.Field;
import dev.sluice.wire.json.Untold;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Reads the tools of a body and what is said of their use. Chats wrap a function in a member of
/// its own, responses do not.
record ToolsReader(Untold untold) {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String FUNCTION = "function";
  private static final Set<String> MEMBERS =
      Set.of("type", FUNCTION, "name", "description", "parameters", "strict");

  record Tooling(List<Tool> tools, ToolChoice choice) {
    Tooling {
      tools = List.copyOf(tools);
    }
  }

  Tooling read(Field body) {
    var tools = new ArrayList<Tool>();
    body.at("tools").itemsIfAny().forEach(tool -> tools.add(tool(tool, body)));
    var options = body.at("web_search_options");
    if (!options.absent()) {
      tools.add(new SearchReader(untold).options(options));
    }
    var parallel = body.at("parallel_tool_calls");
    var choice = choice(body.at("tool_choice"), parallel.absent() || parallel.flag());
    if (tools.isEmpty()) {
      if (choice.mode() == Mode.ANY || choice.mode() == Mode.ONE) {
        throw body.at("tool_choice").wrong("tools to choose from");
      }
      return new Tooling(tools, ToolChoice.UNSAID);
    }
    var allowed = allowed(body.at("tool_choice"));
    if (!allowed.isEmpty()) {
      tools.removeIf(tool -> !allowed.contains(tool.name()));
    }
    return new Tooling(tools, choice);
  }

  private Tool tool(Field tool, Field body) {
    var type = tool.object().at("type");
    if (SearchReader.isSearch(type)) {
      return new SearchReader(untold).tool(tool, body.at("max_tool_calls"));
    }
    if (!type.name().equals(FUNCTION)) {
      throw Unsaid.of(type, "function or web_search; others that OpenAI runs are not served");
    }
    var function = function(tool);
    untold.beyond(MEMBERS, tool, "tools.");
    untold.beyond(MEMBERS, function, "tools.");
    return new Tool.Function(
        function.at("name").name(),
        function.at("description").textIfAny(),
        schema(function.at("parameters")),
        function.at("strict").flag(),
        null);
  }

  private static Field function(Field holder) {
    var wrapped = holder.at(FUNCTION);
    return wrapped.absent() ? holder : wrapped.object();
  }

  /// Anthropic wants the type said.
  private static JsonNode schema(Field parameters) {
    ObjectNode schema = JSON.createObjectNode();
    if (parameters.absent() || parameters.object().at("type").absent()) {
      schema.put("type", "object");
    }
    if (!parameters.absent()) {
      parameters.json().properties().forEach(one -> schema.set(one.getKey(), one.getValue()));
    }
    return schema;
  }

  private static ToolChoice choice(Field choice, boolean parallel) {
    if (choice.absent()) {
      return new ToolChoice(Mode.UNSAID, "", parallel);
    }
    if (choice.json().isString()) {
      return new ToolChoice(mode(choice), "", parallel);
    }
    var type = choice.object().at("type");
    if (SearchReader.isSearch(type)) {
      return new ToolChoice(Mode.ONE, SearchReader.NAME, parallel);
    }
    return switch (type.name()) {
      case FUNCTION -> new ToolChoice(Mode.ONE, function(choice).at("name").name(), parallel);
      case "allowed_tools" -> new ToolChoice(mode(allowing(choice).at("mode")), "", parallel);
      case String _ -> throw Unsaid.of(type, "function, web_search or allowed_tools");
    };
  }

  private static Mode mode(Field mode) {
    return switch (mode.text()) {
      case "auto" -> Mode.AUTO;
      case "required" -> Mode.ANY;
      case "none" -> Mode.NONE;
      case String _ -> throw mode.wrong("auto, required, none or an object");
    };
  }

  private static Field allowing(Field choice) {
    var wrapped = choice.at("allowed_tools");
    return wrapped.absent() ? choice : wrapped.object();
  }

  /// The names of the only tools that may be used; empty where all may.
  private static Set<String> allowed(Field choice) {
    var names = new HashSet<String>();
    if (choice.json().isObject() && choice.at("type").text().equals("allowed_tools")) {
      for (var tool : allowing(choice).at("tools").items()) {
        boolean searches = SearchReader.isSearch(tool.object().at("type"));
        names.add(searches ? SearchReader.NAME : function(tool).at("name").name());
      }
    }
    return names;
  }
}
