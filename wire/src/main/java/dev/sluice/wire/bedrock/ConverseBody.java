package dev.sluice.wire.bedrock;

import dev.sluice.wire.conversation.Block;
import dev.sluice.wire.conversation.Conversation;
import dev.sluice.wire.conversation.Conversation.Reasoning.Mode;
import dev.sluice.wire.conversation.Conversation.Settings;
import dev.sluice.wire.conversation.Turn;
import dev.sluice.wire.translate.Alternation;
import dev.sluice.wire.translate.Seal;
import dev.sluice.wire.translate.UntranslatableException;
import dev.sluice.wire.translate.UntranslatableException.Capability;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Writes one conversation as the body of a call of Converse. What stays the same from turn to turn
/// comes first, and the turns last.
final class ConverseBody {

  private static final JsonMapper JSON = JsonMapper.shared();

  private final Conversation conversation;
  private final Family family;
  private final List<Turn> turns;
  private final TreeSet<String> untold;
  private final boolean thinks;
  private final ConverseTools tools;

  ConverseBody(Conversation conversation, Family family) {
    this.conversation = conversation;
    this.family = family;
    this.untold = new TreeSet<>(conversation.untold());
    this.turns = Alternation.of(conversation.turns(), this::isKept);
    this.thinks = thinks();
    this.tools = ConverseTools.of(conversation, turns, family);
    if (turns.isEmpty() || turns.getFirst().role() != Turn.Role.USER) {
      throw refused("messages: no user turn at the start (expected: user, then assistant)");
    }
  }

  /// Names of what the body does not say.
  List<String> untold() {
    return List.copyOf(untold);
  }

  byte[] write() {
    return written(
        json -> {
          json.writeStartObject();
          additional(json);
          responseFields(json);
          inference(json, conversation.settings());
          answerSchema(json);
          prompt(json);
          json.writeEndObject();
        });
  }

  /// The question for its tokens, which has no word for what tells about the answer.
  byte[] question() {
    return written(
        json -> {
          json.writeStartObject();
          json.writeObjectPropertyStart("input");
          json.writeObjectPropertyStart("converse");
          additional(json);
          prompt(json);
          json.writeEndObject();
          json.writeEndObject();
          json.writeEndObject();
        });
  }

