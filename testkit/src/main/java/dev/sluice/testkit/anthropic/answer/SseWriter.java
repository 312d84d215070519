package dev.sluice.testkit.anthropic.answer;

import dev.sluice.testkit.anthropic.script.SseFlavour;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.node.ObjectNode;

/// One event as text/event-stream.
public final class SseWriter {

  private SseWriter() {}

  public static byte[] write(ObjectNode event, SseFlavour flavour) {
    var type = event.path("type").asString();
    var text =
        switch (flavour) {
          case PLAIN -> "event: " + type + "\ndata: " + event + "\n\n";
          case CRLF -> "event: " + type + "\r\ndata: " + event + "\r\n\r\n";
          case NO_SPACE -> "event:" + type + "\ndata:" + event + "\n\n";
          case COMMENTS -> ": data: {}\nevent: " + type + "\ndata: " + event + "\n\n";
        };
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
