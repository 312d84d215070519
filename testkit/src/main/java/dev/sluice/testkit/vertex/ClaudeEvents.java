package dev.sluice.testkit.vertex;

import dev.sluice.testkit.answer.Answer;
import dev.sluice.testkit.answer.Composer;
import dev.sluice.testkit.answer.SseEvent;
import dev.sluice.testkit.answer.Step;
import dev.sluice.testkit.anthropic.answer.MessageComposer;
import dev.sluice.testkit.anthropic.rules.Betas;
import dev.sluice.testkit.billing.Usage;
import dev.sluice.testkit.script.ApiCall;
import dev.sluice.testkit.script.Delivery;
import dev.sluice.testkit.script.Reply;
import java.util.ArrayList;
import tools.jackson.databind.node.JsonNodeFactory;

/// Claude's own events, and one of Vertex AI's among them, which clients must read over.
record ClaudeEvents() implements Composer {

  @Override
  public Answer compose(ApiCall call, Reply.Message message, Usage input, Delivery delivery) {
    var betas = Betas.of(call.request().all("anthropic-beta"));
    var answer = MessageComposer.compose(call, betas, message, input, delivery);
    var steps = new ArrayList<>(answer.steps());
    steps.add(1, Step.free(vertexEvent(input)));
    return new Answer(steps, answer.document());
  }

  private static SseEvent vertexEvent(Usage input) {
    var event = JsonNodeFactory.instance.objectNode().put("type", "vertex_event");
    event
        .putObject("usage")
        .put("input_tokens", input.input())
        .put("output_tokens", 1)
        .putNull("cache_creation_input_tokens")
        .putNull("cache_read_input_tokens")
        .putNull("web_search_requests");
    return SseEvent.typed(event);
  }
}
