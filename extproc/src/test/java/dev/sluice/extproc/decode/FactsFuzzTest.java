package dev.sluice.extproc.decode;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.extproc.exchange.HoldNote;
import dev.sluice.testkit.fuzz.Frugal;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// What the script inside Envoy and the ledger hand back: of bodies, and of other builds.
final class FactsFuzzTest {

  static Stream<byte[]> facts() {
    return Stream.of("120,10,15,1024,40,4,1,0,0,claude-opus-5-5", "1,2,3,0,0,0,0,31999,1,a,b")
        .map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  static Stream<byte[]> notes() {
    return Stream.of("7\nreq_1\ndefault/alice\n\n\ns1\n\n\n2.1.329\nclaude\nclaude\nanthropic\nm")
        .map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("facts")
  @FuzzTest
  void facts_are_read_as_they_are_written_or_are_none(byte[] bytes) {
    Frugal.read(
        bytes,
        () -> {
          try {
            var read = FactsHeader.read(new String(bytes, StandardCharsets.UTF_8));
            assertThat(FactsHeader.read(FactsHeader.write(read))).isEqualTo(read);
          } catch (IllegalStateException | IllegalArgumentException e) {
            assertThat(e.getMessage()).isNotEmpty();
          }
        });
  }

  @MethodSource("notes")
  @FuzzTest
  void any_note_is_one(byte[] bytes) {
    Frugal.read(
        bytes,
        () -> {
          var note = HoldNote.parse(new String(bytes, StandardCharsets.UTF_8), "hold-1");
          assertThat(HoldNote.parse(note.text(), "hold-1").text()).isEqualTo(note.text());
        });
  }
}
