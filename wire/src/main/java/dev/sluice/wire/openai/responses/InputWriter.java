package dev.sluice.wire.openai.responses;

import dev.sluice.wire.conversation.Block;
import dev.sluice.wire.conversation.Block.Found;
import dev.sluice.wire.conversation.Block.SealedThinking;
import dev.sluice.wire.conversation.Block.Search;
import dev.sluice.wire.conversation.Block.Thinking;
import dev.sluice.wire.conversation.Block.ToolUse;
import dev.sluice.wire.conversation.Conversation;
import dev.sluice.wire.conversation.Turn.Role;
import dev.sluice.wire.openai.CallIds;
import dev.sluice.wire.openai.Marks;
import dev.sluice.wire.openai.Part;
import dev.sluice.wire.openai.Parts;
import dev.sluice.wire.openai.Step;
import dev.sluice.wire.openai.Step.Answered;
import dev.sluice.wire.openai.Step.Returned;
import dev.sluice.wire.openai.Step.Said;
import dev.sluice.wire.translate.SearchIds;
import dev.sluice.wire.translate.ToolNames;
import dev.sluice.wire.translate.UntranslatableException.Capability;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.json.JsonMapper;

/// Writes a conversation's items, block by block: the language keeps their order.
final class InputWriter {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final CallIds IDS = new CallIds(64);

  private final JsonGenerator json;
  private final String origin;
  private final ToolNames names;
  private final List<String> untold;

  /// How the provider's own searches ended, by their ids.
  private final Map<String, String> ended = new HashMap<>();

  private final Parts parts = new Parts(Set.of(Capability.IMAGE_BLOCK, Capability.DOCUMENT_BLOCK));

  InputWriter(JsonGenerator json, String origin, ToolNames names, List<String> untold) {
    this.json = json;
    this.origin = origin;
    this.names = names;
    this.untold = untold;
  }

  void write(Conversation conversation) {
    for (var turn : conversation.turns()) {
      for (var block : turn.blocks()) {
        if (block instanceof Found found && SearchIds.isOf(found.searchId(), origin)) {
          found(found);
        }
      }
    }
    json.writeArrayPropertyStart("input");
    message("developer", parts.of(conversation.system()));
    for (var step : Step.of(conversation.turns())) {
      switch (step) {
        case Said(var role, var blocks) ->
            message(role == Role.SYSTEM ? "developer" : "user", parts.of(blocks));
        case Answered(var blocks) -> answered(blocks);
        case Returned returned -> returned(returned);
      }
    }
    json.writeEndArray();
  }

