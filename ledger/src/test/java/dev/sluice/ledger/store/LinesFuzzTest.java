package dev.sluice.ledger.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.testkit.fuzz.Frugal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.JacksonException;

/// A line of the log is read as it was written, or is damaged.
final class LinesFuzzTest {

  static Stream<byte[]> lines() {
    return Stream.of(
        """
        {"epoch":1,"sequence":7,"id":"1-0","time":"2026-11-29T08:00:00Z","kind":"settled",\
        "hold":"h","posted":{"nanoUsd":5,"tokens":2},"held":{"nanoUsd":-5},"unconfirmed":{},\
        "windows":[{"limit":"key:default/alice:Day.rolling","start":"2026-11-29T00:00:00Z",\
        "measure":"usd"}],"text":"exact"}"""
            .getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("lines")
  @FuzzTest
  void a_line_of_the_log_is_read_as_it_was_written_or_is_damaged(byte[] line) {
    Frugal.read(
        line,
        () -> {
          try {
            var event = EventJson.read(new String(line, StandardCharsets.UTF_8));
            var written = new String(EventJson.lines(List.of(event)), StandardCharsets.UTF_8);
            assertThat(EventJson.read(written.strip())).isEqualTo(event);
          } catch (JacksonException | IllegalArgumentException e) {
            assertThat(e.getMessage()).isNotEmpty();
          }
        });
  }
}
