package dev.sluice.testkit.openai.answer;

import dev.sluice.testkit.answer.Event;
import dev.sluice.testkit.answer.SseEvent;
import dev.sluice.testkit.answer.Step;
import dev.sluice.testkit.billing.Usage;
import dev.sluice.testkit.openai.config.OpenAiConfig;
import dev.sluice.testkit.openai.config.OpenAiConfig.Host;
import dev.sluice.testkit.openai.config.Quirks.Habit;
import dev.sluice.testkit.openai.config.Quirks.UsageReport;
import dev.sluice.testkit.script.ApiCall;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The chunks of one chat completion, each one a step.
final class ChatChunks {

  private final OpenAiConfig config;
  private final ApiCall call;
  private final List<Step> steps = new ArrayList<>();
  private Usage added = Usage.NONE;

  ChatChunks(OpenAiConfig config, ApiCall call) {
    this.config = config;
    this.call = call;
  }

  List<Step> steps() {
    return steps;
  }

  /// What all chunks so far add to the bill.
  Usage added() {
    return added;
  }

  void begin() {
    if (config.door().host() == Host.AZURE) {
      step(Usage.NONE, promptFilter());
    }
    var delta = object().put("role", "assistant").put("content", "").putNull("refusal");
    delta(Usage.NONE, delta);
  }

  /// Azure tells what its filter thinks of the prompt, in a chunk that has hardly anything else.
  private static ObjectNode promptFilter() {
    var chunk = object();
    chunk.putArray("choices");
    chunk.put("created", 0).put("id", "").put("model", "").put("object", "");
    var results = chunk.putArray("prompt_filter_results").addObject().put("prompt_index", 0);
    results
        .putObject("content_filter_results")
        .putObject("hate")
        .put("filtered", false)
        .put("severity", "safe");
    return chunk;
  }

  void hidden(Usage usage) {
    added = added.plus(usage);
    steps.add(Step.hidden(usage));
  }

  void delta(Usage usage, ObjectNode delta) {
    var chunk = chunk(delta, "");
    Obfuscation.pad(chunk, delta.toString(), call.body(), config.quirks());
    step(usage, chunk);
  }

  /// A part of a tool call.
  void call(Usage usage, int index, ObjectNode part) {
    var numbered =
        switch (config.quirks().toolIndex()) {
          case COUNTED -> object().put("index", index);
          case ZERO -> object().put("index", 0);
          case MISSING -> object();
        };
    numbered.setAll(part);
    var delta = object();
    delta.putArray("tool_calls").add(numbered);
    delta(usage, delta);
  }

  /// @param document the same answer where nobody asks for a stream
  void end(String finish, ObjectNode usage, ObjectNode document) {
    var last = chunk(object(), finish);
    switch (config.quirks().usage()) {
      case WITH_FINISH -> last.set("usage", usage);
      case IN_X_GROQ -> {
        var own = last.putObject("x_groq").put("id", call.requestId());
        own.set("usage", usage);
      }
      case WHEN_ASKED, ALWAYS, NEVER -> {}
    }
    step(Usage.NONE, last);
    if (usageHasItsChunk()) {
      var chunk = frame("chat.completion.chunk");
      chunk.putArray("choices");
      chunk.set("usage", usage);
      step(Usage.NONE, chunk);
    }
    if (config.quirks().has(Habit.WHOLE_AT_END)) {
      step(Usage.NONE, document);
    }
    if (!config.quirks().has(Habit.NO_DONE)) {
      steps.add(Step.free(event("[DONE]")));
    }
  }

  /// What chunks and documents begin with.
  ObjectNode frame(String object) {
    return object()
        .put("id", Ids.chat(call.requestId()))
        .put("object", object)
        .put("created", config.clock().instant().getEpochSecond())
        .put("model", call.model())
        .put("service_tier", "default")
        .put("system_fingerprint", "fp_simulated");
  }

  private ObjectNode chunk(ObjectNode delta, String finish) {
    var chunk = frame("chat.completion.chunk");
    var choice = chunk.putArray("choices").addObject().put("index", 0);
    choice.set("delta", delta);
    choice.putNull("logprobs").put("finish_reason", finish.isEmpty() ? null : finish);
    if (asksForUsage() && config.quirks().usage() == UsageReport.WHEN_ASKED) {
      chunk.putNull("usage");
    }
    return chunk;
  }

  private boolean usageHasItsChunk() {
    return switch (config.quirks().usage()) {
      case ALWAYS -> true;
      case WHEN_ASKED -> asksForUsage();
      case WITH_FINISH, IN_X_GROQ, NEVER -> false;
    };
  }

  private boolean asksForUsage() {
    return call.body().path("stream_options").path("include_usage").asBoolean(false);
  }

  private void step(Usage usage, ObjectNode chunk) {
    added = added.plus(usage);
    steps.add(Step.shown(usage, event(chunk.toString())));
  }

  private Event event(String data) {
    var event = SseEvent.unnamed(data);
    var comment = config.quirks().keepAlive();
    return comment.isEmpty() ? event : event.after(comment);
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
