package dev.sluice.wire.gemini;

import dev.sluice.wire.conversation.Block;
import dev.sluice.wire.conversation.Conversation;
import dev.sluice.wire.conversation.Conversation.Settings;
import dev.sluice.wire.conversation.Tool;
import dev.sluice.wire.conversation.ToolChoice;
import dev.sluice.wire.conversation.Turn;
import dev.sluice.wire.translate.Alternation;
import dev.sluice.wire.translate.Functions;
import dev.sluice.wire.translate.Seal;
import dev.sluice.wire.translate.UntranslatableException;
import dev.sluice.wire.translate.UntranslatableException.Capability;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.json.JsonMapper;

/// Writes one conversation as the body of a call. What stays the same from turn to turn comes
/// first, and the turns last.
final class GeminiBody {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final int STOPS_MAX = 5;
  private static final int DOMAINS_MAX = 2_000;
  private static final Pattern DOMAIN = Pattern.compile("[A-Za-z0-9.-]+\\.[A-Za-z]{2,}");

  private final Conversation conversation;
  private final Door door;
  private final TreeSet<String> untold;
  private final List<Turn> turns;
  private final List<Tool.Function> functions;
  private final List<Tool.WebSearch> searches;

  GeminiBody(Conversation conversation, Door door) {
    this.conversation = conversation;
    this.door = door;
    this.untold = new TreeSet<>(conversation.untold());
    this.turns = Alternation.of(conversation.turns(), this::isKept);
    var offered = Functions.offered(conversation, EnumSet.allOf(Functions.Own.class));
    boolean none = conversation.toolChoice().mode() == ToolChoice.Mode.NONE;
    this.functions = offered.functions();
    this.searches = none ? List.of() : offered.searches(); // Google cannot be told not to.
    offered.fetches().forEach(GeminiBody::refuse);
    if (turns.stream().flatMap(turn -> turn.blocks().stream()).anyMatch(GeminiBody::isMarked)) {
      untold.add("cache_control"); // Gemini caches by itself.
    }
    check();
  }

  /// Names of what the body does not say.
  List<String> untold() {
    return List.copyOf(untold);
  }

  byte[] write() {
    return written(
        json -> {
          json.writeStartObject();
          request(json);
          json.writeEndObject();
        });
  }

  /// The question for its tokens. Vertex AI takes nothing but the prompt.
  byte[] question() {
    return written(
        json -> {
          json.writeStartObject();
          switch (door) {
            case Door.Developer() -> {
              json.writeObjectPropertyStart("generateContentRequest");
              json.writeStringProperty("model", "models/" + conversation.model());
              request(json);
              json.writeEndObject();
            }
            case Door.Vertex _ -> {
              system(json);
              tools(json);
              contents(json);
            }
          }
          json.writeEndObject();
        });
  }

  private byte[] written(Consumer<JsonGenerator> writer) {
    var body = new ByteArrayOutputStream(1 << 16);
    try (var json = JSON.createGenerator(body)) {
      writer.accept(json);
    } catch (JacksonException e) {
      throw refused("messages: " + e.getOriginalMessage() + " (expected: JSON in UTF-8)");
    }
    return body.toByteArray();
  }

  private void request(JsonGenerator json) {
    system(json);
    tools(json);
    choice(json, conversation.toolChoice());
    generation(json, conversation.settings());
    contents(json);
  }

  private void contents(JsonGenerator json) {
    json.writeArrayPropertyStart("contents");
    var contents = new GeminiContents(json, door, Generation.of(conversation.model()), turns);
    turns.forEach(contents::write);
    json.writeEndArray();
  }

