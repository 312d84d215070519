package dev.sluice.wire.openai.chat;

import dev.sluice.wire.conversation.Conversation;
import dev.sluice.wire.conversation.Tool;
import dev.sluice.wire.conversation.ToolChoice;
import dev.sluice.wire.openai.Efforts;
import dev.sluice.wire.openai.Quirks;
import dev.sluice.wire.openai.Quirks.Feature;
import dev.sluice.wire.openai.Schemas;
import dev.sluice.wire.translate.Functions;
import dev.sluice.wire.translate.Outgoing;
import dev.sluice.wire.translate.Outgoing.Expected;
import dev.sluice.wire.translate.ToolNames;
import dev.sluice.wire.translate.UntranslatableException;
import dev.sluice.wire.translate.UntranslatableException.Capability;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.json.JsonMapper;

/// Writes one request. The messages come last, so that a conversation's next request begins with
/// the bytes of this one.
final class RequestWriter {

  private static final JsonMapper JSON = JsonMapper.shared();

  private final Quirks quirks;
  private final String origin;
  private final Conversation conversation;
  private final ToolNames names;
  private final Schemas schemas;
  private final List<Tool.Function> tools;
  private final List<String> untold;

  RequestWriter(Quirks quirks, String origin, Conversation conversation) {
    this.quirks = quirks;
    this.origin = origin;
    this.conversation = conversation;
    names = new ToolNames(quirks.toolNameCharsMax());
    schemas = new Schemas(quirks.schemaKeywordsDropped());
    tools = Functions.of(conversation);
    untold = new ArrayList<>(conversation.untold());
  }

  Outgoing write() {
    var bytes = new ByteArrayOutputStream(1 << 16);
    try (var json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringProperty("model", conversation.model());
      stream(json);
      settings(json);
      reasoning(json);
      answerSchema(json);
      tools(json);
      new MessageWriter(json, quirks, origin, names, untold).write(conversation);
      json.writeEndObject();
    }
    var told = names.changed(tools.stream().map(Tool.Function::name).toList());
    var expected = new Expected(conversation.stream(), told);
    return Outgoing.json("/chat/completions", bytes.toByteArray(), expected, untold);
  }

  private void stream(JsonGenerator json) {
    json.writeBooleanProperty("stream", conversation.stream());
    if (conversation.stream() && quirks.takes(Feature.STREAM_USAGE)) {
      json.writeObjectPropertyStart("stream_options");
      json.writeBooleanProperty("include_usage", true);
      json.writeEndObject();
    }
  }

  private void settings(JsonGenerator json) {
    var settings = conversation.settings();
    if (settings.maxTokens() != null) {
      var member =
          switch (quirks.tokensMax()) {
            case MAX_TOKENS -> "max_tokens";
            case MAX_COMPLETION_TOKENS -> "max_completion_tokens";
          };
      json.writeNumberProperty(member, settings.maxTokens());
    }
    number(json, Feature.TEMPERATURE, "temperature", settings.temperature());
    number(json, Feature.TOP_P, "top_p", settings.topP());
    number(json, Feature.TOP_K, "top_k", settings.topK());
    stops(json, settings.stops());
    if (settings.user() != null) {
      // It names a person, an account and a device; no answer depends on it.
      untold.add("metadata.user_id");
    }
  }

  private void number(JsonGenerator json, Feature feature, String member, @Nullable Number value) {
    if (value == null) {
      return;
    }
    if (quirks.takes(feature)) {
      json.writePOJOProperty(member, value);
    } else {
      untold.add(member);
    }
  }

  private void stops(JsonGenerator json, List<String> stops) {
    if (stops.size() > quirks.stopsMax()) {
      untold.add("stop_sequences");
    }
    var told = stops.subList(0, Math.min(stops.size(), quirks.stopsMax()));
    if (!told.isEmpty()) {
      json.writeArrayPropertyStart("stop");
      told.forEach(json::writeString);
      json.writeEndArray();
    }
  }

  private void reasoning(JsonGenerator json) {
    var wanted = Efforts.wanted(conversation.reasoning());
    boolean off = wanted.equals(Efforts.OFF);
    // Without a word for it a model that thinks does so as it likes.
    boolean thinks = quirks.takes(Feature.EFFORT) || quirks.takes(Feature.REASONING_EFFORT);
    boolean told = wanted.isEmpty() || (wanted.equals(Efforts.ON) && thinks);
    if (quirks.takes(Feature.THINKING_TYPE) && !wanted.isEmpty()) {
      json.writeObjectPropertyStart("thinking");
      json.writeStringProperty("type", off ? "disabled" : "enabled");
      json.writeEndObject();
      told = off || wanted.equals(Efforts.ON);
    }
    if (quirks.takes(Feature.ENABLE_THINKING) && !wanted.isEmpty()) {
      json.writeBooleanProperty("enable_thinking", !off);
      told = off || wanted.equals(Efforts.ON);
    }
    told |= effort(json, wanted);
    if (!told) {
      untold.add(off || wanted.equals(Efforts.ON) ? "thinking" : "effort");
    }
  }

