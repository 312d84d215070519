package dev.sluice.testkit.anthropic.answer;

import dev.sluice.testkit.answer.Answer;
import dev.sluice.testkit.answer.Signatures;
import dev.sluice.testkit.answer.SseEvent;
import dev.sluice.testkit.answer.Step;
import dev.sluice.testkit.anthropic.SealedContent;
import dev.sluice.testkit.anthropic.rules.Betas;
import dev.sluice.testkit.billing.Tokenizer;
import dev.sluice.testkit.billing.Usage;
import dev.sluice.testkit.script.ApiCall;
import dev.sluice.testkit.script.Block;
import dev.sluice.testkit.script.Delivery;
import dev.sluice.testkit.script.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Plans the answer of one call, block by block, until the blocks or `max_tokens` are used up.
public final class MessageComposer {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Signatures SIGNATURES = new Signatures("anthropic");
  private static final int SEARCH_RESULTS = 3;
  private static final long FIRST_COUNT = 50;
  private static final long NEXT_COUNT = 100;

  private final ApiCall call;
  private final Betas betas;
  private final Usage input;
  private final Delivery delivery;
  private final List<Step> steps = new ArrayList<>();
  private final ArrayNode content = JsonNodeFactory.instance.arrayNode();
  private Usage added = Usage.NONE;
  private long tokensLeft;
  private String stopReason = "end_turn";

  private MessageComposer(
      ApiCall call, Betas betas, long tokensMax, Usage input, Delivery delivery) {
    this.call = call;
    this.betas = betas;
    this.input = input;
    this.delivery = delivery;
    this.tokensLeft = Math.min(tokensMax, call.body().path("max_tokens").asLong());
  }

  /// @param input the input part of the usage
  public static Answer compose(
      ApiCall call, Betas betas, Reply.Message message, Usage input, Delivery delivery) {
    var composer = new MessageComposer(call, betas, message.tokensMax(), input, delivery);
    for (var block : message.blocks()) {
      if (!composer.stopped()) {
        composer.add(block);
      }
    }
    return composer.finish();
  }

  private boolean stopped() {
    return stopReason.equals("max_tokens") || stopReason.equals("refusal");
  }

  private void add(Block block) {
    switch (block) {
      case Block.Thinking(var text) -> addThinking(text);
      case Block.Text(var text) -> addText(text);
      case Block.ToolUse(var name, var toolInput) -> addToolUse(name, toolInput);
      case Block.WebSearch(var query) -> addWebSearch(query);
      case Block.FailedSearch(var query) -> addFailedSearch(query);
      case Block.OpenedPage _ -> {
        // A part of the search.
      }
      case Block.Refusal(var text) -> {
        addText(text);
        stopReason = "refusal";
      }
      case Block.Filtered _ -> stopReason = "refusal";
    }
  }

  private void addThinking(String text) {
    var thinking = call.body().path("thinking");
    var type = thinking.path("type").asString("disabled");
    if (type.equals("disabled")) {
      return;
    }
    var omitted = betas.redactThinking() || thinking.path("display").asString("").equals("omitted");
    var tokens = take(text);
    var taken = String.join("", tokens);
    var shown = omitted ? "" : taken;
    var serial = call.requestId().hashCode() + content.size();
    var signature = SIGNATURES.sign(shown, taken, serial);
    start(object("thinking").put("thinking", "").put("signature", ""));
    if (omitted) {
      addOmitted(parts(tokens));
    } else {
      parts(tokens)
          .forEach(part -> step(part, object("thinking_delta").put("thinking", part.text())));
    }
    step(free(delta(object("signature_delta").put("signature", signature))));
    stop(object("thinking").put("thinking", shown).put("signature", signature));
  }

  /// As observed of the API: what was thought is told at 50, 150, 250 tokens, and so on.
  private void addOmitted(List<Part> parts) {
    var thought = 0L;
    var told = 0L;
    for (var part : parts) {
      thought += part.tokens();
      var reached = thought < FIRST_COUNT ? 0 : thought - (thought - FIRST_COUNT) % NEXT_COUNT;
      if (betas.countThinking() && reached > told) {
        var count = object("thinking_delta").put("thinking", "");
        step(part, count.put("estimated_tokens", reached - told));
        told = reached;
      } else {
        step(Step.hidden(part.usage()));
      }
    }
  }

  private void addText(String text) {
    var tokens = take(text);
    start(object("text").put("text", ""));
    for (var part : parts(tokens)) {
      step(part, object("text_delta").put("text", part.text()));
    }
    stop(object("text").put("text", String.join("", tokens)));
  }

  private void addToolUse(String name, Map<String, ?> toolInput) {
    var id = "toolu_" + call.requestId() + "_" + content.size();
    var block = object("tool_use").put("id", id).put("name", name);
    addInput(block, JSON.writeValueAsString(toolInput));
    if (!stopped()) {
      stopReason = "tool_use";
    }
  }

