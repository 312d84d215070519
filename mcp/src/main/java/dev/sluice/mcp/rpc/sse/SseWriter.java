package dev.sluice.mcp.rpc.sse;

import java.nio.charset.StandardCharsets;

/// Writes events as they are on the wire.
public final class SseWriter {

  private SseWriter() {}

  public static byte[] bytes(SseEvent event) {
    var text = new StringBuilder();
    if (!event.type().equals(SseEvent.MESSAGE)) {
      text.append("event: ").append(oneLine(event.type())).append('\n');
    }
    event.id().ifPresent(id -> text.append("id: ").append(oneLine(id)).append('\n'));
    event.retry().ifPresent(retry -> text.append("retry: ").append(retry.toMillis()).append('\n'));
    event.data().lines().forEach(line -> text.append("data: ").append(line).append('\n'));
    if (event.data().isEmpty()) {
      text.append("data:\n");
    }
    return text.append('\n').toString().getBytes(StandardCharsets.UTF_8);
  }

  /// A line that keeps a quiet stream open, and says nothing.
  public static byte[] keepAlive() {
    return ": keep-alive\n\n".getBytes(StandardCharsets.US_ASCII);
  }

  private static String oneLine(String text) {
    if (text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0 || text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("an id or a type of several lines (expected: one line)");
    }
    return text;
  }
}
