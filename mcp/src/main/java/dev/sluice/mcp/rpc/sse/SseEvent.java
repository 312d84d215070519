package dev.sluice.mcp.rpc.sse;

import java.time.Duration;
import java.util.Optional;

/// One event of a stream.
///
/// @param id of this event itself, where it has one
/// @param type "message" where the event names none
/// @param data its lines, with line feeds between them
/// @param retry how long to wait before the stream is asked for again
public record SseEvent(Optional<String> id, String type, String data, Optional<Duration> retry) {

  public static final String MESSAGE = "message";

  public static SseEvent message(String data) {
    return new SseEvent(Optional.empty(), MESSAGE, data, Optional.empty());
  }

  public SseEvent withId(String value) {
    return new SseEvent(Optional.of(value), type, data, retry);
  }
}