  private void message(String role, List<Part> said) {
    if (said.isEmpty()) {
      return;
    }
    json.writeStartObject();
    json.writeStringProperty("type", "message");
    json.writeStringProperty("role", role);
    json.writeArrayPropertyStart("content");
    for (var part : said) {
      part(part, role.equals("assistant") ? "output_text" : "input_text");
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  /// A thought that nothing came of is refused.
  private void answered(List<Block> blocks) {
    int end = blocks.size();
    while (end > 0 && isThought(blocks.get(end - 1))) {
      end--;
    }
    if (end < blocks.size()) {
      untold.add("thinking");
    }
    blocks.subList(0, end).forEach(this::answered);
  }

  private static boolean isThought(Block block) {
    return block instanceof Thinking || block instanceof SealedThinking;
  }

  private void answered(Block block) {
    switch (block) {
      case ToolUse call -> call(call);
      case Thinking(var text, var signature) -> thought(text, Thought.of(signature, origin));
      case SealedThinking(var data) -> thought("", Thought.of(data, origin));
      case Search search -> searched(search);
      case Found found -> {
        if (!ended.containsKey(found.searchId())) {
          shown(parts.of(List.of(found)));
        }
      }
      case Block.Text _, Block.Image _, Block.Document _, Block.ToolResult _, Block.Other _ ->
          shown(parts.of(List.of(block)));
    }
  }

  /// A model says text only; what else it showed is told as a user's.
  private void shown(List<Part> said) {
    message("assistant", said.stream().filter(Part.Text.class::isInstance).toList());
    message("user", said.stream().filter(part -> !(part instanceof Part.Text)).toList());
  }

  private void thought(String summary, @Nullable Thought thought) {
    if (thought == null) {
      untold.add("thinking");
      return;
    }
    json.writeStartObject();
    json.writeStringProperty("type", "reasoning");
    if (!thought.id().isEmpty()) {
      json.writeStringProperty("id", thought.id());
    }
    json.writeArrayPropertyStart("summary");
    if (!summary.isEmpty()) {
      json.writeStartObject();
      json.writeStringProperty("type", "summary_text");
      json.writeStringProperty("text", summary);
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeStringProperty("encrypted_content", thought.encrypted());
    json.writeEndObject();
  }

  /// The provider takes back its own searches that have ended; others are told.
  private void searched(Search search) {
    var status = ended.get(search.id());
    if (status == null) {
      shown(parts.of(List.of(search)));
      return;
    }
    json.writeStartObject();
    json.writeStringProperty("type", "web_search_call");
    json.writeStringProperty("id", SearchIds.own(search.id()));
    json.writeStringProperty("status", status);
    json.writeObjectPropertyStart("action");
    boolean opened = search.query().startsWith("https://") || search.query().startsWith("http://");
    json.writeStringProperty("type", opened ? "open_page" : "search");
    json.writeStringProperty(opened ? "url" : "query", search.query());
    json.writeEndObject();
    json.writeEndObject();
  }

  private void found(Found found) {
    if (!SearchIds.own(found.searchId()).startsWith("ws_")) {
      return; // It is none that the provider gave.
    }
    ended.put(found.searchId(), found.failure() == null ? "completed" : "failed");
  }

  private void call(ToolUse call) {
    json.writeStartObject();
    json.writeStringProperty("type", "function_call");
    json.writeStringProperty("call_id", IDS.fitting(call.id()));
    json.writeStringProperty("name", names.fitting(call.name()));
    json.writeStringProperty("arguments", JSON.writeValueAsString(call.input()));
    json.writeEndObject();
  }

  private void returned(Returned returned) {
    json.writeStartObject();
    json.writeStringProperty("type", "function_call_output");
    json.writeStringProperty("call_id", IDS.fitting(returned.call().id()));
    var result = returned.result();
    if (result == null) {
      json.writeStringProperty("output", Marks.INTERRUPTED);
    } else {
      output(parts.of(result.content()), result.error());
    }
    json.writeEndObject();
  }

  private void output(List<Part> said, boolean error) {
    var mark = error ? Marks.FAILED : "";
    if (said.isEmpty()) {
      json.writeStringProperty("output", mark + Marks.EMPTY);
    } else if (said.size() == 1 && said.getFirst() instanceof Part.Text(var text, _)) {
      json.writeStringProperty("output", mark + text);
    } else {
      var all = new ArrayList<Part>(said);
      if (error) {
        all.addFirst(new Part.Text(mark.strip(), null));
      }
      json.writeArrayPropertyStart("output");
      all.forEach(part -> part(part, "input_text"));
      json.writeEndArray();
    }
  }

  private void part(Part part, String textType) {
    json.writeStartObject();
    switch (part) {
      case Part.Text(var text, _) -> {
        json.writeStringProperty("type", textType);
        json.writeStringProperty("text", text);
      }
      case Part.Image(var url) -> {
        json.writeStringProperty("type", "input_image");
        json.writeStringProperty("image_url", url);
      }
      case Part.File file -> {
        json.writeStringProperty("type", "input_file");
        if (file.inside()) {
          json.writeStringProperty("filename", file.name());
          json.writeStringProperty("file_data", file.url());
        } else {
          json.writeStringProperty("file_url", file.url());
        }
      }
    }
    json.writeEndObject();
  }
}
