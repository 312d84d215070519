package dev.sluice.mcp.rpc.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.mcp.rpc.MalformedMessageException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SseReaderTest {

  /// Hands out at most so many bytes at a time.
  private static InputStream dripping(byte[] bytes, int step) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public synchronized int read(byte[] target, int offset, int length) {
        return super.read(target, offset, Math.min(length, step));
      }
    };
  }

  private static List<SseEvent> events(String text, int step) throws IOException {
    var reader = new SseReader(dripping(text.getBytes(StandardCharsets.UTF_8), step), 1000);
    var events = new ArrayList<SseEvent>();
    for (var event = reader.next(); event.isPresent(); event = reader.next()) {
      events.add(event.get());
    }
    return events;
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "\r"})
  void reads_events_with_each_line_end_however_they_are_cut(String end) throws IOException {
    var text =
        "\ufeff: comment\nid: 7\nevent: message\ndata: grüße\ndata:\ndata:  two\n\n"
            + "event: endpoint\ndata:/messages\n\nid: 8\nretry: 250\ndata\n\nunknown: x\n\n";
    for (var step = 1; step < 40; step++) {
      assertThat(events(text.replace("\n", end), step))
          .containsExactly(
              new SseEvent(Optional.of("7"), "message", "grüße\n\n two", Optional.empty()),
              new SseEvent(Optional.empty(), "endpoint", "/messages", Optional.empty()),
              new SseEvent(Optional.of("8"), "message", "", Optional.of(Duration.ofMillis(250))));
    }
  }

  @Test
  void an_event_without_its_end_is_none() throws IOException {
    var whole = "id: 1\ndata: {}\n\n";
    for (var bytes = 0; bytes < whole.length(); bytes++) {
      assertThat(events(whole.substring(0, bytes), 3)).isEmpty();
    }
    assertThat(events(whole, 3)).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"data: ", ": ", ""})
  void stops_at_an_event_that_is_too_large(String start) {
    var line = start + "x".repeat(600) + "\n";
    var endless = start.equals(": ") ? start + "x".repeat(2000) : line.repeat(3);
    assertThatThrownBy(() -> events(endless, 100)).isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void reads_what_it_writes() throws IOException {
    var event =
        new SseEvent(
            Optional.of("a/1"), "endpoint", "one\ntwo", Optional.of(Duration.ofSeconds(1)));
    var text = new String(SseWriter.bytes(event), StandardCharsets.UTF_8);
    var alive = new String(SseWriter.keepAlive(), StandardCharsets.UTF_8);
    assertThat(events(alive + text, 5)).containsExactly(event);
    assertThatThrownBy(() -> SseWriter.bytes(SseEvent.message("x").withId("a\nb")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
