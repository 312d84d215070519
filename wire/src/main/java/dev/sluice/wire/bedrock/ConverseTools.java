package dev.sluice.wire.bedrock;

import dev.sluice.wire.conversation.Block;
import dev.sluice.wire.conversation.Conversation;
import dev.sluice.wire.conversation.Tool;
import dev.sluice.wire.conversation.ToolChoice;
import dev.sluice.wire.conversation.ToolChoice.Mode;
import dev.sluice.wire.conversation.Turn;
import dev.sluice.wire.translate.Functions;
import java.util.LinkedHashSet;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// The tools of a call, and whether the model may use them.
///
/// Converse refuses a conversation with calls of tools that declares none, and it has no word for
/// "none". So where tools must not be used, they are left out if the conversation has no calls;
/// else they are declared, and Claude is told in its own words not to call them. Other models have
/// no such words.
///
/// @param declared what is declared, in order
/// @param choice as it is to be told
record ConverseTools(Family family, List<Tool.Function> declared, ToolChoice choice) {

  static ConverseTools of(Conversation conversation, List<Turn> turns, Family family) {
    var functions = Functions.of(conversation);
    var choice = conversation.toolChoice();
    var called = called(turns);
    if (!functions.isEmpty() && choice.mode() != Mode.NONE) {
      boolean plain = choice.parallel() || family == Family.CLAUDE;
      if (!plain) {
        throw ConverseBody.refused(
            "tool_choice.disable_parallel_tool_use: true (expected: false; Bedrock Converse takes"
                + " it for Claude only)");
      }
      return new ConverseTools(family, functions, choice);
    }
    if (called.isEmpty()) {
      return new ConverseTools(family, List.of(), ToolChoice.UNSAID);
    }
    if (family != Family.CLAUDE) {
      throw ConverseBody.refused(
          "tools: none to be used after calls of tools (expected: tools, and a tool_choice of auto,"
              + " any or tool; Bedrock Converse can forbid tools to Claude only)");
    }
    var declared = functions.isEmpty() ? called : functions;
    return new ConverseTools(family, declared, new ToolChoice(Mode.NONE, "", true));
  }

  private static List<Tool.Function> called(List<Turn> turns) {
    var names = new LinkedHashSet<String>();
    for (var turn : turns) {
      for (var block : turn.blocks()) {
        if (block instanceof Block.ToolUse use) {
          names.add(use.name());
        }
      }
    }
    var none = JsonNodeFactory.instance.objectNode();
    return names.stream().map(name -> new Tool.Function(name, null, none, false, null)).toList();
  }

  /// How many cache points they ask for.
  int marks() {
    return family == Family.NOVA
        ? 0
        : (int) declared.stream().filter(tool -> tool.cacheMark() != null).count();
  }

  void write(JsonGenerator json, CachePoints points) {
    if (declared.isEmpty()) {
      return;
    }
    json.writeObjectPropertyStart("toolConfig");
    json.writeArrayPropertyStart("tools");
    for (var tool : declared) {
      spec(json, tool);
      points.writeBehindTool(json, tool.cacheMark());
    }
    json.writeEndArray();
    if (!choiceIsAdditional() && choice.mode() != Mode.UNSAID) {
      json.writeObjectPropertyStart("toolChoice");
      json.writeObjectPropertyStart(word());
      if (choice.mode() == Mode.ONE) {
        json.writeStringProperty("name", ConverseBlocks.NAMES.fitting(choice.name()));
      }
      json.writeEndObject();
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private static void spec(JsonGenerator json, Tool.Function tool) {
    json.writeStartObject();
    json.writeObjectPropertyStart("toolSpec");
    json.writeStringProperty("name", ConverseBlocks.NAMES.fitting(tool.name()));
    if (tool.description() != null && !tool.description().isBlank()) {
      json.writeStringProperty("description", tool.description());
    }
    json.writeObjectPropertyStart("inputSchema");
    json.writeName("json");
    schema(json, tool.schema());
    json.writeEndObject();
    if (tool.strict()) {
      json.writeBooleanProperty("strict", true);
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  /// Converse refuses a schema that does not say that it is an object's.
  private static void schema(JsonGenerator json, JsonNode schema) {
    if (schema.has("type")) {
      json.writeTree(schema);
      return;
    }
    json.writeStartObject();
    json.writeStringProperty("type", "object");
    for (var member : schema.properties()) {
      json.writeName(member.getKey());
      json.writeTree(member.getValue());
    }
    json.writeEndObject();
  }

  /// Whether the choice is one that Claude has words for, and Converse has not.
  boolean choiceIsAdditional() {
    return !declared.isEmpty() && (choice.mode() == Mode.NONE || !choice.parallel());
  }

  void writeAdditionalChoice(JsonGenerator json) {
    if (!choiceIsAdditional()) {
      return;
    }
    json.writeObjectPropertyStart("tool_choice");
    json.writeStringProperty("type", word());
    if (choice.mode() == Mode.ONE) {
      json.writeStringProperty("name", ConverseBlocks.NAMES.fitting(choice.name()));
    }
    if (!choice.parallel()) {
      json.writeBooleanProperty("disable_parallel_tool_use", true);
    }
    json.writeEndObject();
  }

  private String word() {
    return switch (choice.mode()) {
      case UNSAID, AUTO -> "auto";
      case ANY -> "any";
      case ONE -> "tool";
      case NONE -> "none";
    };
  }
}