  private void prompt(JsonGenerator json) {
    var points = new CachePoints(family, marks(), untold);
    tools.write(json, points);
    system(json, points);
    json.writeArrayPropertyStart("messages");
    var blocks = new ConverseBlocks(json, points);
    turns.forEach(blocks::turn);
    json.writeEndArray();
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

  /// Thoughts go to their origin only.
  private boolean isKept(Block block) {
    boolean kept =
        switch (block) {
          case Block.Thinking(_, var signature) -> {
            var seal = Seal.open(signature);
            yield seal.isOf(ConverseTranslator.origin(family)) && seal.signature() != null;
          }
          case Block.SealedThinking(var data) -> {
            var seal = Seal.open(data);
            yield seal.isOf(ConverseTranslator.ORIGIN) && seal.signature() != null;
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
    if (!kept) {
      untold.add("thinking");
    }
    return kept;
  }

  /// What Converse hands on to the model as it is.
  private void additional(JsonGenerator json) {
    var settings = conversation.settings();
    var reasoning = conversation.reasoning();
    var topK = settings.topK();
    boolean claude = family == Family.CLAUDE;
    boolean effort = reasoning.effort() != null;
    if (topK != null && family == Family.OTHER) {
      untold.add("top_k");
    }
    if (effort && !claude) {
      untold.add("output_config.effort");
    }
    boolean topKTold = topK != null && family != Family.OTHER;
    if (topKTold || (claude && (thinks || effort || tools.choiceIsAdditional()))) {
      json.writeObjectPropertyStart("additionalModelRequestFields");
      if (claude) {
        thinking(json);
        tools.writeAdditionalChoice(json);
      }
      if (topK != null && claude) {
        json.writeNumberProperty("top_k", topK);
      } else if (topK != null) {
        json.writeObjectPropertyStart("inferenceConfig");
        json.writeNumberProperty("topK", topK);
        json.writeEndObject();
      }
      json.writeEndObject();
    }
  }

  private void responseFields(JsonGenerator json) {
    if (family == Family.CLAUDE && !conversation.settings().stops().isEmpty()) {
      // Converse tells that a text stopped the answer, but only the model tells which.
      json.writeArrayPropertyStart("additionalModelResponseFieldPaths");
      json.writeString("/stop_sequence");
      json.writeEndArray();
    }
  }

  private void thinking(JsonGenerator json) {
    var reasoning = conversation.reasoning();
    if (thinks) {
      json.writeObjectPropertyStart("thinking");
      switch (reasoning.mode()) {
        case ON -> {
          json.writeStringProperty("type", "enabled");
          json.writeNumberProperty("budget_tokens", reasoning.budgetTokens());
        }
        case ADAPTIVE -> json.writeStringProperty("type", "adaptive");
        case OFF, UNSAID -> json.writeStringProperty("type", "disabled");
      }
      json.writeEndObject();
    }
    if (reasoning.effort() != null) {
      json.writeObjectPropertyStart("output_config");
      json.writeStringProperty("effort", reasoning.effort());
      if (conversation.answerSchema() != null) {
        // Claude has one member for both, and this one takes the place of what Converse makes.
        json.writeObjectPropertyStart("format");
        json.writeStringProperty("type", "json_schema");
        json.writeName("schema");
        json.writeTree(conversation.answerSchema());
        json.writeEndObject();
      }
      json.writeEndObject();
    }
  }

  /// Whether the model is told about thinking. With a budget, Claude refuses a conversation that
  /// goes on after calls without its own thought before them; another model's is of no use.
  private boolean thinks() {
    var mode = conversation.reasoning().mode();
    if (mode == Mode.UNSAID || (mode == Mode.OFF && family != Family.CLAUDE)) {
      return false;
    }
    boolean told = family == Family.CLAUDE && !(mode == Mode.ON && callsWithoutThought());
    if (!told) {
      untold.add("thinking");
    }
    return told;
  }

  private boolean callsWithoutThought() {
    for (var turn : turns.reversed()) {
      if (turn.role() == Turn.Role.ASSISTANT) {
        boolean thought =
            turn.blocks().getFirst() instanceof Block.Thinking
                || turn.blocks().getFirst() instanceof Block.SealedThinking;
        return !thought && turn.blocks().stream().anyMatch(Block.ToolUse.class::isInstance);
      }
    }
    return false;
  }

  private void inference(JsonGenerator json, Settings settings) {
    if (settings.user() != null) {
      untold.add("metadata.user_id");
    }
    boolean said =
        settings.maxTokens() != null || settings.temperature() != null || settings.topP() != null;
    if (!said && settings.stops().isEmpty()) {
      return;
    }
    json.writeObjectPropertyStart("inferenceConfig");
    if (settings.maxTokens() != null) {
      json.writeNumberProperty("maxTokens", settings.maxTokens());
    }
    if (settings.temperature() != null) {
      json.writeNumberProperty("temperature", settings.temperature());
    }
    if (settings.topP() != null) {
      json.writeNumberProperty("topP", settings.topP());
    }
    if (!settings.stops().isEmpty()) {
      json.writeArrayPropertyStart("stopSequences");
      settings.stops().forEach(json::writeString);
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  private void answerSchema(JsonGenerator json) {
    JsonNode schema = conversation.answerSchema();
    boolean said = family == Family.CLAUDE && conversation.reasoning().effort() != null;
    if (schema == null || said) {
      return;
    }
    json.writeObjectPropertyStart("outputConfig");
    json.writeObjectPropertyStart("textFormat");
    json.writeStringProperty("type", "json_schema");
    json.writeObjectPropertyStart("structure");
    json.writeObjectPropertyStart("jsonSchema");
    json.writeStringProperty("name", "answer");
    json.writeStringProperty("schema", JSON.writeValueAsString(schema));
    json.writeEndObject();
    json.writeEndObject();
    json.writeEndObject();
    json.writeEndObject();
  }

  private void system(JsonGenerator json, CachePoints points) {
    var texts = systemTexts();
    if (texts.isEmpty()) {
      return;
    }
    json.writeArrayPropertyStart("system");
    for (var text : texts) {
      json.writeStartObject();
      json.writeStringProperty("text", text.text());
      json.writeEndObject();
      points.write(json, text.cacheMark());
    }
    json.writeEndArray();
  }

  private List<Block.Text> systemTexts() {
    var texts = new ArrayList<Block.Text>();
    for (var block : conversation.system()) {
      if (!(block instanceof Block.Text text)) {
        throw refused("system: a block that is no text (expected: text)");
      }
      if (!text.text().isBlank()) {
        texts.add(text);
      }
    }
    return texts;
  }

  /// All that [CachePoints] will be asked for.
  private int marks() {
    long inTurns =
        turns.stream()
            .flatMap(turn -> turn.blocks().stream())
            .filter(block -> ConverseBlocks.markOf(block) != null)
            .count();
    long inSystem = systemTexts().stream().filter(text -> text.cacheMark() != null).count();
    return (int) inTurns + (int) inSystem + tools.marks();
  }

  static UntranslatableException refused(String sentence) {
    return new UntranslatableException(Capability.OTHER, sentence);
  }
}
