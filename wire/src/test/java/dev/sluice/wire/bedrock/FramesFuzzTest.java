package dev.sluice.wire.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.testkit.fuzz.Frugal;
import dev.sluice.wire.fuzz.Reading;
import dev.sluice.wire.translate.Outgoing.Expected;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever AWS sends: frames of any bytes, and frames that are right around what is not.
final class FramesFuzzTest {

  /// Lines of a type and a payload, each of which becomes a frame; `!` begins an exception's type.
  static Stream<byte[]> frames() {
    try (var files = Files.list(Path.of("src/test/resources/fuzz/converse"))) {
      return files.sorted().map(FramesFuzzTest::bytes).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @MethodSource("frames")
  @FuzzTest
  void an_answer_of_converse_has_an_order_and_an_end(byte[] bytes) {
    for (var family : Family.values()) {
      var translator = new ConverseTranslator(family);
      read(bytes, translator, new Expected(false, Map.of()));
      read(framed(bytes), translator, new Expected(true, Map.of("fit", "a fit tool")));
    }
  }

  private static void read(byte[] bytes, ConverseTranslator translator, Expected expected) {
    Frugal.read(bytes, () -> Reading.everyWay(() -> translator.answer(expected), bytes));
  }

  @MethodSource("frames")
  @FuzzTest
  void an_answer_of_invoke_model_is_the_same_wherever_it_is_cut(byte[] bytes) {
    var frames = framed(bytes);
    Frugal.read(
        frames, () -> assertThat(invoked(frames, 7)).isEqualTo(invoked(frames, frames.length)));
  }

  @FuzzTest
  void any_bytes_are_frames_or_broken(byte[] bytes) {
    Frugal.read(
        bytes,
        () -> {
          var stream = new EventStream();
          stream.read(bytes, 0, bytes.length);
          stream.end();
          assertThat(invoked(bytes, 1)).isEqualTo(invoked(bytes, Math.max(1, bytes.length)));
        });
  }

  private static byte[] invoked(byte[] frames, int partBytes) {
    var decoder = new InvokeDecoder();
    var out = new ByteArrayOutputStream();
    for (int at = 0; at < frames.length; at += partBytes) {
      out.writeBytes(decoder.read(frames, at, Math.min(partBytes, frames.length - at)));
    }
    out.writeBytes(decoder.end());
    return out.toByteArray();
  }

  private static byte[] framed(byte[] bytes) {
    var out = new ByteArrayOutputStream();
    // One byte a character, so that a payload can be broken in the middle of one.
    for (var line : new String(bytes, StandardCharsets.ISO_8859_1).split("\n", -1)) {
      int space = line.indexOf(' ');
      var type = space < 0 ? "" : line.substring(0, Math.min(space, 100));
      var payload = line.substring(space + 1);
      if (type.isEmpty()) {
        out.writeBytes(Frames.chunk(payload));
      } else if (type.startsWith("!")) {
        out.writeBytes(exception(type.substring(1), payload));
      } else {
        out.writeBytes(event(type, payload));
      }
    }
    return out.toByteArray();
  }

  private static byte[] event(String type, String payload) {
    return Frames.frame(
        Frames.headers(":message-type", "event", ":event-type", type), latin(payload));
  }

  private static byte[] exception(String type, String payload) {
    return Frames.frame(
        Frames.headers(":message-type", "exception", ":exception-type", type), latin(payload));
  }

  private static byte[] latin(String payload) {
    return payload.getBytes(StandardCharsets.ISO_8859_1);
  }
}
