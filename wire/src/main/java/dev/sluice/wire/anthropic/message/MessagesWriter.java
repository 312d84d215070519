package dev.sluice.wire.anthropic.message;

import dev.sluice.wire.conversation.Block;
import dev.sluice.wire.conversation.Block.CacheMark;
import dev.sluice.wire.conversation.Block.Source;
import dev.sluice.wire.conversation.Conversation;
import dev.sluice.wire.conversation.Conversation.Reasoning;
import dev.sluice.wire.conversation.Conversation.Reasoning.Mode;
import dev.sluice.wire.conversation.Tool;
import dev.sluice.wire.conversation.ToolChoice;
import dev.sluice.wire.conversation.Turn;
import dev.sluice.wire.translate.ToolNames;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Writes a conversation as a body of the Messages API; [MessagesReader] reads the same
/// conversation out of it. The messages come last, so that a conversation's next request begins
/// with the bytes of this one.
public final class MessagesWriter {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final int ID_CHARS_MAX = 64;
  private static final ToolNames IDS = new ToolNames(ID_CHARS_MAX);

  private final JsonGenerator json;

  private MessagesWriter(JsonGenerator json) {
    this.json = json;
  }

  public static byte[] write(Conversation conversation) {
    var bytes = new ByteArrayOutputStream(1 << 16);
    try (var json = JSON.createGenerator(bytes)) {
      new MessagesWriter(json).body(conversation);
    }
    return bytes.toByteArray();
  }

  /// What `anthropic-beta` must name for a body that this class wrote.
  public static List<String> betas(Conversation conversation) {
    var betas = new ArrayList<String>();
    if (conversation.reasoning().effort() != null) {
      betas.add("effort-2025-11-24");
    }
    if (conversation.turns().stream().anyMatch(turn -> turn.role() == Turn.Role.SYSTEM)) {
      betas.add("mid-conversation-system-2026-04-07");
    }
    if (conversation.answerSchema() != null
        || conversation.tools().stream().anyMatch(MessagesWriter::isStrict)) {
      betas.add("structured-outputs-2025-12-15");
    }
    return betas;
  }

  private static boolean isStrict(Tool tool) {
    return tool instanceof Tool.Function function && function.strict();
  }

  private void body(Conversation conversation) {
    json.writeStartObject();
    json.writeStringProperty("model", conversation.model());
    settings(conversation.settings());
    json.writeBooleanProperty("stream", conversation.stream());
    thinking(conversation.reasoning());
    output(conversation);
    tools(conversation);
    if (!conversation.system().isEmpty()) {
      json.writeArrayPropertyStart("system");
      conversation.system().forEach(this::block);
      json.writeEndArray();
    }
    json.writeArrayPropertyStart("messages");
    conversation.turns().forEach(this::turn);
    json.writeEndArray();
    json.writeEndObject();
  }

  private void settings(Conversation.Settings settings) {
    if (settings.maxTokens() != null) {
      json.writeNumberProperty("max_tokens", settings.maxTokens());
    }
    if (settings.temperature() != null) {
      json.writeNumberProperty("temperature", settings.temperature());
    }
    if (settings.topP() != null) {
      json.writeNumberProperty("top_p", settings.topP());
    }
    if (settings.topK() != null) {
      json.writeNumberProperty("top_k", settings.topK());
    }
    if (!settings.stops().isEmpty()) {
      json.writeArrayPropertyStart("stop_sequences");
      settings.stops().forEach(json::writeString);
      json.writeEndArray();
    }
    if (settings.user() != null) {
      json.writeObjectPropertyStart("metadata");
      json.writeStringProperty("user_id", settings.user());
      json.writeEndObject();
    }
  }

  private void thinking(Reasoning reasoning) {
    if (reasoning.mode() == Mode.UNSAID) {
      return;
    }
    json.writeObjectPropertyStart("thinking");
    switch (reasoning.mode()) {
      case UNSAID, OFF -> json.writeStringProperty("type", "disabled");
      case ADAPTIVE -> json.writeStringProperty("type", "adaptive");
      case ON -> {
        json.writeStringProperty("type", "enabled");
        json.writeNumberProperty("budget_tokens", reasoning.budgetTokens());
      }
    }
    json.writeEndObject();
  }

