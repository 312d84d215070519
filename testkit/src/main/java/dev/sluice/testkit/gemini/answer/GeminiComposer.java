package dev.sluice.testkit.gemini.answer;

import dev.sluice.testkit.answer.Answer;
import dev.sluice.testkit.answer.SseEvent;
import dev.sluice.testkit.answer.Step;
import dev.sluice.testkit.billing.Tokenizer;
import dev.sluice.testkit.billing.Usage;
import dev.sluice.testkit.gemini.rules.SearchRules;
import dev.sluice.testkit.gemini.rules.TurnRules;
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
  private final Grounding grounding;
  private GeminiUsage usage;
  private long tokensLeft;
  private boolean signed;
  private String finishReason = "STOP";

  private GeminiComposer(ApiCall call, long tokensMax, Usage input, Delivery delivery) {
    this.call = call;
    this.delivery = delivery;
    this.grounding = new Grounding(call.model());
    this.usage = GeminiUsage.ofPrompt(input);
    var asked = call.body().path("generationConfig").path("maxOutputTokens");
    this.tokensLeft = Math.min(tokensMax, asked.asLong(Long.MAX_VALUE));
  }

  /// @param input the input part of the usage
  public static Answer compose(
      ApiCall call, Reply.Message message, Usage input, Delivery delivery) {
    var composer = new GeminiComposer(call, message.tokensMax(), input, delivery);
    composer.readPages();
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
    addPart(String.join("", tokens));
    grounding.said(String.join("", tokens));
  }

  /// Text goes on in one part.
  private void addPart(String text) {
    var last = parts.path(parts.size() - 1);
    if (last.size() == 1 && last.has("text")) {
      ((ObjectNode) last).put("text", last.path("text").asString() + text);
    } else {
      parts.add(part(text));
    }
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

  /// Only what is offered can be used. What the search found is read as input, on top of the
  /// prompt.
  private void addSearch(String query) {
    if (call.offers("googleSearch")) {
      var found = "https://example.com/ %s, as found in three places".formatted(query).repeat(3);
      read(found, grounding.search(query));
    }
  }

  /// The pages that the user names are read before anything is said.
  private void readPages() {
    if (call.offers("urlContext")) {
      for (var url : SearchRules.urls(call.body())) {
        if (grounding.read(url)) {
          read("What stands at %s, all of it.".formatted(url).repeat(5), 0);
        }
      }
    }
  }

  private void read(String text, long searches) {
    var tokens = Tokenizer.count(text);
    usage = usage.read(tokens);
    steps.add(Step.hidden(new Usage(tokens, 0, 0, 0, 0, searches)));
  }

  private void sign(ObjectNode part, String name) {
    signed = true;
    var serial = call.requestId().hashCode() + parts.size();
    part.put("thoughtSignature", TurnRules.SIGNATURES.sign(name, "thought", serial));
  }

  /// What was found comes at the end of a stream, over its last chunks.
  private Answer finish() {
    if (!grounding.isEmpty()) {
      var finds = response(content(part("")));
      grounding.tellFinds(candidate(finds));
      steps.add(Step.free(event(finds)));
    }
    var part = part("");
    if (!signed && TurnRules.isSigned(call.model())) {
      sign(part, "");
    }
    var last = last(content(part));
    grounding.tellSupports(candidate(last));
    steps.add(Step.free(event(last)));
    var whole = last(parts.isEmpty() ? content(part) : parts);
    grounding.tellFinds(candidate(whole));
    grounding.tellSupports(candidate(whole));
    return new Answer(steps, whole);
  }

  private SseEvent chunk(ObjectNode part) {
    return event(response(content(part)));
  }

  private static ArrayNode content(ObjectNode part) {
    return JsonNodeFactory.instance.arrayNode().add(part);
  }

  private static SseEvent event(ObjectNode response) {
    return SseEvent.unnamed(response.toString());
  }

  private static ObjectNode candidate(ObjectNode response) {
    return (ObjectNode) response.path("candidates").path(0);
  }

  private ObjectNode response(ArrayNode content) {
    return response(content, usageSoFar());
  }

  private ObjectNode last(ArrayNode content) {
    var json = response(content, usageAtTheEnd());
    candidate(json).put("finishReason", finishReason);
    return json;
  }

  private ObjectNode response(ArrayNode content, Optional<ObjectNode> usageTold) {
    var json = JsonNodeFactory.instance.objectNode();
    var candidate = json.putArray("candidates").addObject();
    candidate.putObject("content").put("role", "model").set("parts", content);
    candidate.put("index", 0);
    usageTold.ifPresent(told -> json.set("usageMetadata", told));
    return json.put("modelVersion", call.model()).put("responseId", call.requestId());
  }

  /// Every chunk tells the usage so far, unless the script wants it elsewhere.
  private Optional<ObjectNode> usageSoFar() {
    return switch (delivery.usagePlace()) {
      case BOTH, DELTA_NULLS, START -> Optional.of(usage.json());
      case DELTA -> Optional.empty();
      case START_NULLS, START_ZEROS -> Optional.of(JsonNodeFactory.instance.objectNode());
    };
  }

  private Optional<ObjectNode> usageAtTheEnd() {
    return switch (delivery.usagePlace()) {
      case BOTH, DELTA_NULLS, DELTA, START_NULLS, START_ZEROS -> Optional.of(usage.json());
      case START -> Optional.empty();
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
