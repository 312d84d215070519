package dev.sluice.testkit.answer;

import dev.sluice.testkit.script.SseFlavour;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import tools.jackson.databind.JsonNode;

/// One event as text/event-stream.
///
/// @param name of its `event` line; empty for a stream that has no such lines
public record SseEvent(String name, String data) implements Event {

  /// An event that is named as its `type` member.
  public static SseEvent typed(JsonNode data) {
    return new SseEvent(data.path("type").asString(), data.toString());
  }

  public static SseEvent unnamed(String data) {
    return new SseEvent("", data);
  }

  /// The same event after a comment, as services send that keep a connection alive.
  public Event after(String comment) {
    var before = (": " + comment + "\n\n").getBytes(StandardCharsets.UTF_8);
    return flavour -> joined(before, write(flavour));
  }

  /// Two events as one step.
  public Event then(Event next) {
    return flavour -> joined(write(flavour), next.write(flavour));
  }

  private static byte[] joined(byte[] first, byte[] second) {
    var both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  @Override
  public byte[] write(SseFlavour flavour) {
    var text =
        switch (flavour) {
          case PLAIN -> lines(": ", "\n");
          case CRLF -> lines(": ", "\r\n");
          case NO_SPACE -> lines(":", "\n");
          case COMMENTS -> ": data: {}\n" + lines(": ", "\n");
        };
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private String lines(String colon, String end) {
    var named = name.isEmpty() ? "" : "event" + colon + name + end;
    return named + "data" + colon + data + end + end;
  }
}
