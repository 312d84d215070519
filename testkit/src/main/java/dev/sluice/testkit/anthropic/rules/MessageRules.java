package dev.sluice.testkit.anthropic.rules;

import java.util.List;
import java.util.Set;

/// The conversation: roles, their order, and the blocks that each may hold.
final class MessageRules {

  private static final Set<String> THOUGHTS = Set.of("thinking", "redacted_thinking");
  private static final Set<String> USER =
      Set.of("text", "image", "document", "search_result", "tool_result", "container_upload");
  private static final Set<String> ASSISTANT =
      Set.of(
          "text",
          "thinking",
          "redacted_thinking",
          "tool_use",
          "server_tool_use",
          "web_search_tool_result",
          "web_fetch_tool_result",
          "code_execution_tool_result",
          "bash_code_execution_tool_result",
          "tool_search_tool_result",
          "mcp_tool_use",
          "mcp_tool_result",
          "compaction");

  private MessageRules() {}

  static void check(Field body, Betas betas) {
    body.optional("system").ifPresent(MessageRules::checkSystem);
    var messages = body.required("messages");
    messages.ensure(!messages.items().isEmpty(), "at least one message is required");
    messages.items().forEach(message -> checkMessage(message, betas));
    checkOrder(messages.items());
    ToolPairs.check(messages.items());
  }

  private static void checkSystem(Field system) {
    if (!system.value().isString()) {
      system.items().forEach(block -> BlockRules.check(block, Set.of("text")));
    }
  }

  private static void checkMessage(Field message, Betas betas) {
    var role = message.object().required("role").text();
    switch (role) {
      case "user" -> checkContent(message.only(Set.of("role", "content")), USER);
      case "assistant" -> checkContent(message.only(Set.of("role", "content")), ASSISTANT);
      case "system" -> checkMidConversation(message, betas);
      default -> throw message.at("role").wrong("Input should be 'user' or 'assistant'");
    }
  }

  private static void checkMidConversation(Field message, Betas betas) {
    message.ensure(
        betas.has(Betas.MID_CONVERSATION_SYSTEM, Betas.PER_TURN_CONTROL),
        "Unexpected role \"system\". The Messages API accepts a top-level `system` parameter,"
            + " not \"system\" as an input message role.");
    message
        .optional("output_config")
        .ifPresent(
            config -> {
              config.ensure(betas.has(Betas.PER_TURN_CONTROL), "Extra inputs are not permitted");
              BodyRules.checkOutputConfig(config, betas);
            });
    var blocks =
        betas.has(Betas.TOOL_CHANGES)
            ? Set.of("text", "tool_reference", "tool_addition", "tool_removal")
            : Set.of("text");
    message.only(Set.of("role", "content", "output_config"));
    // Claude Code tells an effort alone in this way, after it made a conversation shorter.
    var content = message.at("content").value();
    boolean saysNothing = content.isArray() && content.isEmpty();
    if (!saysNothing || !message.value().has("output_config")) {
      checkContent(message, blocks);
    }
  }

  private static void checkContent(Field message, Set<String> types) {
    var content = message.required("content");
    if (content.value().isString()) {
      content.ensure(!content.text().isEmpty(), "messages must have non-empty content");
      return;
    }
    content.ensure(!content.items().isEmpty(), "messages must have non-empty content");
    content.items().forEach(block -> BlockRules.check(block, types));
  }

  private static void checkOrder(List<Field> messages) {
    messages
        .getFirst()
        .ensure(role(messages.getFirst()).equals("user"), "first message must use the user role");
    var last = messages.stream().filter(m -> !role(m).equals("system")).toList().getLast();
    last.ensure(
        role(last).equals("user"),
        "This model does not support assistant message prefill."
            + " The conversation must end with a user message.");
  }

  /// Who thinks by a budget takes results only in a turn that began with a thought.
  ///
  /// The message speaks of the final assistant message. That is all since the user last said
  /// something else than results: the API answers with calls without a thought later in a loop, and
  /// takes them back (BerriAI/litellm#18926; Anthropic's page on thinking says that a loop is one
  /// turn).
  static void checkThoughtBeforeCalls(Field body) {
    var said = body.at("messages").items().stream().filter(m -> !role(m).equals("system")).toList();
    if (!hasResults(said.getLast())) {
      return;
    }
    int from = said.size() - 1;
    while (from > 0 && (role(said.get(from)).equals("assistant") || hasResults(said.get(from)))) {
      from--;
    }
    var begun = said.stream().skip(from).filter(m -> role(m).equals("assistant")).findFirst();
    begun.ifPresent(MessageRules::checkBeginsWithThought);
  }

  private static void checkBeginsWithThought(Field message) {
    var content = message.at("content");
    var place = content.value().isArray() ? content.items().getFirst() : content;
    var type = content.value().isArray() ? place.type() : "text";
    place.ensure(
        THOUGHTS.contains(type),
        "Expected `thinking` or `redacted_thinking`, but found `%s`. When `thinking` is"
            + " enabled, a final `assistant` message must start with a thinking block"
            + " (preceeding the lastmost set of `tool_use` and `tool_result` blocks).",
        type);
  }

  private static boolean hasResults(Field message) {
    var content = message.at("content");
    return content.value().isArray()
        && content.items().stream().anyMatch(block -> block.type().equals("tool_result"));
  }

  static String role(Field message) {
    return message.at("role").text();
  }
}
