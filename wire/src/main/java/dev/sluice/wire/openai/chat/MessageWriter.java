package dev.sluice.wire.openai.chat;

import dev.sluice.wire.conversation.Block;
import dev.sluice.wire.conversation.Block.CacheMark;
import dev.sluice.wire.conversation.Block.Thinking;
import dev.sluice.wire.conversation.Block.ToolUse;
import dev.sluice.wire.conversation.Conversation;
import dev.sluice.wire.conversation.Turn.Role;
import dev.sluice.wire.openai.CallIds;
import dev.sluice.wire.openai.Marks;
import dev.sluice.wire.openai.Part;
import dev.sluice.wire.openai.Parts;
import dev.sluice.wire.openai.Quirks;
import dev.sluice.wire.openai.Quirks.Feature;
import dev.sluice.wire.openai.Quirks.Reasoning;
import dev.sluice.wire.openai.Step;
import dev.sluice.wire.openai.Step.Answered;
import dev.sluice.wire.openai.Step.Returned;
import dev.sluice.wire.openai.Step.Said;
import dev.sluice.wire.translate.Seal;
import dev.sluice.wire.translate.ToolNames;
import dev.sluice.wire.translate.UntranslatableException;
import dev.sluice.wire.translate.UntranslatableException.Capability;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.json.JsonMapper;

/// Writes a conversation's messages.
///
/// What a user says is kept back until the model or a tool has the word, since it can come from
/// several places: images that a tool returned, instructions that no one else can give, and the
/// user's own words.
final class MessageWriter {

  private static final JsonMapper JSON = JsonMapper.shared();

  /// What the model says between a tool and a user, where a user may not follow a tool.
  private static final String BETWEEN = "OK.";

  private final JsonGenerator json;
  private final Quirks quirks;
  private final String origin;
  private final ToolNames names;
  private final CallIds ids;
  private final Parts parts;
  private final List<String> untold;
  private final List<Part> user = new ArrayList<>();
  private boolean afterTool;

  MessageWriter(
      JsonGenerator json, Quirks quirks, String origin, ToolNames names, List<String> untold) {
    this.json = json;
    this.quirks = quirks;
    this.origin = origin;
    this.names = names;
    this.untold = untold;
    ids = new CallIds(quirks.callIdCharsMax());
    parts = new Parts(taken(quirks));
  }

  private static EnumSet<Capability> taken(Quirks quirks) {
    var taken = EnumSet.noneOf(Capability.class);
    if (quirks.takes(Feature.IMAGES)) {
      taken.add(Capability.IMAGE_BLOCK);
    }
    if (quirks.takes(Feature.DOCUMENTS)) {
      taken.add(Capability.DOCUMENT_BLOCK);
    }
    return taken;
  }

  void write(Conversation conversation) {
    json.writeArrayPropertyStart("messages");
    system(parts.of(conversation.system()));
    for (var step : Step.of(conversation.turns())) {
      switch (step) {
        case Said(var role, var blocks) -> said(role, parts.of(blocks));
        case Answered(var blocks) -> answered(blocks);
        case Returned returned -> returned(returned);
      }
    }
    flush();
    json.writeEndArray();
  }

  private void system(List<Part> said) {
    if (!said.isEmpty()) {
      message(
          switch (quirks.systemRole()) {
            case SYSTEM -> "system";
            case DEVELOPER -> "developer";
          });
      content(said);
      json.writeEndObject();
    }
  }

  private void said(Role role, List<Part> said) {
    if (role != Role.SYSTEM) {
      user.addAll(said);
    } else if (quirks.takes(Feature.SYSTEM_ANYWHERE)) {
      flush();
      system(said);
    } else {
      said.stream().map(MessageWriter::instruction).forEach(user::add);
    }
  }

  private static Part instruction(Part part) {
    return part instanceof Part.Text(var text, var mark)
        ? new Part.Text(Marks.instruction(text), mark)
        : part;
  }

  /// Writes what the user says by now.
  private void flush() {
    if (user.isEmpty()) {
      return;
    }
    if (afterTool && !quirks.takes(Feature.USER_AFTER_TOOL)) {
      message("assistant");
      json.writeStringProperty("content", BETWEEN);
      json.writeEndObject();
    }
    message("user");
    content(user);
    json.writeEndObject();
    user.clear();
  }

  private void answered(List<Block> blocks) {
    var calls = of(blocks, ToolUse.class);
    var said = parts.of(blocks.stream().filter(block -> !(block instanceof ToolUse)).toList());
    var text = text(said);
    var thinking = thinking(blocks);
    if (!text.isEmpty() || !calls.isEmpty() || !thinking.isEmpty()) {
      flush();
      assistant(text, thinking, calls);
    }
    // A model of this language shows nothing itself.
    said.stream().filter(part -> !(part instanceof Part.Text)).forEach(user::add);
  }

  private void assistant(String text, String thinking, List<ToolUse> calls) {
    message("assistant");
    if (quirks.reasoning() == Reasoning.THINK_TAGS && !thinking.isEmpty()) {
      json.writeStringProperty("content", ThinkTags.around(thinking, text));
    } else if (text.isEmpty() && !calls.isEmpty()) {
      json.writeNullProperty("content");
    } else {
      json.writeStringProperty("content", text);
    }
    reasoning(thinking, calls);
    calls(calls);
    json.writeEndObject();
  }

