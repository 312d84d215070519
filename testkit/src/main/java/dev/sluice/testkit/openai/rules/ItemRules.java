package dev.sluice.testkit.openai.rules;

import dev.sluice.testkit.answer.Signatures;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The input items of a response: messages, tool calls with their outputs, reasoning as it was.
final class ItemRules {

  private static final Signatures SIGNATURES = new Signatures("openai");
  private static final int ITEMS_MAX = 100_000;
  private static final int ID_MAX = 64;
  private static final Set<String> TYPES =
      Set.of("message", "function_call", "function_call_output", "reasoning", "web_search_call");
  private static final Set<String> INPUT_PARTS = Set.of("input_text", "input_image", "input_file");
  private static final Set<String> STATUSES = Set.of("in_progress", "completed", "incomplete");

  private ItemRules() {}

  static void check(Field input) {
    if (input.value().isString()) {
      return;
    }
    if (!input.value().isArray()) {
      throw input.ofType("one of a string or array of objects");
    }
    var items = input.someItems(ITEMS_MAX);
    items.forEach(ItemRules::checkItem);
    checkCalls(items);
    checkReasoningIsFollowed(items);
  }

  private static void checkItem(Field item) {
    var type = item.object().optional("type").map(Field::text).orElse("message");
    if (!type.equals("web_search_call")) {
      item.optional("status").ifPresent(status -> status.oneOf(STATUSES));
    }
    switch (type) {
      case "message" -> checkMessage(item);
      case "function_call" -> {
        item.only(Set.of("type", "id", "call_id", "name", "arguments", "status"));
        checkId(item, "fc");
        item.required("call_id").textUpTo(ID_MAX);
        item.required("name").name();
        MessageRules.checkArguments(item.required("arguments"));
      }
      case "function_call_output" -> {
        item.only(Set.of("type", "id", "call_id", "output", "status"));
        checkId(item, "fc");
        item.required("call_id").textUpTo(ID_MAX);
        PartRules.check(item.required("output"), INPUT_PARTS);
      }
      case "reasoning" -> checkReasoning(item);
      case "web_search_call" -> {
        item.required("id");
        checkId(item, "ws");
        SearchRules.checkItem(item);
      }
      case "item_reference" -> throw notFound(item.required("id").text());
      default -> throw item.unsupported(type, TYPES);
    }
  }

  private static void checkMessage(Field message) {
    message.only(Set.of("type", "id", "role", "content", "status", "phase"));
    checkId(message, "msg");
    var role = message.required("role").oneOf(Set.of("assistant", "system", "developer", "user"));
    var parts = role.equals("assistant") ? Set.of("output_text", "refusal") : INPUT_PARTS;
    PartRules.check(message.required("content"), parts);
  }

  private static void checkId(Field item, String prefix) {
    item.optional("id")
        .ifPresent(
            id -> {
              if (!id.text().startsWith(prefix)) {
                throw id.wrong(
                    "Invalid '%s': '%s'. Expected an ID that begins with '%s'."
                        .formatted(id.path(), id.text(), prefix),
                    "invalid_value");
              }
              id.textUpTo(ID_MAX);
            });
  }

  private static void checkReasoning(Field item) {
    item.only(Set.of("type", "id", "summary", "encrypted_content", "status", "content"));
    var id = item.required("id").text();
    checkId(item, "rs");
    for (var part : item.required("summary").items()) {
      part.required("type").oneOf(Set.of("summary_text"));
      part.only(Set.of("type", "text")).required("text").text();
    }
    var sealed = item.optional("encrypted_content").orElseThrow(() -> notFound(id));
    if (!SIGNATURES.verifies(id, sealed.text())) {
      throw RefusedException.invalid(
          "The encrypted content for item %s could not be verified. Reason: Encrypted content could"
                  .formatted(id)
              + " not be decrypted or parsed.",
          "",
          "invalid_encrypted_content");
    }
  }

  private static RefusedException notFound(String id) {
    return RefusedException.invalid(
        404,
        "Item with id '%s' not found. Items are not persisted when `store` is set to false. Try"
                .formatted(id)
            + " again with `store` set to true, or remove this item from your input.",
        "input",
        "");
  }

  /// Every call has its output, and every output a call before it.
  private static void checkCalls(List<Field> items) {
    var asked = new HashSet<String>();
    var open = new LinkedHashSet<String>();
    for (var item : items) {
      var id = item.peek("call_id");
      switch (item.peek("type")) {
        case "function_call" -> {
          asked.add(id);
          open.add(id);
        }
        case "function_call_output" -> {
          if (!asked.contains(id)) {
            throw unpaired("No tool call found for function call output with call_id " + id + ".");
          }
          open.remove(id);
        }
        default -> {}
      }
    }
    if (!open.isEmpty()) {
      throw unpaired("No tool output found for function call " + open.getFirst() + ".");
    }
  }

  private static RefusedException unpaired(String message) {
    return RefusedException.invalid(message, "input", "");
  }

  private static void checkReasoningIsFollowed(List<Field> items) {
    for (var i = 0; i < items.size(); i++) {
      if (items.get(i).peek("type").equals("reasoning") && !isAnswer(items, i + 1)) {
        throw unpaired(
            "Item '%s' of type 'reasoning' was provided without its required following item."
                .formatted(items.get(i).peek("id")));
      }
    }
  }

  /// What the model wrote after it had thought: more thoughts, a call, or a message.
  private static boolean isAnswer(List<Field> items, int at) {
    if (at == items.size()) {
      return false;
    }
    return switch (items.get(at).peek("type")) {
      case "reasoning", "function_call", "web_search_call" -> true;
      case "function_call_output" -> false;
      default -> items.get(at).peek("role").equals("assistant");
    };
  }
}