  private void check() {
    if (conversation.model().isEmpty()) {
      throw refused("model: empty (expected: a model's name)");
    }
    if (turns.isEmpty() || turns.getLast().role() != Turn.Role.USER) {
      throw refused(
          "messages: no user turn at the end (expected: a user's last word; Gemini does not go on"
              + " with text of its own)");
    }
    var choice = conversation.toolChoice();
    if (!choice.parallel() && !functions.isEmpty() && choice.mode() != ToolChoice.Mode.NONE) {
      throw refused(
          "tool_choice.disable_parallel_tool_use: true (expected: false; Gemini cannot be kept from"
              + " calling several tools at once)");
    }
    int stops = conversation.settings().stops().size();
    if (stops > STOPS_MAX) {
      throw refused("stop_sequences: " + stops + " (expected: at most " + STOPS_MAX + ")");
    }
    searches.forEach(this::check);
    boolean tools = !functions.isEmpty() || !searches.isEmpty();
    if (conversation.answerSchema() != null
        && tools
        && Generation.of(conversation.model()) != Generation.LEVELS) {
      throw new UntranslatableException(
          Capability.STRUCTURED_OUTPUTS,
          "output_config.format: a schema beside tools (expected: one of them; this model of Gemini"
              + " cannot do both)");
    }
  }

  private void check(Tool.WebSearch search) {
    if (!functions.isEmpty()) {
      throw refused(
          "tools: %s of type %s beside others (expected: alone; Gemini is asked for searches or"
                  .formatted(search.name(), search.type())
              + " for calls of functions, and not for both)");
    }
    if (!search.allowedDomains().isEmpty()) {
      throw refused(
          "tools.allowed_domains: %s (expected: none; Gemini cannot be kept to some sites)"
              .formatted(String.join(", ", search.allowedDomains())));
    }
    if (door instanceof Door.Developer && !search.blockedDomains().isEmpty()) {
      throw refused(
          "tools.blocked_domains: %s (expected: none; only Vertex AI can leave sites out)"
              .formatted(String.join(", ", search.blockedDomains())));
    }
    for (var domain : search.blockedDomains()) {
      if (!DOMAIN.matcher(domain).matches()) {
        throw refused(
            "tools.blocked_domains: " + domain + " (expected: a domain, such as example.com)");
      }
    }
    if (search.blockedDomains().size() > DOMAINS_MAX) {
      throw refused(
          "tools.blocked_domains: %d of them (expected: at most %d)"
              .formatted(search.blockedDomains().size(), DOMAINS_MAX));
    }
  }

  private static void refuse(Tool.WebFetch fetch) {
    throw refused(
        "tools: %s of type %s (expected: none; Gemini reads pages, and does not hand them on)"
            .formatted(fetch.name(), fetch.type()));
  }

  private static boolean isMarked(Block block) {
    return block.cacheMark() != null
        || (block instanceof Block.ToolResult result
            && result.content().stream().anyMatch(GeminiBody::isMarked));
  }

  /// Of thoughts only the signature goes back, to its origin.
  private boolean isKept(Block block) {
    return switch (block) {
      case Block.Thinking(_, var signature) -> {
        var seal = Seal.open(signature);
        boolean own = seal.isOf(GeminiTranslator.ORIGIN);
        if (!own) {
          untold.add("thinking");
        }
        yield own && seal.signature() != null;
      }
      case Block.SealedThinking _ -> {
        untold.add("thinking");
        yield false;
      }
      case Block.Text _,
          Block.Image _,
          Block.Document _,
          Block.ToolUse _,
          Block.ToolResult _,
          Block.Search _,
          Block.Found _,
          Block.Other _ ->
          true;
    };
  }

