package dev.sluice.testkit.anthropic.rules;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/// The tools that a request offers, and its choice among them.
final class ToolRules {

  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,128}");
  private static final Set<String> SHARED = Set.of("type", "name", "cache_control");
  private static final Set<String> CUSTOM =
      Set.of("description", "input_schema", "eager_input_streaming", "strict");
  private static final Set<String> DEFERRABLE =
      Set.of("defer_loading", "allowed_callers", "input_examples");
  private static final Pattern SERVER_TOOL =
      Pattern.compile(
          "(web_search|web_fetch|code_execution|bash|text_editor|memory|computer"
              + "|tool_search_tool_regex|tool_search_tool_bm25|advisor)_20[0-9]{6}");

  private ToolRules() {}

  static void check(Field body, Betas betas) {
    var names = new HashSet<String>();
    body.optional("tools")
        .ifPresent(
            tools -> {
              for (var tool : tools.items()) {
                checkTool(tool, betas);
                tools.ensure(names.add(tool.at("name").text()), "Tool names must be unique.");
              }
            });
    body.optional("tool_choice").ifPresent(choice -> checkChoice(choice, names));
  }

  private static void checkTool(Field tool, Betas betas) {
    var name = tool.object().required("name");
    name.ensure(
        NAME.matcher(name.text()).matches(),
        "String should match pattern '^[a-zA-Z0-9_-]{1,128}$'");
    var type = tool.optional("type").map(Field::text).orElse("custom");
    if (type.equals("custom")) {
      checkCustom(tool, betas);
      return;
    }
    tool.at("type").ensure(SERVER_TOOL.matcher(type).matches(), "Input tag '%s' is unknown", type);
    tool.optional("max_uses").ifPresent(uses -> uses.integerFrom(1));
  }

  private static void checkCustom(Field tool, Betas betas) {
    var names = new HashSet<>(SHARED);
    names.addAll(CUSTOM);
    if (betas.has(Betas.ADVANCED_TOOLS, Betas.TOOL_SEARCH)) {
      names.addAll(DEFERRABLE);
    }
    tool.only(names);
    tool.optional("description").ifPresent(Field::text);
    tool.optional("defer_loading").ifPresent(Field::flag);
    tool.required("input_schema").object().required("type").oneOf(Set.of("object"));
  }

  private static void checkChoice(Field choice, Set<String> tools) {
    var type = choice.required("type").oneOf(Set.of("auto", "any", "tool", "none"));
    choice.only(
        type.equals("none") ? Set.of("type") : Set.of("type", "name", "disable_parallel_tool_use"));
    if (!type.equals("tool")) {
      return;
    }
    var name = choice.required("name");
    name.ensure(tools.contains(name.text()), "Tool '%s' not found in provided tools", name.text());
  }
}
