package dev.sluice.wire.openai.responses;

import dev.sluice.wire.anthropic.MessagesRequest.ServerTools;
import dev.sluice.wire.conversation.Conversation;
import dev.sluice.wire.conversation.Conversation.Reasoning.Mode;
import dev.sluice.wire.conversation.Tool;
import dev.sluice.wire.conversation.ToolChoice;
import dev.sluice.wire.openai.Efforts;
import dev.sluice.wire.openai.Quirks;
import dev.sluice.wire.openai.Quirks.Feature;
import dev.sluice.wire.openai.Schemas;
import dev.sluice.wire.translate.Functions;
import dev.sluice.wire.translate.Functions.Own;
import dev.sluice.wire.translate.Outgoing;
import dev.sluice.wire.translate.Outgoing.Expected;
import dev.sluice.wire.translate.ToolNames;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.json.JsonMapper;

/// Writes one request. The input comes last, so that a conversation's next request begins with the
/// bytes of this one.
final class RequestWriter {

  private static final String MINIMAL = "minimal";
  private static final JsonMapper JSON = JsonMapper.shared();

  private final Quirks quirks;
  private final String origin;
  private final Conversation conversation;
  private final ToolNames names;
  private final Schemas schemas = new Schemas(Set.of());
  private final Functions.Offered offered;
  private final List<String> untold;

  RequestWriter(Quirks quirks, String origin, Conversation conversation) {
    this.quirks = quirks;
    this.origin = origin;
    this.conversation = conversation;
    names = new ToolNames(quirks.toolNameCharsMax());
    offered = Functions.offered(conversation, own(quirks));
    untold = new ArrayList<>(conversation.untold());
  }

  private static Set<Own> own(Quirks quirks) {
    return quirks.takes(Feature.WEB_SEARCH) ? Set.of(Own.WEB_SEARCH) : Set.of();
  }

  Outgoing write() {
    var bytes = new ByteArrayOutputStream(1 << 16);
    try (var json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringProperty("model", conversation.model());
      json.writeBooleanProperty("stream", conversation.stream());
      json.writeBooleanProperty("store", false);
      settings(json);
      include(json);
      prompt(json);
      json.writeEndObject();
    }
    return outgoing("/responses", bytes.toByteArray());
  }

  /// The question for its tokens, which has no word for what tells about the answer.
  Outgoing question() {
    var bytes = new ByteArrayOutputStream(1 << 16);
    try (var json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringProperty("model", conversation.model());
      prompt(json);
      json.writeEndObject();
    }
    return outgoing("/responses/input_tokens", bytes.toByteArray());
  }

  private Outgoing outgoing(String path, byte[] body) {
    var told = names.changed(offered.functions().stream().map(Tool.Function::name).toList());
    return Outgoing.json(path, body, new Expected(conversation.stream(), told), untold);
  }

  private void prompt(JsonGenerator json) {
    reasoning(json);
    answerSchema(json);
    tools(json);
    new InputWriter(json, origin, names, untold).write(conversation);
  }

  private void settings(JsonGenerator json) {
    var settings = conversation.settings();
    if (settings.maxTokens() != null) {
      json.writeNumberProperty("max_output_tokens", settings.maxTokens());
    }
    for (var search : offered.searches()) {
      // No more than was held for. It counts pages that are opened too, but no function.
      var uses = search.maxUses();
      json.writeNumberProperty("max_tool_calls", uses == null ? ServerTools.SEARCHES_MAX : uses);
    }
    number(json, Feature.TEMPERATURE, "temperature", settings.temperature());
    number(json, Feature.TOP_P, "top_p", settings.topP());
    untold(settings.topK() != null, "top_k");
    untold(!settings.stops().isEmpty(), "stop_sequences");
    // It names a person, an account and a device; no answer depends on it.
    untold(settings.user() != null, "metadata.user_id");
  }

  private void untold(boolean wanted, String name) {
    if (wanted) {
      untold.add(name);
    }
  }

  private void number(JsonGenerator json, Feature feature, String member, @Nullable Double value) {
    if (value != null && quirks.takes(feature)) {
      json.writeNumberProperty(member, value);
    }
    untold(value != null && !quirks.takes(feature), member);
  }

