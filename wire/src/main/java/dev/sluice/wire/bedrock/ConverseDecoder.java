package dev.sluice.wire.bedrock;

import dev.sluice.core.price.Tokens;
import dev.sluice.wire.translate.AnswerDecoder;
import dev.sluice.wire.translate.AnswerEvent;
import dev.sluice.wire.translate.AnswerEvent.Begun;
import dev.sluice.wire.translate.AnswerEvent.Closed;
import dev.sluice.wire.translate.AnswerEvent.Ended;
import dev.sluice.wire.translate.AnswerEvent.Failed;
import dev.sluice.wire.translate.AnswerEvent.InputGrown;
import dev.sluice.wire.translate.AnswerEvent.SealedThinkingOpened;
import dev.sluice.wire.translate.AnswerEvent.Signed;
import dev.sluice.wire.translate.AnswerEvent.StopReason;
import dev.sluice.wire.translate.AnswerEvent.TextGrown;
import dev.sluice.wire.translate.AnswerEvent.TextOpened;
import dev.sluice.wire.translate.AnswerEvent.ThinkingGrown;
import dev.sluice.wire.translate.AnswerEvent.ThinkingOpened;
import dev.sluice.wire.translate.AnswerEvent.ToolUseOpened;
import dev.sluice.wire.translate.Outgoing.Expected;
import dev.sluice.wire.translate.ProviderError;
import dev.sluice.wire.translate.Seal;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads an answer of Converse, whole, or of ConverseStream, frame by frame.
///
/// Only tools are announced in a stream; a block of text or thinking begins with its first part.
final class ConverseDecoder implements AnswerDecoder {

  private static final JsonMapper JSON = JsonMapper.shared();

  private enum Open {
    NOTHING,
    TEXT,
    THINKING,
    SIGNED_THINKING,
    TOOL,
    TOOL_WITH_INPUT
  }

  private final Expected expected;
  private final String origin;
  private final EventStream stream = new EventStream();
  private final ByteArrayOutputStream whole = new ByteArrayOutputStream();
  private List<AnswerEvent> events = new ArrayList<>();
  private Open open = Open.NOTHING;
  private boolean begun;
  private boolean over;
  private @Nullable String stopReason;
  private @Nullable String sequence;
  private @Nullable JsonNode usage;

  /// @param origin of the thoughts that are signed in the answer
  ConverseDecoder(Expected expected, String origin) {
    this.expected = expected;
    this.origin = origin;
  }

  @Override
  public List<AnswerEvent> read(byte[] part, int offset, int length) {
    if (over) {
      return List.of();
    }
    if (expected.stream()) {
      frames(stream.read(part, offset, length));
    } else if (whole.size() + length > EVENT_BYTES_MAX) {
      fail("an answer of more than " + EVENT_BYTES_MAX + " bytes");
    } else {
      whole.write(part, offset, length);
    }
    return drained();
  }

  @Override
  public List<AnswerEvent> end() {
    if (over) {
      return List.of();
    }
    if (expected.stream()) {
      frames(stream.end());
      if (!over) {
        finish();
      }
    } else {
      readWhole();
    }
    return drained();
  }

  @Override
  public Held held() {
    return over ? Held.NOTHING : new Held(stream.heldBytes(), false);
  }

  @Override
  public @Nullable JsonNode usage() {
    return usage;
  }

  private List<AnswerEvent> drained() {
    var drained = events;
    events = new ArrayList<>();
    return drained;
  }

  private void frames(List<Frame> frames) {
    for (var frame : frames) {
      if (over) {
        return;
      }
      switch (frame) {
        case Frame.Event(var type, var payload) -> event(type, payload);
        case Frame.Thrown thrown -> fail(BedrockErrors.of(thrown));
        case Frame.Failure failure -> fail(BedrockErrors.of(failure));
        case Frame.Broken(var problem) -> broken(problem);
      }
    }
  }

  /// Once the answer has told why it ended, its usage is all that can be lost.
  private void broken(String problem) {
    if (stopReason == null) {
      fail(problem);
    } else {
      finish();
    }
  }

  private void event(String type, byte[] payload) {
    JsonNode json;
    try {
      json = JSON.readTree(payload);
    } catch (JacksonException e) {
      fail("an event " + type + " without JSON: " + e.getOriginalMessage());
      return;
    }
    switch (type) {
      case "messageStart" -> begin(Tokens.NONE);
      case "contentBlockStart" -> started(json.path("start"));
      case "contentBlockDelta" -> grown(json.path("delta"));
      case "contentBlockStop" -> close();
      case "messageStop" -> {
        stopReason = json.path("stopReason").asString("");
        sequence = text(json.path("additionalModelResponseFields").path("stop_sequence"));
      }
      case "metadata" -> {
        note(json);
        finish();
      }
      // What AWS may add some day.
      default -> {}
    }
  }