  private void output(Conversation conversation) {
    var effort = conversation.reasoning().effort();
    var schema = conversation.answerSchema();
    if (effort == null && schema == null) {
      return;
    }
    json.writeObjectPropertyStart("output_config");
    if (effort != null) {
      json.writeStringProperty("effort", effort);
    }
    if (schema != null) {
      json.writeObjectPropertyStart("format");
      json.writeStringProperty("type", "json_schema");
      json.writeName("schema");
      json.writeTree(schema);
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private void tools(Conversation conversation) {
    if (!conversation.tools().isEmpty()) {
      json.writeArrayPropertyStart("tools");
      conversation.tools().forEach(this::tool);
      json.writeEndArray();
    }
    choice(conversation.toolChoice());
  }

  private void tool(Tool tool) {
    switch (tool) {
      case Tool.Function function -> function(function);
      case Tool.WebSearch search -> json.writeTree(SearchJson.tool(search));
      case Tool.WebFetch fetch -> json.writeTree(SearchJson.tool(fetch));
      case Tool.Native(_, _, var definition) -> json.writeTree(definition);
      case Tool.Deferred _ ->
          throw new IllegalStateException("BUG: the definition of a deferred tool is not kept");
    }
  }

  private void function(Tool.Function function) {
    json.writeStartObject();
    json.writeStringProperty("name", function.name());
    if (function.description() != null) {
      json.writeStringProperty("description", function.description());
    }
    json.writeName("input_schema");
    json.writeTree(function.schema());
    if (function.strict()) {
      json.writeBooleanProperty("strict", true);
    }
    cacheMark(function.cacheMark());
    json.writeEndObject();
  }

  private void choice(ToolChoice choice) {
    if (choice.mode() == ToolChoice.Mode.UNSAID && choice.parallel()) {
      return;
    }
    json.writeObjectPropertyStart("tool_choice");
    switch (choice.mode()) {
      case UNSAID, AUTO -> json.writeStringProperty("type", "auto");
      case ANY -> json.writeStringProperty("type", "any");
      case NONE -> json.writeStringProperty("type", "none");
      case ONE -> {
        json.writeStringProperty("type", "tool");
        json.writeStringProperty("name", choice.name());
      }
    }
    if (!choice.parallel() && choice.mode() != ToolChoice.Mode.NONE) {
      json.writeBooleanProperty("disable_parallel_tool_use", true);
    }
    json.writeEndObject();
  }

  private void turn(Turn turn) {
    json.writeStartObject();
    switch (turn.role()) {
      case USER -> json.writeStringProperty("role", "user");
      case ASSISTANT -> json.writeStringProperty("role", "assistant");
      case SYSTEM -> json.writeStringProperty("role", "system");
    }
    json.writeArrayPropertyStart("content");
    turn.blocks().forEach(this::block);
    json.writeEndArray();
    json.writeEndObject();
  }

  private void block(Block block) {
    if (block instanceof Block.Other(_, var other, _)) {
      json.writeTree(other);
      return;
    }
    json.writeStartObject();
    switch (block) {
      case Block.Text(var text, _) -> {
        type("text");
        json.writeStringProperty("text", text);
      }
      case Block.Image(var source, _) -> {
        type("image");
        source(source);
      }
      case Block.Document document -> document(document);
      case Block.ToolUse use -> use(use);
      case Block.ToolResult result -> result(result);
      case Block.Thinking(var text, var signature) -> {
        type("thinking");
        json.writeStringProperty("thinking", text);
        json.writeStringProperty("signature", signature == null ? "" : signature);
      }
      case Block.SealedThinking(var data) -> {
        type("redacted_thinking");
        json.writeStringProperty("data", data);
      }
      case Block.Search search -> members(SearchJson.asked(search));
      case Block.Found found -> members(SearchJson.found(found));
      case Block.Other _ -> throw new IllegalStateException("BUG: written already");
    }
    cacheMark(block.cacheMark());
    json.writeEndObject();
  }

  private void members(ObjectNode object) {
    for (var member : object.properties()) {
      json.writeName(member.getKey());
      json.writeTree(member.getValue());
    }
  }

  private void type(String type) {
    json.writeStringProperty("type", type);
  }

  private void document(Block.Document document) {
    type("document");
    source(document.source());
    if (document.title() != null) {
      json.writeStringProperty("title", document.title());
    }
    if (document.context() != null) {
      json.writeStringProperty("context", document.context());
    }
  }

  private void use(Block.ToolUse use) {
    type("tool_use");
    json.writeStringProperty("id", IDS.fitting(use.id()));
    json.writeStringProperty("name", use.name());
    json.writeName("input");
    json.writeTree(use.input());
  }

  private void result(Block.ToolResult result) {
    type("tool_result");
    json.writeStringProperty("tool_use_id", IDS.fitting(result.toolUseId()));
    if (!result.content().isEmpty()) {
      json.writeArrayPropertyStart("content");
      result.content().forEach(this::block);
      json.writeEndArray();
    }
    if (result.error()) {
      json.writeBooleanProperty("is_error", true);
    }
  }

  private void source(Source source) {
    json.writeObjectPropertyStart("source");
    switch (source) {
      case Source.Encoded(var mediaType, var base64) -> {
        type("base64");
        json.writeStringProperty("media_type", mediaType);
        json.writeStringProperty("data", base64);
      }
      case Source.Url(var url) -> {
        type("url");
        json.writeStringProperty("url", url);
      }
      case Source.Plain(var text) -> {
        type("text");
        json.writeStringProperty("media_type", "text/plain");
        json.writeStringProperty("data", text);
      }
      case Source.Foreign(var type) ->
          throw new IllegalStateException("BUG: what a source of type " + type + " is is not kept");
    }
    json.writeEndObject();
  }

  private void cacheMark(@Nullable CacheMark mark) {
    if (mark != null) {
      json.writeObjectPropertyStart("cache_control");
      type("ephemeral");
      json.writeStringProperty("ttl", mark.lifetime());
      json.writeEndObject();
    }
  }
}
