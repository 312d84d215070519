package dev.sluice.testkit.bedrock;

import java.util.HashSet;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// The body of a Converse call, from its top-level members down.
final class ConverseRules {

  private static final Set<String> COUNTED =
      Set.of("messages", "system", "toolConfig", "additionalModelRequestFields");
  private static final Set<String> GENERATED =
      Set.of(
          "inferenceConfig",
          "additionalModelResponseFieldPaths",
          "guardrailConfig",
          "performanceConfig",
          "promptVariables",
          "requestMetadata",
          "serviceTier",
          "outputConfig");
  private static final int STOP_SEQUENCES_MAX = 2_500;

  private ConverseRules() {}

  /// @param outputTokensMax what the model can write at most
  static void check(JsonNode json, long outputTokensMax) {
    var names = new HashSet<>(COUNTED);
    names.addAll(GENERATED);
    var body = new Member("", json).only(names);
    body.optional("inferenceConfig").ifPresent(config -> checkInference(config, outputTokensMax));
    checkShared(body);
  }

  /// What CountTokens takes of a Converse request.
  static void checkCount(JsonNode json) {
    checkShared(new Member("", json).only(COUNTED));
  }

  private static void checkShared(Member body) {
    body.optional("system").ifPresent(ConverseRules::checkSystem);
    body.optional("toolConfig").ifPresent(ConverseRules::checkTools);
    body.optional("additionalModelRequestFields").ifPresent(Member::object);
    var messages = body.required("messages");
    checkMessages(messages);
    ConverseTurns.check(messages.value());
    if (ConverseTurns.mentionsTools(messages.value()) && body.optional("toolConfig").isEmpty()) {
      throw Member.refusal(
          "The toolConfig field must be defined when using toolUse and toolResult content blocks.");
    }
  }

  private static void checkMessages(Member messages) {
    var items = messages.items();
    messages.ensure(!items.isEmpty(), "Member must have length greater than or equal to 1");
    for (var i = 0; i < items.size(); i++) {
      var message = items.get(i).only(Set.of("role", "content"));
      var role = message.required("role").oneOf(Set.of("user", "assistant"));
      var blocks = message.required("content").items();
      if (blocks.isEmpty()) {
        throw Member.refusal(
            "The content field in the Message object at messages.%d is empty. Add a ContentBlock"
                    .formatted(i)
                + " object to the content field and try again.");
      }
      for (var j = 0; j < blocks.size(); j++) {
        ConverseBlocks.check(blocks.get(j), role, Member.place(i, j));
      }
    }
  }

  private static void checkSystem(Member system) {
    for (var block : system.items()) {
      var content = block.one(Set.of("text", "cachePoint", "guardContent"));
      if (content.path().endsWith(".cachePoint")) {
        ConverseBlocks.checkCachePoint(content);
      } else if (content.path().endsWith(".text")) {
        content.ensure(
            !content.text().isEmpty(), "Member must have length greater than or equal to 1");
      }
    }
  }

  private static void checkTools(Member config) {
    config.only(Set.of("tools", "toolChoice"));
    var tools = config.required("tools");
    tools.ensure(!tools.items().isEmpty(), "Member must have length greater than or equal to 1");
    var names = new HashSet<String>();
    for (var item : tools.items()) {
      var tool = item.one(Set.of("toolSpec", "cachePoint", "systemTool"));
      if (tool.path().endsWith(".cachePoint")) {
        ConverseBlocks.checkCachePoint(tool);
      } else if (tool.path().endsWith(".toolSpec")) {
        checkSpec(tool, names);
      }
    }
    config.optional("toolChoice").ifPresent(choice -> checkChoice(choice, names));
  }

  private static void checkSpec(Member spec, Set<String> names) {
    spec.only(Set.of("name", "description", "inputSchema", "strict"));
    var name =
        spec.required("name").matching(ConverseBlocks.NAME, ConverseBlocks.NAME_CHARACTERS_MAX);
    if (!names.add(name)) {
      throw Member.refusal("The tool name " + name + " is already defined at toolConfig.tools.");
    }
    spec.optional("description")
        .ifPresent(
            text ->
                text.ensure(
                    !text.text().isEmpty(), "Member must have length greater than or equal to 1"));
    var schema = spec.required("inputSchema").one(Set.of("json")).object();
    if (!schema.value().path("type").asString("").equals("object")) {
      throw Member.refusal(
          "The value at toolConfig.tools.%d.toolSpec.inputSchema.json.type must be one of the"
                  .formatted(names.size() - 1)
              + " following: object.");
    }
  }

  private static void checkChoice(Member choice, Set<String> names) {
    var kind = choice.one(Set.of("auto", "any", "tool"));
    if (!kind.path().endsWith(".tool")) {
      kind.only(Set.of());
      return;
    }
    var name = kind.only(Set.of("name")).required("name").text();
    if (!names.contains(name)) {
      throw Member.refusal(
          "The tool name %s at toolConfig.toolChoice.tool.name is not defined in toolConfig.tools."
              .formatted(name));
    }
  }

  private static void checkInference(Member config, long outputTokensMax) {
    config.only(Set.of("maxTokens", "temperature", "topP", "stopSequences"));
    config.optional("temperature").ifPresent(Member::fraction);
    config.optional("topP").ifPresent(Member::fraction);
    config
        .optional("stopSequences")
        .ifPresent(
            stops -> {
              stops.items().forEach(Member::text);
              stops.ensure(
                  stops.items().size() <= STOP_SEQUENCES_MAX,
                  "Member must have length less than or equal to " + STOP_SEQUENCES_MAX);
            });
    var asked = config.optional("maxTokens").map(tokens -> tokens.integerFrom(1)).orElse(1L);
    if (asked > outputTokensMax) {
      throw Member.refusal(
          "The maximum tokens you requested exceeds the model limit of %d. Try again with a"
                  .formatted(outputTokensMax)
              + " maximum tokens value that is lower than %d.".formatted(outputTokensMax));
    }
  }
}