  private void readWhole() {
    JsonNode json;
    try {
      json = JSON.readTree(whole.toByteArray());
    } catch (JacksonException e) {
      fail("an answer without JSON: " + e.getOriginalMessage());
      return;
    }
    note(json);
    begin(usage == null ? Tokens.NONE : ConverseUsage.tokens(usage));
    for (var block : json.path("output").path("message").path("content")) {
      started(block);
      var input = block.path("toolUse").path("input");
      if (input.isObject()) {
        input(JSON.writeValueAsString(input));
      }
      grown(block);
      close();
    }
    stopReason = text(json.path("stopReason"));
    sequence = text(json.path("additionalModelResponseFields").path("stop_sequence"));
    finish();
  }

  private void note(JsonNode json) {
    usage = json.path("usage").isObject() ? json.path("usage") : null;
  }

  private static @Nullable String text(JsonNode json) {
    return json.isString() ? json.stringValue() : null;
  }

  private void begin(Tokens tokens) {
    if (!begun) {
      begun = true;
      events.add(new Begun("", "", tokens));
    }
  }

  private void started(JsonNode start) {
    var use = start.path("toolUse");
    if (use.isObject()) {
      close();
      begin(Tokens.NONE);
      open = Open.TOOL;
      var name = expected.toolName(use.path("name").asString(""));
      events.add(new ToolUseOpened(use.path("toolUseId").asString(""), name));
    }
  }

  /// A part of a block, or a block that came whole.
  private void grown(JsonNode delta) {
    var text = delta.path("text").asString("");
    if (!text.isEmpty()) {
      open(Open.TEXT, new TextOpened());
      events.add(new TextGrown(text));
    }
    input(delta.path("toolUse").path("input").asString(""));
    var reasoning = delta.path("reasoningContent");
    thinking(reasoning);
    thinking(reasoning.path("reasoningText"));
    var sealed = reasoning.path("redactedContent").asString("");
    if (!sealed.isEmpty()) {
      close();
      begin(Tokens.NONE);
      events.add(new SealedThinkingOpened(Seal.seal(ConverseTranslator.ORIGIN, sealed)));
      events.add(new Closed());
    }
  }

  private void thinking(JsonNode reasoning) {
    var thought = reasoning.path("text").asString("");
    if (!thought.isEmpty()) {
      open(Open.THINKING, new ThinkingOpened());
      events.add(new ThinkingGrown(thought));
    }
    var signature = reasoning.path("signature").asString("");
    if (!signature.isEmpty()) {
      open(Open.THINKING, new ThinkingOpened());
      open = Open.SIGNED_THINKING;
      events.add(new Signed(Seal.seal(origin, signature)));
    }
  }

  private void input(String json) {
    boolean inTool = open == Open.TOOL || open == Open.TOOL_WITH_INPUT;
    if (!json.isEmpty() && inTool) {
      open = Open.TOOL_WITH_INPUT;
      events.add(new InputGrown(json));
    }
  }

  private void open(Open wanted, AnswerEvent opened) {
    if (open != wanted) {
      close();
      begin(Tokens.NONE);
      open = wanted;
      events.add(opened);
    }
  }

  private void close() {
    if (open == Open.TOOL) {
      events.add(new InputGrown("{}"));
    }
    if (open == Open.THINKING && !origin.equals(Seal.ANTHROPIC)) {
      events.add(new Signed(Seal.seal(origin, null))); // It is nobody else's.
    }
    if (open != Open.NOTHING) {
      events.add(new Closed());
    }
    open = Open.NOTHING;
  }

  private void finish() {
    if (stopReason == null) {
      fail("an answer that ends without a stopReason");
      return;
    }
    if (stopReason.startsWith("malformed_")) {
      fail("an answer that ends with " + stopReason);
      return;
    }
    begin(Tokens.NONE);
    close();
    over = true;
    var reason = reason(stopReason);
    var text = reason == StopReason.STOP_SEQUENCE ? sequence : null;
    events.add(
        usage == null
            ? new Ended(reason, text, null, null)
            : new Ended(reason, text, ConverseUsage.tokens(usage), usage));
  }

  private static StopReason reason(String word) {
    return switch (word) {
      case "tool_use" -> StopReason.TOOL_USE;
      case "max_tokens" -> StopReason.MAX_TOKENS;
      case "stop_sequence" -> StopReason.STOP_SEQUENCE;
      case "guardrail_intervened", "content_filtered", "refusal" -> StopReason.REFUSAL;
      case "model_context_window_exceeded" -> StopReason.CONTEXT_FULL;
      default -> StopReason.END_TURN;
    };
  }

  private void fail(String problem) {
    fail(new ProviderError(ProviderError.Kind.SERVER, problem));
  }

  private void fail(ProviderError error) {
    over = true;
    events.add(new Failed(error));
  }
}
