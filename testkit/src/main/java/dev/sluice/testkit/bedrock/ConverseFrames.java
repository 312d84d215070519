package dev.sluice.testkit.bedrock;

import dev.sluice.testkit.answer.Answer;
import dev.sluice.testkit.answer.Composer;
import dev.sluice.testkit.answer.Step;
import dev.sluice.testkit.aws.EventFrame;
import dev.sluice.testkit.billing.Usage;
import dev.sluice.testkit.script.ApiCall;
import dev.sluice.testkit.script.Delivery;
import dev.sluice.testkit.script.Reply;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// An answer in the words of Converse: what the model wrote, retold.
record ConverseFrames() implements Composer {

  private static final long LATENCY_MS = 1_000;

  @Override
  public Answer compose(ApiCall call, Reply.Message message, Usage input, Delivery delivery) {
    var answer = InvokeFrames.messages(call, message, input, delivery);
    var usage = usage(answer.document().path("usage"));
    var steps = answer.steps().stream().flatMap(step -> retold(step, usage)).toList();
    return new Answer(steps, document(answer.document(), usage));
  }

  private static Stream<Step> retold(Step step, ObjectNode usage) {
    if (step.event().isEmpty()) {
      return Stream.of(step);
    }
    var event = InvokeFrames.json(step.event().get());
    var frames =
        switch (event.path("type").asString("")) {
          case "message_start" -> frame("messageStart", object().put("role", "assistant"));
          case "content_block_start" -> blockStart(event);
          case "content_block_delta" -> blockDelta(event);
          case "content_block_stop" -> frame("contentBlockStop", indexed(event));
          case "message_delta" -> frame("messageStop", stop(event.path("delta")));
          case "message_stop" -> frame("metadata", metadata(usage));
          default -> Stream.<EventFrame>empty();
        };
    var shown = frames.toList();
    // What adds to the bill and has no frame here is billed nevertheless.
    return shown.isEmpty()
        ? Stream.of(Step.hidden(step.adds()))
        : Stream.of(Step.shown(step.adds(), shown.getFirst()));
  }

  /// Only tools are announced; text and reasoning begin with their first delta.
  private static Stream<EventFrame> blockStart(ObjectNode event) {
    var block = event.path("content_block");
    if (!block.path("type").asString("").equals("tool_use")) {
      return Stream.empty();
    }
    var json = indexed(event);
    json.putObject("start")
        .putObject("toolUse")
        .put("name", block.path("name").asString())
        .put("toolUseId", block.path("id").asString());
    return frame("contentBlockStart", json);
  }

  private static Stream<EventFrame> blockDelta(ObjectNode event) {
    var delta = event.path("delta");
    var json = indexed(event);
    var told = json.putObject("delta");
    switch (delta.path("type").asString("")) {
      case "text_delta" -> told.put("text", delta.path("text").asString());
      case "input_json_delta" ->
          told.putObject("toolUse").put("input", delta.path("partial_json").asString());
      case "thinking_delta" ->
          told.putObject("reasoningContent").put("text", delta.path("thinking").asString());
      case "signature_delta" ->
          told.putObject("reasoningContent").put("signature", delta.path("signature").asString());
      default -> {
        return Stream.empty();
      }
    }
    return frame("contentBlockDelta", json);
  }

  private static ObjectNode indexed(ObjectNode event) {
    return object().put("contentBlockIndex", event.path("index").asLong());
  }

  private static ObjectNode stop(JsonNode message) {
    var reason = message.path("stop_reason").asString();
    return object().put("stopReason", reason.equals("refusal") ? "content_filtered" : reason);
  }

  private static ObjectNode metadata(ObjectNode usage) {
    var json = object();
    json.set("usage", usage.deepCopy());
    json.putObject("metrics").put("latencyMs", LATENCY_MS);
    return json;
  }

  private static Stream<EventFrame> frame(String type, ObjectNode json) {
    json.put("p", "abcdefghijklmnopqrst");
    return Stream.of(EventFrame.event(type, json.toString().getBytes(StandardCharsets.UTF_8)));
  }

  private static ObjectNode document(JsonNode message, ObjectNode usage) {
    var json = object();
    var told = json.putObject("output").putObject("message").put("role", "assistant");
    var content = told.putArray("content");
    for (var block : message.path("content")) {
      switch (block.path("type").asString("")) {
        case "text" -> content.addObject().put("text", block.path("text").asString());
        case "tool_use" ->
            content
                .addObject()
                .putObject("toolUse")
                .put("toolUseId", block.path("id").asString())
                .put("name", block.path("name").asString())
                .set("input", block.path("input"));
        case "thinking" ->
            content
                .addObject()
                .putObject("reasoningContent")
                .putObject("reasoningText")
                .put("text", block.path("thinking").asString())
                .put("signature", block.path("signature").asString());
        // Converse has no words for the model's own tools.
        default -> {}
      }
    }
    json.setAll(stop(message));
    json.setAll(metadata(usage));
    return json;
  }

  private static ObjectNode usage(JsonNode usage) {
    var read = usage.path("cache_read_input_tokens").asLong();
    var written = usage.path("cache_creation_input_tokens").asLong();
    var input = usage.path("input_tokens").asLong();
    var output = usage.path("output_tokens").asLong();
    return object()
        .put("inputTokens", input)
        .put("outputTokens", output)
        .put("totalTokens", input + output + read + written)
        .put("cacheReadInputTokens", read)
        .put("cacheWriteInputTokens", written);
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
