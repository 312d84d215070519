package dev.sluice.ledger.books;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.testkit.fuzz.Frugal;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// An event out of Redis is read, or is none.
final class PackedFuzzTest {

  static Stream<byte[]> events() {
    return Stream.of(
        event("open", "key:default/alice:Day.rolling", 0),
        event("settled", "key:default/alice:tokens:Month.UTC", 1));
  }

  private static byte[] event(String kind, String limit, int measure) {
    var out = new ByteArrayOutputStream();
    word(out, kind);
    numbers(out, 1, 7, 1_800_000_000_000L);
    word(out, "hold-1");
    numbers(out, 1, 2, 3, 4, 0, 0, 0, 0, -1, -2, 0, 0);
    word(out, "a note");
    word(out, limit);
    numbers(out, 1_800_000_000_000L);
    out.write(measure);
    return out.toByteArray();
  }

  private static void word(ByteArrayOutputStream out, String word) {
    out.writeBytes(word.getBytes(StandardCharsets.UTF_8));
    out.write(0);
  }

  private static void numbers(ByteArrayOutputStream out, long... numbers) {
    for (long number : numbers) {
      out.writeBytes(
          ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putDouble(number).array());
    }
  }

  @MethodSource("events")
  @FuzzTest
  void an_event_is_read_or_is_none(byte[] packed) {
    Frugal.read(
        packed,
        () -> {
          try {
            var event = BookEvent.read("1-0", packed);
            assertThat(event.slots()).hasSizeLessThan(packed.length);
            event.slots().forEach(slot -> assertThat(slot.window().measure()).isNotNull());
          } catch (IllegalArgumentException | BufferUnderflowException e) {
            assertThat(e).isNotInstanceOf(NumberFormatException.class);
          }
        });
  }
}