  /// The input comes in pieces; what `max_tokens` cuts is no JSON any more.
  private void addInput(ObjectNode block, String json) {
    var tokens = take(json);
    start(block.deepCopy().set("input", JsonNodeFactory.instance.objectNode()).asObject());
    step(free(delta(object("input_json_delta").put("partial_json", ""))));
    for (var part : parts(tokens)) {
      step(part, object("input_json_delta").put("partial_json", part.text()));
    }
    stop(block.set("input", stopped() ? JSON.createObjectNode() : JSON.readTree(json)).asObject());
  }

  private String addSearchUse(String query) {
    var id = "srvtoolu_" + call.requestId().replace('-', '_') + "_" + content.size();
    var use = object("server_tool_use").put("id", id).put("name", "web_search");
    addInput(use, JSON.writeValueAsString(Map.of("query", query)));
    return id;
  }

  private void addFailedSearch(String query) {
    var id = addSearchUse(query);
    if (!stopped()) {
      var failed = object("web_search_tool_result").put("tool_use_id", id);
      failed.set(
          "content", object("web_search_tool_result_error").put("error_code", "unavailable"));
      step(free(startEvent(failed)));
      stop(failed);
    }
  }

  private void addWebSearch(String query) {
    var id = addSearchUse(query);
    if (stopped()) {
      return;
    }
    var results = object("web_search_tool_result").put("tool_use_id", id);
    for (var i = 1; i <= SEARCH_RESULTS; i++) {
      results
          .withArray("content")
          .add(
              object("web_search_result")
                  .put("url", "https://example.com/%d".formatted(i))
                  .put("title", "%s, part %d".formatted(query, i))
                  .put("encrypted_content", SealedContent.PAGE)
                  .putNull("page_age"));
    }
    // What the search found is read as input, on top of what message_start announced.
    var read = new Usage(Tokenizer.count(results.toString()), 0, 0, 0, 0, 1);
    step(shown(read, startEvent(results)));
    stop(results);
  }

  private Answer finish() {
    var last = input.plus(added).plus(Usage.ofOutput(added.output() == 0 ? 1 : 0));
    var message = message().put("stop_reason", stopReason);
    message.set("content", content);
    message.set("usage", UsageJson.full(last));
    var all = new ArrayList<Step>();
    all.add(free(messageStart(last)));
    all.add(free(object("ping")));
    all.addAll(steps);
    all.add(shown(Usage.ofOutput(last.output() - added.output()), messageDelta(last)));
    all.add(free(object("message_stop")));
    return new Answer(all, message);
  }

  private ObjectNode messageStart(Usage last) {
    var message = message();
    UsageJson.ofStart(delivery.usagePlace(), input, last)
        .ifPresent(usage -> message.set("usage", usage));
    var event = object("message_start");
    event.set("message", message);
    return event;
  }

  private ObjectNode messageDelta(Usage last) {
    var event = object("message_delta");
    event.putObject("delta").put("stop_reason", stopReason).putNull("stop_sequence");
    UsageJson.ofDelta(delivery.usagePlace(), last).ifPresent(usage -> event.set("usage", usage));
    if (call.body().has("context_management")) {
      event.putObject("context_management").putArray("applied_edits");
    }
    return event;
  }

  private ObjectNode message() {
    var message = JsonNodeFactory.instance.objectNode().put("id", "msg_" + call.requestId());
    message.put("type", "message").put("role", "assistant").put("model", call.model());
    message.putArray("content");
    return message.putNull("stop_reason").putNull("stop_sequence");
  }

  /// The tokens of the text that `max_tokens` still allows.
  private List<String> take(String text) {
    var tokens = Tokenizer.split(text);
    var taken = tokens.subList(0, (int) Math.min(tokens.size(), tokensLeft));
    tokensLeft -= taken.size();
    if (taken.size() < tokens.size()) {
      stopReason = "max_tokens";
    }
    return taken;
  }

  private record Part(String text, long tokens) {
    Usage usage() {
      return Usage.ofOutput(tokens);
    }
  }

  private List<Part> parts(List<String> tokens) {
    var parts = new ArrayList<Part>();
    var size = delivery.tokensPerEvent();
    for (var from = 0; from < tokens.size(); from += size) {
      var some = tokens.subList(from, Math.min(from + size, tokens.size()));
      parts.add(new Part(String.join("", some), some.size()));
    }
    return parts;
  }

  private void start(ObjectNode block) {
    step(free(startEvent(block)));
  }

  private ObjectNode startEvent(ObjectNode block) {
    var event = object("content_block_start").put("index", content.size());
    event.set("content_block", block);
    return event;
  }

  private void stop(ObjectNode block) {
    step(free(object("content_block_stop").put("index", content.size())));
    content.add(block);
  }

  private void step(Part part, ObjectNode delta) {
    step(shown(part.usage(), delta(delta)));
  }

  private ObjectNode delta(ObjectNode delta) {
    var event = object("content_block_delta").put("index", content.size());
    event.set("delta", delta);
    return event;
  }

  private static Step free(ObjectNode event) {
    return Step.free(SseEvent.typed(event));
  }

  private static Step shown(Usage adds, ObjectNode event) {
    return Step.shown(adds, SseEvent.typed(event));
  }

  private void step(Step step) {
    steps.add(step);
    added = added.plus(step.adds());
  }

  private static ObjectNode object(String type) {
    return JsonNodeFactory.instance.objectNode().put("type", type);
  }
}
