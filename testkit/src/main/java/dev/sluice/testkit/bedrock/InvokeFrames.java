package dev.sluice.testkit.bedrock;

import dev.sluice.testkit.answer.Answer;
import dev.sluice.testkit.answer.Composer;
import dev.sluice.testkit.answer.Event;
import dev.sluice.testkit.answer.SseEvent;
import dev.sluice.testkit.answer.Step;
import dev.sluice.testkit.anthropic.answer.MessageComposer;
import dev.sluice.testkit.anthropic.rules.Betas;
import dev.sluice.testkit.aws.EventFrame;
import dev.sluice.testkit.billing.Usage;
import dev.sluice.testkit.script.ApiCall;
import dev.sluice.testkit.script.Delivery;
import dev.sluice.testkit.script.Reply;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Claude's own events, each in a `chunk` frame: no pings, and at the end what Bedrock counted.
record InvokeFrames() implements Composer {

  private static final JsonMapper JSON = JsonMapper.shared();

  /// No beta that changes an answer is known here.
  private static final Betas NONE = new Betas(Set.of());

  @Override
  public Answer compose(ApiCall call, Reply.Message message, Usage input, Delivery delivery) {
    var answer = messages(call, message, input, delivery);
    var usage = answer.document().path("usage");
    var steps = answer.steps().stream().flatMap(step -> framed(step, usage)).toList();
    return new Answer(steps, answer.document());
  }

  /// As Anthropic itself would answer.
  static Answer messages(ApiCall call, Reply.Message message, Usage input, Delivery delivery) {
    return MessageComposer.compose(call, NONE, message, input, delivery);
  }

  /// The event as Anthropic wrote it.
  static ObjectNode json(Event event) {
    if (event instanceof SseEvent(var _, var data)) {
      return (ObjectNode) JSON.readTree(data);
    }
    throw new IllegalStateException("BUG: an event of Claude that is no SSE event: " + event);
  }

  private static Stream<Step> framed(Step step, JsonNode usage) {
    if (step.event().isEmpty()) {
      return Stream.of(step);
    }
    var event = json(step.event().get());
    return switch (event.path("type").asString("")) {
      case "ping" -> Stream.empty();
      case "message_stop" -> Stream.of(Step.shown(step.adds(), chunk(measured(event, usage))));
      default -> Stream.of(Step.shown(step.adds(), chunk(event)));
    };
  }

  private static EventFrame chunk(ObjectNode event) {
    var bytes = event.toString().getBytes(StandardCharsets.UTF_8);
    var json =
        JsonNodeFactory.instance
            .objectNode()
            .put("bytes", Base64.getEncoder().encodeToString(bytes))
            .put("p", "abcdefghijklmnop");
    return EventFrame.event("chunk", json.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static ObjectNode measured(ObjectNode event, JsonNode usage) {
    var metrics = event.putObject("amazon-bedrock-invocationMetrics");
    metrics.put("inputTokenCount", usage.path("input_tokens").asLong());
    metrics.put("outputTokenCount", usage.path("output_tokens").asLong());
    metrics.put("invocationLatency", 1_000).put("firstByteLatency", 100);
    metrics.put("cacheReadInputTokenCount", usage.path("cache_read_input_tokens").asLong());
    metrics.put("cacheWriteInputTokenCount", usage.path("cache_creation_input_tokens").asLong());
    return event;
  }
}
