package dev.sluice.testkit.gemini;

import dev.sluice.testkit.answer.Answer;
import dev.sluice.testkit.answer.SseEvent;
import dev.sluice.testkit.answer.Step;
import dev.sluice.testkit.billing.Tokenizer;
import dev.sluice.testkit.billing.Usage;
import dev.sluice.testkit.script.ApiCall;
import dev.sluice.testkit.script.Block;
import dev.sluice.testkit.script.Delivery;
import dev.sluice.testkit.script.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Plans the answer of one call, chunk by chunk, until the blocks or `maxOutputTokens` are used up.
public final class GeminiComposer {

  private static final JsonMapper JSON = JsonMapper.shared();

  private final ApiCall call;
  private final Delivery delivery;
  private final List<Step> steps = new ArrayList<>();
  private final ArrayNode parts = JsonNodeFactory.instance.arrayNode();
  private final ObjectNode grounding = JsonNodeFactory.instance.objectNode();
  private GeminiUsage usage;
  private long tokensLeft;
  private boolean signed;
  private String finishReason = "STOP";

  private GeminiComposer(ApiCall call, long tokensMax, Usage input, Delivery delivery) {
    this.call = call;
    this.delivery = delivery;
    this.usage = GeminiUsage.ofPrompt(input);
    var asked = call.body().path("generationConfig").path("maxOutputTokens");
    this.tokensLeft = Math.min(tokensMax, asked.asLong(Long.MAX_VALUE));
  }

  /// @param input the input part of the usage
  public static Answer compose(
      ApiCall call, Reply.Message message, Usage input, Delivery delivery) {
    var composer = new GeminiComposer(call, message.tokensMax(), input, delivery);
    for (var block : message.blocks()) {
      if (!composer.stopped()) {
        composer.add(block);
      }
    }
    return composer.finish();
  }

  private boolean stopped() {
    return !finishReason.equals("STOP");
  }

  private void add(Block block) {
    switch (block) {
      case Block.Thinking(var text) -> addThinking(text);
      case Block.Text(var text) -> addText(text);
      case Block.ToolUse(var name, var args) -> addCall(name, args);
      case Block.WebSearch(var query) -> addSearch(query);
      case Block.FailedSearch _, Block.OpenedPage _ -> {
        // Nothing of it is told.
      }
      case Block.Refusal(var text) -> addText(text);
      case Block.Filtered _ -> finishReason = "SAFETY";
    }
  }

  /// Thought is billed whether it is shown or not.
  private void addThinking(String text) {
    var config = call.body().path("generationConfig").path("thinkingConfig");
    if (config.path("thinkingBudget").asLong(-1) == 0) {
      return;
    }
    var tokens = take(text);
    for (var some : groups(tokens)) {
      usage = usage.thought(some.size());
      var part = part(String.join("", some)).put("thought", true);
      var shown = config.path("includeThoughts").asBoolean(false);
      steps.add(
          shown
              ? Step.shown(Usage.ofOutput(some.size()), chunk(part))
              : Step.hidden(Usage.ofOutput(some.size())));
    }
    if (config.path("includeThoughts").asBoolean(false)) {
      parts.add(part(String.join("", tokens)).put("thought", true));
    }
  }

  private void addText(String text) {
    var tokens = take(text);
    for (var some : groups(tokens)) {
      usage = usage.said(some.size());
      steps.add(Step.shown(Usage.ofOutput(some.size()), chunk(part(String.join("", some)))));
    }
    parts.add(part(String.join("", tokens)));
  }

  /// A call comes whole; one that does not fit any more does not come at all.
  private void addCall(String name, Map<String, ?> args) {
    var tokens = take(name + JSON.writeValueAsString(args)).size();
    usage = usage.said(tokens);
    if (stopped()) {
      steps.add(Step.hidden(Usage.ofOutput(tokens)));
      return;
    }
    var part = JsonNodeFactory.instance.objectNode();
    part.putObject("functionCall").put("name", name).set("args", JSON.valueToTree(args));
    if (!signed) {
      sign(part, name);
    }
    steps.add(Step.shown(Usage.ofOutput(tokens), chunk(part)));
    parts.add(part);
  }

  /// What the search found is read as input, on top of the prompt.
  private void addSearch(String query) {
    var found = "https://example.com/ %s, as found in three places".formatted(query).repeat(3);
    var tokens = Tokenizer.count(found);
    usage = usage.read(tokens);
    steps.add(Step.hidden(new Usage(tokens, 0, 0, 0, 0, 1)));
    grounding.withArray("webSearchQueries").add(query);
    grounding
        .withArray("groundingChunks")
        .addObject()
        .putObject("web")
        .put("uri", "https://example.com/1")
        .put("title", query);
  }

  private void sign(ObjectNode part, String name) {
    signed = true;
    var serial = call.requestId().hashCode() + parts.size();
    part.put("thoughtSignature", TurnRules.SIGNATURES.sign(name, "thought", serial));
  }

  private Answer finish() {
    var last = part("");
    if (!signed && TurnRules.isSigned(call.model())) {
      sign(last, "");
    }
    var content = JsonNodeFactory.instance.arrayNode().add(last);
    steps.add(Step.free(SseEvent.unnamed(response(content, true).toString())));
    return new Answer(steps, response(parts.isEmpty() ? content : parts, true));
  }

  private SseEvent chunk(ObjectNode part) {
    var content = JsonNodeFactory.instance.arrayNode().add(part);
    return SseEvent.unnamed(response(content, false).toString());
  }

  private ObjectNode response(ArrayNode content, boolean last) {
    var json = JsonNodeFactory.instance.objectNode();
    var candidate = json.putArray("candidates").addObject();
    candidate.putObject("content").put("role", "model").set("parts", content);
    if (last) {
      candidate.put("finishReason", finishReason);
      if (!grounding.isEmpty()) {
        candidate.set("groundingMetadata", grounding);
      }
    }
    candidate.put("index", 0);
    usageOf(last).ifPresent(told -> json.set("usageMetadata", told));
    return json.put("modelVersion", call.model()).put("responseId", call.requestId());
  }

  /// Every chunk tells the usage so far, unless the script wants it elsewhere.
  private Optional<ObjectNode> usageOf(boolean last) {
    return switch (delivery.usagePlace()) {
      case BOTH, DELTA_NULLS -> Optional.of(usage.json());
      case START -> last ? Optional.empty() : Optional.of(usage.json());
      case DELTA -> last ? Optional.of(usage.json()) : Optional.empty();
      case START_NULLS, START_ZEROS ->
          Optional.of(last ? usage.json() : JsonNodeFactory.instance.objectNode());
    };
  }

  /// The tokens of the text that `maxOutputTokens` still allows.
  private List<String> take(String text) {
    var tokens = Tokenizer.split(text);
    var taken = tokens.subList(0, (int) Math.min(tokens.size(), tokensLeft));
    tokensLeft -= taken.size();
    if (taken.size() < tokens.size()) {
      finishReason = "MAX_TOKENS";
    }
    return taken;
  }

  private List<List<String>> groups(List<String> tokens) {
    var groups = new ArrayList<List<String>>();
    var size = delivery.tokensPerEvent();
    for (var from = 0; from < tokens.size(); from += size) {
      groups.add(tokens.subList(from, Math.min(from + size, tokens.size())));
    }
    return groups;
  }

  private static ObjectNode part(String text) {
    return JsonNodeFactory.instance.objectNode().put("text", text);
  }
}