  /// @return whether it says all that is wanted
  private boolean effort(JsonGenerator json, String wanted) {
    boolean silenced =
        !tools.isEmpty()
            && quirks.takes(Feature.EFFORT)
            && !quirks.takes(Feature.EFFORT_WITH_TOOLS);
    var word = quirks.efforts().get(silenced ? Efforts.OFF : wanted);
    if (word == null) {
      return false;
    }
    if (quirks.takes(Feature.EFFORT)) {
      json.writeStringProperty("reasoning_effort", word);
      return !silenced || wanted.equals(Efforts.OFF);
    }
    if (quirks.takes(Feature.REASONING_EFFORT)) {
      json.writeObjectPropertyStart("reasoning");
      json.writeStringProperty("effort", word);
      json.writeEndObject();
      return true;
    }
    return false;
  }

  private void answerSchema(JsonGenerator json) {
    var schema = conversation.answerSchema();
    if (schema == null) {
      return;
    }
    if (!quirks.takes(Feature.JSON_SCHEMA)) {
      throw new UntranslatableException(
          Capability.STRUCTURED_OUTPUTS,
          "output_config.format: json_schema (expected: none; the provider takes no schema)");
    }
    var fitting = schemas.of(schema);
    json.writeObjectPropertyStart("response_format");
    json.writeStringProperty("type", "json_schema");
    json.writeObjectPropertyStart("json_schema");
    json.writeStringProperty("name", "answer");
    json.writeBooleanProperty("strict", Schemas.strict(fitting));
    json.writeName("schema");
    json.writeTree(fitting);
    json.writeEndObject();
    json.writeEndObject();
  }

  private void tools(JsonGenerator json) {
    if (tools.isEmpty()) {
      return;
    }
    json.writeArrayPropertyStart("tools");
    tools.forEach(tool -> function(json, tool));
    json.writeEndArray();
    choice(json, conversation.toolChoice());
  }

  private void function(JsonGenerator json, Tool.Function function) {
    var schema = schemas.ofTool(function.schema());
    json.writeStartObject();
    json.writeStringProperty("type", "function");
    json.writeObjectPropertyStart("function");
    json.writeStringProperty("name", names.fitting(function.name()));
    if (function.description() != null) {
      json.writeStringProperty("description", function.description());
    }
    json.writeName("parameters");
    json.writeTree(schema);
    if (function.strict() && quirks.takes(Feature.STRICT) && Schemas.strict(schema)) {
      json.writeBooleanProperty("strict", true);
    } else if (function.strict()) {
      untold.add("tools.strict");
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  private void choice(JsonGenerator json, ToolChoice choice) {
    switch (choice.mode()) {
      case UNSAID -> {
        // As the provider likes: that is `auto`.
      }
      case AUTO -> json.writeStringProperty("tool_choice", "auto");
      case NONE -> json.writeStringProperty("tool_choice", "none");
      case ANY -> {
        require(Feature.TOOL_CHOICE_REQUIRED, "any");
        json.writeStringProperty("tool_choice", "required");
      }
      case ONE -> one(json, choice.name());
    }
    if (!choice.parallel() && quirks.takes(Feature.PARALLEL_TOOL_CALLS)) {
      json.writeBooleanProperty("parallel_tool_calls", false);
    } else if (!choice.parallel()) {
      untold.add("tool_choice.disable_parallel_tool_use");
    }
  }

  private void one(JsonGenerator json, String name) {
    if (!quirks.takes(Feature.TOOL_CHOICE_NAMED) && tools.size() == 1) {
      require(Feature.TOOL_CHOICE_REQUIRED, "tool");
      json.writeStringProperty("tool_choice", "required");
      return;
    }
    require(Feature.TOOL_CHOICE_NAMED, "tool");
    json.writeObjectPropertyStart("tool_choice");
    json.writeStringProperty("type", "function");
    json.writeObjectPropertyStart("function");
    json.writeStringProperty("name", names.fitting(name));
    json.writeEndObject();
    json.writeEndObject();
  }

  private void require(Feature feature, String type) {
    if (!quirks.takes(feature)) {
      throw new UntranslatableException(
          Capability.OTHER, "tool_choice.type: %s (expected: auto or none)".formatted(type));
    }
  }
}
