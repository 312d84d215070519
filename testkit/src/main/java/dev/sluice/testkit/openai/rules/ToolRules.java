package dev.sluice.testkit.openai.rules;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// The tools that a request offers, and its choice among them.
final class ToolRules {

  private static final int TOOLS_MAX = 128;
  private static final Set<String> CHOICES = Set.of("none", "auto", "required");
  private static final Set<String> BUILT_IN =
      Set.of(
          "code_interpreter",
          "computer_use_preview",
          "custom",
          "file_search",
          "image_generation",
          "mcp",
          "web_search",
          "web_search_preview");

  /// Chat wraps a function in a member of its own, responses do not.
  enum Form {
    CHAT,
    RESPONSES
  }

  private ToolRules() {}

  static void check(Field body, Form form) {
    var tools = body.optional("tools");
    var names = new HashSet<String>();
    tools.ifPresent(
        field -> field.someItems(TOOLS_MAX).forEach(tool -> names.add(checkTool(tool, form))));
    body.optional("parallel_tool_calls")
        .ifPresent(
            parallel -> {
              parallel.flag();
              refuseWithout(tools, parallel);
            });
    body.optional("tool_choice")
        .ifPresent(
            choice -> {
              refuseWithout(tools, choice);
              checkChoice(choice, names, form);
            });
  }

  private static void refuseWithout(Optional<Field> tools, Field field) {
    field.ensure(
        tools.isPresent(),
        "Invalid value for '%1$s': '%1$s' is only allowed when 'tools' are specified."
            .formatted(field.path()));
  }

  /// The name of the tool.
  private static String checkTool(Field tool, Form form) {
    var type = tool.object().required("type").text();
    return switch (form) {
      case CHAT -> {
        tool.at("type").oneOf(Set.of("function"));
        tool.only(Set.of("type", "function"));
        yield checkFunction(tool.required("function").object(), Set.of());
      }
      case RESPONSES -> {
        if (type.startsWith("web_search")) {
          yield SearchRules.check(tool);
        }
        if (BUILT_IN.contains(type)) {
          yield type;
        }
        tool.at("type").oneOf(Set.of("function"));
        yield checkFunction(tool, Set.of("type"));
      }
    };
  }

  private static String checkFunction(Field function, Set<String> more) {
    var names = new HashSet<>(Set.of("name", "description", "parameters", "strict"));
    names.addAll(more);
    var name = function.only(names).required("name").name();
    function.optional("description").ifPresent(Field::text);
    function.optional("strict").ifPresent(Field::flag);
    var strict = function.value().path("strict").asBoolean(false);
    function.optional("parameters").ifPresent(schema -> Schemas.check(schema, name, strict));
    return name;
  }

  private static void checkChoice(Field choice, Set<String> tools, Form form) {
    if (choice.value().isString()) {
      choice.oneOf(CHOICES);
      return;
    }
    var type = choice.object().required("type").text();
    if (form == Form.RESPONSES && BUILT_IN.contains(type)) {
      choice.only(Set.of("type"));
      choice.ensure(
          tools.contains(type), "Tool choice '%s' not found in 'tools' parameter.".formatted(type));
      return;
    }
    choice.at("type").oneOf(Set.of("function"));
    var named =
        switch (form) {
          case CHAT -> {
            choice.only(Set.of("type", "function"));
            yield choice.required("function").only(Set.of("name")).required("name");
          }
          case RESPONSES -> choice.only(Set.of("type", "name")).required("name");
        };
    choice.ensure(
        tools.contains(named.text()),
        "Tool choice '%s' not found in 'tools' parameter.".formatted(named.text()));
  }
}