  /// Thoughts are kept by the client, and models that do not think refuse to give any. What a
  /// search found is told only where it is asked for.
  private void include(JsonGenerator json) {
    boolean thinks = quirks.takes(Feature.EFFORT);
    boolean searches = !offered.searches().isEmpty();
    if (!thinks && !searches) {
      return;
    }
    json.writeArrayPropertyStart("include");
    if (thinks) {
      json.writeString("reasoning.encrypted_content");
    }
    if (searches) {
      json.writeString("web_search_call.action.sources");
    }
    json.writeEndArray();
  }

  /// Models that do not think refuse all of it.
  private void reasoning(JsonGenerator json) {
    var wanted = Efforts.wanted(conversation.reasoning());
    if (!quirks.takes(Feature.EFFORT)) {
      boolean nothing = wanted.isEmpty() || wanted.equals(Efforts.OFF);
      untold(!nothing, wanted.equals(Efforts.ON) ? "thinking" : "effort");
      return;
    }
    var mode = conversation.reasoning().mode();
    boolean shown = mode == Mode.ON || mode == Mode.ADAPTIVE;
    var word = effort(quirks.efforts().get(wanted));
    untold(word == null && !wanted.isEmpty() && !wanted.equals(Efforts.ON), "effort");
    if (word == null && !shown) {
      return;
    }
    json.writeObjectPropertyStart("reasoning");
    if (word != null) {
      json.writeStringProperty("effort", word);
    }
    if (shown) {
      json.writeStringProperty("summary", "auto");
    }
    json.writeEndObject();
  }

  /// A model that thinks as little as it can does not search, and the request is refused.
  private @Nullable String effort(@Nullable String word) {
    boolean tooLittle = MINIMAL.equals(word) && !offered.searches().isEmpty();
    untold(tooLittle, "effort");
    return tooLittle ? "low" : word;
  }

  private void answerSchema(JsonGenerator json) {
    var schema = conversation.answerSchema();
    if (schema != null) {
      json.writeObjectPropertyStart("text");
      json.writeObjectPropertyStart("format");
      json.writeStringProperty("type", "json_schema");
      json.writeStringProperty("name", "answer");
      json.writeBooleanProperty("strict", Schemas.strict(schema));
      json.writeName("schema");
      json.writeTree(schema);
      json.writeEndObject();
      json.writeEndObject();
    }
  }

  private void tools(JsonGenerator json) {
    if (offered.functions().isEmpty() && offered.searches().isEmpty()) {
      return;
    }
    json.writeArrayPropertyStart("tools");
    offered.functions().forEach(tool -> function(json, tool));
    offered.searches().forEach(search -> SearchTool.write(json, search));
    json.writeEndArray();
    choice(json, conversation.toolChoice());
  }

  private void function(JsonGenerator json, Tool.Function function) {
    var schema = schemas.ofTool(function.schema());
    boolean strict = function.strict() && Schemas.strict(schema);
    json.writeStartObject();
    json.writeStringProperty("type", "function");
    json.writeStringProperty("name", names.fitting(function.name()));
    if (function.description() != null) {
      json.writeStringProperty("description", function.description());
    }
    json.writeName("parameters");
    json.writeTree(schema);
    // Without it the API takes tools as strict, and refuses what is not.
    json.writeBooleanProperty("strict", strict);
    json.writeEndObject();
    untold(function.strict() && !strict, "tools.strict");
  }

  private void choice(JsonGenerator json, ToolChoice choice) {
    switch (choice.mode()) {
      case UNSAID -> {
        // As the provider likes: that is `auto`.
      }
      case AUTO -> json.writeStringProperty("tool_choice", "auto");
      case NONE -> json.writeStringProperty("tool_choice", "none");
      case ANY -> json.writeStringProperty("tool_choice", "required");
      case ONE -> {
        json.writeObjectPropertyStart("tool_choice");
        if (offered.isSearch(choice.name())) {
          json.writeStringProperty("type", SearchTool.TYPE);
        } else {
          json.writeStringProperty("type", "function");
          json.writeStringProperty("name", names.fitting(choice.name()));
        }
        json.writeEndObject();
      }
    }
    if (!choice.parallel()) {
      json.writeBooleanProperty("parallel_tool_calls", false);
    }
  }
}
