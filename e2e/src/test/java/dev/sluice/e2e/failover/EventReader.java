package dev.sluice.e2e.failover;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Reads a stream of the Messages API, and fails where an event is not as it must be: one start,
/// blocks in their order, each delta in its block, an end, and nothing after it. A stream may end
/// anywhere.
final class EventReader {

  private static final Map<String, String> BLOCK_OF_DELTA =
      Map.of(
          "text_delta", "text",
          "thinking_delta", "thinking",
          "signature_delta", "thinking",
          "input_json_delta", "tool_use");

  private final List<ObjectNode> blocks = new ArrayList<>();
  private final String stream;
  private @Nullable ObjectNode open;
  private final StringBuilder input = new StringBuilder();
  private @Nullable String stopReason;
  private boolean started;
  private boolean ended;

  private EventReader(String stream) {
    this.stream = stream;
  }

  /// @param stream all of it, or what came of it
  static Told read(String stream) {
    var reader = new EventReader(stream);
    var events = stream.split("\n\n", -1);
    // What follows the last empty line is an event that was cut.
    for (int i = 0; i < events.length - 1; i++) {
      reader.event(events[i]);
    }
    return reader.told();
  }

  private Told told() {
    return ended && stopReason != null
        ? new Told.Message(blocks, stopReason)
        : new Told.Broken(blocks);
  }

  private void event(String text) {
    var lines = text.split("\n", -1);
    assertThat(lines).as("an event of%n%s", stream).hasSize(2);
    assertThat(lines[0]).as(stream).startsWith("event: ");
    assertThat(lines[1]).as(stream).startsWith("data: ");
    var data = JsonMapper.shared().readTree(lines[1].substring("data: ".length()));
    var type = lines[0].substring("event: ".length());
    assertThat(data.path("type").asString()).as(stream).isEqualTo(type);
    assertThat(ended).as("ended before %s in%n%s", text, stream).isFalse();
    if (type.equals("ping")) {
      return;
    }
    assertThat(started).as("started before %s in%n%s", text, stream).isNotEqualTo(isFirst(type));
    switch (type) {
      case "message_start" -> started = true;
      case "content_block_start" -> start(data);
      case "content_block_delta" -> delta(data.path("delta"), data.path("index").asInt());
      case "content_block_stop" -> stop(data.path("index").asInt());
      case "message_delta" -> end(data.path("delta"));
      case "message_stop" -> ended = true;
      case "error" -> fail();
      default -> throw new AssertionError("event: " + type + "\n" + stream);
    }
  }

  /// An error may come in the place of everything.
  private boolean isFirst(String type) {
    return type.equals("message_start") || type.equals("error") && !started;
  }

  private void start(JsonNode data) {
    assertThat(open).as("an open block in%n%s", stream).isNull();
    assertThat(stopReason).as("no block after the end in%n%s", stream).isNull();
    assertThat(data.path("index").asInt()).as(stream).isEqualTo(blocks.size());
    open = (ObjectNode) data.path("content_block");
    input.setLength(0);
  }

  private void delta(JsonNode delta, int index) {
    var block = opened(index);
    var type = delta.path("type").asString();
    assertThat(block.path("type").asString()).as(stream).isEqualTo(BLOCK_OF_DELTA.get(type));
    switch (type) {
      case "text_delta" -> append(block, "text", delta);
      case "thinking_delta" -> append(block, "thinking", delta);
      case "signature_delta" -> append(block, "signature", delta);
      default -> input.append(delta.path("partial_json").asString());
    }
  }

  private static void append(ObjectNode block, String member, JsonNode delta) {
    block.put(member, block.path(member).asString("") + delta.path(member).asString());
  }

  private ObjectNode opened(int index) {
    var block = open;
    assertThat(block).as("an open block in%n%s", stream).isNotNull();
    assertThat(index).as(stream).isEqualTo(blocks.size());
    return block;
  }

  private void stop(int index) {
    var block = opened(index);
    if (block.path("type").asString().equals("tool_use")) {
      block.set("input", JsonMapper.shared().readTree(input.isEmpty() ? "{}" : input.toString()));
    }
    blocks.add(block);
    open = null;
  }

  private void fail() {
    ended = true;
    stopReason = null;
  }

  private void end(JsonNode delta) {
    assertThat(open).as("an open block in%n%s", stream).isNull();
    stopReason = delta.path("stop_reason").asString();
  }
}
