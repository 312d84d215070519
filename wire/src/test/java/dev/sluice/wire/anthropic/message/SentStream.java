package dev.sluice.wire.anthropic.message;

import dev.sluice.core.price.Tokens;
import dev.sluice.wire.anthropic.UsageMerge;
import dev.sluice.wire.translate.AnswerEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A stream as a client takes it apart: events of the form that Anthropic writes, and no other.
record SentStream(List<Sent> events) {

  record Sent(String name, String json) {
    JsonNode data() {
      return JsonMapper.shared().readTree(json);
    }
  }

  static SentStream of(byte[] stream) {
    var events = new ArrayList<Sent>();
    var text = new String(stream, StandardCharsets.UTF_8);
    if (!text.endsWith("\n\n")) {
      throw new AssertionError("the last event is not whole");
    }
    for (var event : text.substring(0, text.length() - 2).split("\n\n")) {
      var lines = event.split("\n");
      if (lines.length != 2 || !lines[0].startsWith("event: ") || !lines[1].startsWith("data: {")) {
        throw new AssertionError("not an event: " + event);
      }
      events.add(new Sent(lines[0].substring(7), lines[1].substring(6)));
    }
    return new SentStream(events);
  }

  /// What the gateway's meter makes of it.
  UsageMerge usage() {
    var merge = new UsageMerge();
    for (var event : events) {
      switch (event.name()) {
        case "message_start" -> merge.start(event.json());
        case "message_delta" -> merge.delta(event.json());
        case "message_stop" -> merge.stopped();
        default -> {
          // It has no usage.
        }
      }
    }
    return merge;
  }

  /// What was said, in no provider's words; pings say nothing.
  List<AnswerEvent> read() {
    var read = new ArrayList<AnswerEvent>();
    var tokens = Tokens.NONE;
    for (var event : events) {
      var data = event.data();
      if (!data.path("type").stringValue().equals(event.name())) {
        throw new AssertionError(event.name() + " is of another type: " + event.json());
      }
      switch (event.name()) {
        case "ping", "message_stop" -> {
          // Nothing more is said.
        }
        case "message_start" -> {
          var message = data.path("message");
          tokens = new UsageMerge().start(event.json()).tokens();
          read.add(
              new AnswerEvent.Begun(
                  message.path("id").stringValue(), message.path("model").stringValue(), tokens));
        }
        case "content_block_start" -> read.add(opened(data.path("content_block")));
        case "content_block_delta" -> read.add(grown(data.path("delta")));
        case "content_block_stop" -> read.add(new AnswerEvent.Closed());
        case "message_delta" -> read.add(ended(data));
        default -> throw new AssertionError("unknown: " + event);
      }
    }
    return read;
  }

  private AnswerEvent ended(JsonNode data) {
    var delta = data.path("delta");
    var reason = delta.path("stop_reason").stringValue().toUpperCase(Locale.ROOT);
    return new AnswerEvent.Ended(
        AnswerEvent.StopReason.valueOf(
            reason.equals("MODEL_CONTEXT_WINDOW_EXCEEDED") ? "CONTEXT_FULL" : reason),
        delta.path("stop_sequence").stringValue(null),
        usage().tokens(),
        null);
  }

  private static AnswerEvent opened(JsonNode block) {
    return switch (block.path("type").stringValue()) {
      case "text" -> new AnswerEvent.TextOpened();
      case "thinking" -> new AnswerEvent.ThinkingOpened();
      case "tool_use" ->
          new AnswerEvent.ToolUseOpened(
              block.path("id").stringValue(), block.path("name").stringValue());
      case "redacted_thinking" ->
          new AnswerEvent.SealedThinkingOpened(block.path("data").stringValue());
      default -> throw new AssertionError("unknown: " + block);
    };
  }

  private static AnswerEvent grown(JsonNode delta) {
    return switch (delta.path("type").stringValue()) {
      case "text_delta" -> new AnswerEvent.TextGrown(delta.path("text").stringValue());
      case "thinking_delta" -> new AnswerEvent.ThinkingGrown(delta.path("thinking").stringValue());
      case "signature_delta" -> new AnswerEvent.Signed(delta.path("signature").stringValue());
      case "input_json_delta" ->
          new AnswerEvent.InputGrown(delta.path("partial_json").stringValue());
      default -> throw new AssertionError("unknown: " + delta);
    };
  }
}
