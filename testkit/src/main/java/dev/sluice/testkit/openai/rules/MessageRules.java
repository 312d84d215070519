package dev.sluice.testkit.openai.rules;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// The messages of a chat: their roles, what each may hold, and the answers to its tool calls.
final class MessageRules {

  private static final Set<String> ROLES =
      Set.of("system", "developer", "user", "assistant", "tool");
  private static final int MESSAGES_MAX = 100_000;
  private static final int CALLS_MAX = 128;
  private static final int ID_MAX = 40;

  private MessageRules() {}

  /// @param allowedBack members of an assistant's message that this service sends and takes back
  static void check(Field body, Set<String> allowedBack) {
    var messages = body.required("messages").someItems(MESSAGES_MAX);
    messages.forEach(message -> checkMessage(message, allowedBack));
    checkCalls(messages);
  }

  private static void checkMessage(Field message, Set<String> allowedBack) {
    var role = message.object().required("role").oneOf(ROLES);
    message.optional("name").ifPresent(Field::text);
    switch (role) {
      case "assistant" -> checkAssistant(message, allowedBack);
      case "tool" -> {
        message.only(Set.of("role", "content", "tool_call_id"));
        message.required("tool_call_id").textUpTo(ID_MAX);
        PartRules.check(message.required("content"), Set.of("text"));
      }
      case "user" -> {
        message.only(Set.of("role", "content", "name"));
        var parts = Set.of("text", "image_url", "input_audio", "file");
        PartRules.check(message.required("content"), parts);
      }
      // system and developer
      default -> {
        message.only(Set.of("role", "content", "name"));
        PartRules.check(message.required("content"), Set.of("text"));
      }
    }
  }

  private static void checkAssistant(Field message, Set<String> allowedBack) {
    var names = new HashSet<>(allowedBack);
    names.addAll(Set.of("role", "content", "name", "refusal", "tool_calls", "audio"));
    message.only(names);
    message.optional("refusal").ifPresent(Field::text);
    var calls = message.optional("tool_calls");
    calls.ifPresent(field -> field.someItems(CALLS_MAX).forEach(MessageRules::checkCall));
    var content = message.optional("content");
    if (content.isEmpty() && calls.isEmpty() && message.optional("refusal").isEmpty()) {
      throw RefusedException.invalid(
          "Invalid value for 'content': expected a string, got null.",
          dotted(message) + ".content",
          "");
    }
    content.ifPresent(field -> PartRules.check(field, Set.of("text", "refusal")));
  }

  private static void checkCall(Field call) {
    call.object().required("type").oneOf(Set.of("function"));
    call.only(Set.of("id", "type", "function")).required("id").textUpTo(ID_MAX);
    var function = call.required("function").only(Set.of("name", "arguments"));
    function.required("name").name();
    checkArguments(function.required("arguments"));
  }

  static void checkArguments(Field arguments) {
    var text = arguments.text();
    try {
      JsonMapper.shared().readTree(text);
    } catch (JacksonException e) {
      throw arguments.bad("expected JSON, but " + e.getOriginalMessage(), "invalid_value");
    }
  }

  /// Every call is answered before anything else is said, and nothing else is answered.
  private static void checkCalls(List<Field> messages) {
    var open = new LinkedHashSet<String>();
    var asked = new HashSet<String>();
    for (var message : messages) {
      if (message.peek("role").equals("tool")) {
        answer(message, asked, open);
        continue;
      }
      refuseOpen(message, open);
      asked.clear();
      calls(message).forEach(call -> asked.add(call.peek("id")));
      open.addAll(asked);
    }
    refuseOpen(messages.getLast(), open);
  }

  private static void answer(Field message, Set<String> asked, Set<String> open) {
    if (asked.isEmpty()) {
      throw RefusedException.invalid(
          "Invalid parameter: messages with role 'tool' must be a response to a preceeding message"
              + " with 'tool_calls'.",
          dotted(message) + ".role",
          "");
    }
    var id = message.peek("tool_call_id");
    if (!asked.contains(id)) {
      throw RefusedException.invalid(
          "Invalid parameter: 'tool_call_id' of '%s' not found in 'tool_calls' of previous message."
              .formatted(id),
          dotted(message) + ".tool_call_id",
          "");
    }
    open.remove(id);
  }

  private static void refuseOpen(Field message, Set<String> open) {
    if (!open.isEmpty()) {
      throw RefusedException.invalid(
          "An assistant message with 'tool_calls' must be followed by tool messages responding to"
              + " each 'tool_call_id'. The following tool_call_ids did not have response messages: "
              + String.join(", ", open),
          dotted(message) + ".role",
          "");
    }
  }

  private static List<Field> calls(Field message) {
    return message.optional("tool_calls").map(Field::items).orElse(new ArrayList<>());
  }

  /// As the API writes the place of a message where it speaks of the order of messages.
  private static String dotted(Field message) {
    return message.path().replace("[", ".[");
  }
}