  /// The provider's own thoughts, where it wants them back; of others' nothing is told.
  private String thinking(List<Block> blocks) {
    var all = of(blocks, Thinking.class);
    var own =
        quirks.takes(Feature.REASONING_BACK)
            ? all.stream().filter(one -> Seal.open(one.signature()).isOf(origin)).toList()
            : List.<Thinking>of();
    if (own.size() < all.size() || !of(blocks, Block.SealedThinking.class).isEmpty()) {
      untold.add("thinking");
    }
    return own.stream().map(Thinking::text).collect(Collectors.joining("\n\n"));
  }

  private void reasoning(String thinking, List<ToolUse> calls) {
    var member =
        switch (quirks.reasoning()) {
          case REASONING_CONTENT -> "reasoning_content";
          case REASONING -> "reasoning";
          case NONE, THINK_TAGS -> "";
        };
    boolean wanted = !thinking.isEmpty() || !calls.isEmpty();
    if (!member.isEmpty() && wanted && quirks.takes(Feature.REASONING_BACK)) {
      json.writeStringProperty(member, thinking);
    }
  }

  private void calls(List<ToolUse> calls) {
    if (calls.isEmpty()) {
      return;
    }
    json.writeArrayPropertyStart("tool_calls");
    for (var call : calls) {
      json.writeStartObject();
      json.writeStringProperty("id", ids.fitting(call.id()));
      json.writeStringProperty("type", "function");
      json.writeObjectPropertyStart("function");
      json.writeStringProperty("name", names.fitting(call.name()));
      json.writeStringProperty("arguments", JSON.writeValueAsString(call.input()));
      json.writeEndObject();
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /// Follows its call, or another result: what a user is to say of it waits.
  private void returned(Returned returned) {
    message("tool");
    afterTool = true;
    json.writeStringProperty("tool_call_id", ids.fitting(returned.call().id()));
    var result = returned.result();
    if (result == null) {
      json.writeStringProperty("content", Marks.INTERRUPTED);
    } else {
      result(returned.call(), parts.of(result.content()), result.error());
    }
    json.writeEndObject();
  }

  private void result(ToolUse call, List<Part> said, boolean error) {
    var text = text(said);
    var seen = said.stream().filter(part -> !(part instanceof Part.Text)).toList();
    var otherwise = seen.isEmpty() ? Marks.EMPTY : Marks.FOLLOWS;
    var told = (error ? Marks.FAILED : "") + (text.isEmpty() ? otherwise : text);
    if (seen.isEmpty()) {
      json.writeStringProperty("content", told);
    } else if (quirks.takes(Feature.TOOL_IMAGES)) {
      var all = new ArrayList<Part>();
      if (error || !text.isEmpty()) {
        all.add(new Part.Text((error ? Marks.FAILED : "") + text, null));
      }
      all.addAll(seen);
      content(all);
    } else {
      json.writeStringProperty("content", told);
      user.add(new Part.Text(Marks.returnedBy(call), null));
      user.addAll(seen);
    }
  }

  private void message(String role) {
    json.writeStartObject();
    json.writeStringProperty("role", role);
    afterTool = false;
  }

  /// Text alone is a string, which every service takes.
  private void content(List<Part> said) {
    boolean textAlone = said.stream().allMatch(Part.Text.class::isInstance);
    if (textAlone && !quirks.takes(Feature.CACHE_MARKS)) {
      json.writeStringProperty("content", text(said));
      return;
    }
    json.writeArrayPropertyStart("content");
    said.forEach(this::part);
    json.writeEndArray();
  }

  private void part(Part part) {
    json.writeStartObject();
    switch (part) {
      case Part.Text(var text, var mark) -> {
        json.writeStringProperty("type", "text");
        json.writeStringProperty("text", text);
        cacheMark(mark);
      }
      case Part.Image(var url) -> {
        json.writeStringProperty("type", "image_url");
        json.writeObjectPropertyStart("image_url");
        json.writeStringProperty("url", url);
        json.writeEndObject();
      }
      case Part.File file -> {
        if (!file.inside()) {
          throw new UntranslatableException(
              Capability.DOCUMENT_BLOCK, "document.source: url (expected: base64 or text)");
        }
        json.writeStringProperty("type", "file");
        json.writeObjectPropertyStart("file");
        json.writeStringProperty("filename", file.name());
        json.writeStringProperty("file_data", file.url());
        json.writeEndObject();
      }
    }
    json.writeEndObject();
  }

  private void cacheMark(@Nullable CacheMark mark) {
    if (mark != null && quirks.takes(Feature.CACHE_MARKS)) {
      json.writeObjectPropertyStart("cache_control");
      json.writeStringProperty("type", "ephemeral");
      if (!mark.lifetime().equals("5m")) {
        json.writeStringProperty("ttl", mark.lifetime());
      }
      json.writeEndObject();
    }
  }

  /// All text of the parts.
  private static String text(List<Part> said) {
    return said.stream()
        .filter(Part.Text.class::isInstance)
        .map(part -> ((Part.Text) part).text())
        .collect(Collectors.joining("\n\n"));
  }

  private static <B extends Block> List<B> of(List<Block> blocks, Class<B> type) {
    return blocks.stream().filter(type::isInstance).map(type::cast).toList();
  }
}