  private void system(JsonGenerator json) {
    var texts = new ArrayList<String>();
    for (var block : conversation.system()) {
      if (!(block instanceof Block.Text(var text, var mark))) {
        throw refused("system: a block that is no text (expected: text)");
      }
      if (mark != null) {
        untold.add("cache_control");
      }
      if (!text.isBlank()) {
        texts.add(text);
      }
    }
    if (texts.isEmpty()) {
      return;
    }
    json.writeObjectPropertyStart("systemInstruction");
    json.writeArrayPropertyStart("parts");
    for (var text : texts) {
      json.writeStartObject();
      json.writeStringProperty("text", text);
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void tools(JsonGenerator json) {
    searches.forEach(search -> search(json, search));
    if (functions.isEmpty()) {
      return;
    }
    json.writeArrayPropertyStart("tools");
    json.writeStartObject();
    json.writeArrayPropertyStart("functionDeclarations");
    for (var function : functions) {
      json.writeStartObject();
      json.writeStringProperty("name", FunctionNames.told(function.name()));
      if (function.description() != null && !function.description().isBlank()) {
        json.writeStringProperty("description", function.description());
      }
      json.writeName("parametersJsonSchema");
      json.writeTree(function.schema());
      json.writeEndObject();
      if (function.cacheMark() != null) {
        untold.add("cache_control");
      }
      if (function.strict()) {
        untold.add("tools.strict");
      }
    }
    json.writeEndArray();
    json.writeEndObject();
    json.writeEndArray();
  }

  /// A search that must be is one that can be: the model decides.
  private void search(JsonGenerator json, Tool.WebSearch search) {
    json.writeArrayPropertyStart("tools");
    json.writeStartObject();
    json.writeObjectPropertyStart("googleSearch");
    if (!search.blockedDomains().isEmpty()) {
      json.writeArrayPropertyStart("excludeDomains");
      search.blockedDomains().forEach(json::writeString);
      json.writeEndArray();
    }
    json.writeEndObject();
    json.writeEndObject();
    json.writeEndArray();
    if (search.maxUses() != null) {
      untold.add("tools.max_uses");
    }
    if (search.userLocation() != null) {
      untold.add("tools.user_location");
    }
    var mode = conversation.toolChoice().mode();
    if (mode == ToolChoice.Mode.ANY || mode == ToolChoice.Mode.ONE) {
      untold.add("tool_choice");
    }
  }

  private void choice(JsonGenerator json, ToolChoice choice) {
    if (functions.isEmpty() || choice.mode() == ToolChoice.Mode.UNSAID) {
      return;
    }
    json.writeObjectPropertyStart("toolConfig");
    json.writeObjectPropertyStart("functionCallingConfig");
    json.writeStringProperty(
        "mode",
        switch (choice.mode()) {
          case UNSAID, AUTO -> "AUTO";
          case ANY, ONE -> "ANY";
          case NONE -> "NONE";
        });
    if (choice.mode() == ToolChoice.Mode.ONE) {
      json.writeArrayPropertyStart("allowedFunctionNames");
      json.writeString(FunctionNames.told(choice.name()));
      json.writeEndArray();
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  private void generation(JsonGenerator json, Settings settings) {
    if (settings.user() != null) {
      untold.add("metadata.user_id");
    }
    json.writeObjectPropertyStart("generationConfig");
    if (settings.maxTokens() != null) {
      json.writeNumberProperty("maxOutputTokens", settings.maxTokens());
    }
    if (settings.temperature() != null) {
      json.writeNumberProperty("temperature", settings.temperature());
    }
    if (settings.topP() != null) {
      json.writeNumberProperty("topP", settings.topP());
    }
    if (settings.topK() != null) {
      json.writeNumberProperty("topK", settings.topK());
    }
    if (!settings.stops().isEmpty()) {
      json.writeArrayPropertyStart("stopSequences");
      settings.stops().forEach(json::writeString);
      json.writeEndArray();
    }
    if (conversation.answerSchema() != null) {
      json.writeStringProperty("responseMimeType", "application/json");
      json.writeName("responseJsonSchema");
      json.writeTree(conversation.answerSchema());
    }
    var thinking = Thinking.of(conversation.reasoning(), conversation.model(), untold);
    if (thinking.said()) {
      thinking.write(json);
    }
    json.writeEndObject();
  }

  static UntranslatableException refused(String sentence) {
    return new UntranslatableException(Capability.OTHER, sentence);
  }
}
