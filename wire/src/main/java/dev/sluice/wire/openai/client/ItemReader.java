package dev.sluice.wire.openai.client;

import dev.sluice.wire.conversation.Block;
import dev.sluice.wire.conversation.Page;
import dev.sluice.wire.conversation.Turn;
import dev.sluice.wire.conversation.Turn.Role;
import dev.sluice.wire.json.Field;
import dev.sluice.wire.json.Untold;
import dev.sluice.wire.translate.SearchWords;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Reads the input of a response: a text, or items in their order.
final class ItemReader {

  private static final Set<String> ITEM =
      Set.of(
          "type",
          "id",
          "status",
          "role",
          "content",
          "call_id",
          "name",
          "arguments",
          "output",
          "summary",
          "encrypted_content",
          "action");

  private final Untold untold;
  private final PartReader parts;
  private final List<Block> system = new ArrayList<>();
  private final Turns turns = new Turns();
  private final ToolInputs inputs = new ToolInputs();

  ItemReader(Untold untold) {
    this.untold = untold;
    this.parts = new PartReader(untold);
  }

  void read(Field instructions, Field input) {
    if (!instructions.absent()) {
      system.addAll(parts.texts(instructions));
    }
    if (input.json().isString()) {
      turns.add(Role.USER, parts.of(input));
    } else {
      input.items().forEach(this::item);
    }
  }

  List<Block> system() {
    return system;
  }

  List<Turn> turns(Field input) {
    return turns.all(input);
  }

  private void item(Field item) {
    var type = item.object().at("type");
    untold.beyond(ITEM, item, "input.");
    switch (type.absent() ? "message" : type.text()) {
      case "message" -> message(item);
      case "function_call" -> turns.add(Role.ASSISTANT, List.of(call(item)));
      case "function_call_output" ->
          turns.addResult(
              new Block.ToolResult(
                  item.at("call_id").name(), parts.of(item.at("output")), false, null));
      case "reasoning" -> thought(item);
      case "web_search_call" -> turns.add(Role.ASSISTANT, searched(item));
      case "item_reference" ->
          throw Unsaid.of(type, "the item itself; this gateway stores no answers");
      case String _ ->
          throw Unsaid.of(
              type, "message, function_call, function_call_output, reasoning or web_search_call");
    }
  }

  private void message(Field message) {
    var role = message.at("role");
    var content = message.at("content");
    switch (role.text()) {
      case "user" -> turns.add(Role.USER, parts.of(content));
      case "assistant" -> turns.add(Role.ASSISTANT, parts.texts(content));
      case "system", "developer" -> {
        if (turns.isEmpty()) {
          system.addAll(parts.texts(content));
        } else {
          turns.add(Role.SYSTEM, parts.texts(content));
        }
      }
      case String _ -> throw role.wrong("user, assistant, system or developer");
    }
  }

  private Block.ToolUse call(Field call) {
    return new Block.ToolUse(
        call.at("call_id").name(), call.at("name").name(), inputs.read(call.at("arguments")), null);
  }

  /// What was found is sealed for its origin, and the item has no place for that: it is told.
  private static List<Block> searched(Field item) {
    var id = item.at("id").json().asString("");
    var action = item.at("action");
    var pages = new ArrayList<Page>();
    for (var source : action.at("sources").itemsIfAny()) {
      var url = source.object().at("url").json().asString("");
      if (!url.isEmpty()) {
        pages.add(new Page(url, "", null, null));
      }
    }
    var query = action.at("query").json().asString(action.at("url").json().asString(""));
    var asked = SearchWords.of(new Block.Search(id, query, null));
    return pages.isEmpty()
        ? List.of(asked)
        : List.of(asked, SearchWords.of(new Block.Found(id, pages, null, null)));
  }

  /// A thought without its seal is of use to nobody.
  private void thought(Field item) {
    var sealed = item.at("encrypted_content").textIfAny();
    if (sealed == null || sealed.isEmpty()) {
      untold.add("reasoning");
      return;
    }
    var text =
        item.at("summary").itemsIfAny().stream()
            .map(part -> part.object().at("text").text())
            .collect(Collectors.joining("\n\n"));
    turns.add(Role.ASSISTANT, List.of(Thoughts.read(text, sealed)));
  }
}
