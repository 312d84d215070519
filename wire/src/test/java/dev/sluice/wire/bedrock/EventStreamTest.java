package dev.sluice.wire.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Event streams of AWS, cut anywhere and damaged everywhere.
final class EventStreamTest {

  private static final byte[] STREAM =
      Frames.concat(
          Frames.event("first", "{\"a\":1}"),
          Frames.event("second", ""),
          Frames.exception("throttlingException", "{\"message\":\"slower\"}"));

  private static List<String> told(List<Frame> frames) {
    var told = new ArrayList<String>();
    for (var frame : frames) {
      told.add(
          switch (frame) {
            case Frame.Event(var type, var payload) -> "event " + type + " " + text(payload);
            case Frame.Thrown(var type, var payload) -> "thrown " + type + " " + text(payload);
            case Frame.Failure(var code, var message) -> "failure " + code + " " + message;
            case Frame.Broken(var problem) -> "broken " + problem;
          });
    }
    return told;
  }

  private static String text(byte[] payload) {
    return new String(payload, StandardCharsets.UTF_8);
  }

  private static List<String> read(byte[] bytes) {
    var stream = new EventStream();
    var frames = new ArrayList<>(stream.read(bytes, 0, bytes.length));
    frames.addAll(stream.end());
    return told(frames);
  }

  @Test
  void tells_events_and_exceptions_apart() {
    assertThat(read(STREAM))
        .containsExactly(
            "event first {\"a\":1}",
            "event second ",
            "thrown throttlingException {\"message\":\"slower\"}");
  }

  @Test
  void tells_an_error_that_no_model_knows() {
    var error =
        Frames.headers(
            ":message-type", "error", ":error-code", "InternalError", ":error-message", "Oh");
    assertThat(read(Frames.frame(error, new byte[0]))).containsExactly("failure InternalError Oh");
  }

  @Test
  void reads_the_same_wherever_it_is_cut() {
    var whole = read(STREAM);
    for (int cut = 0; cut <= STREAM.length; cut++) {
      var stream = new EventStream();
      var frames = new ArrayList<>(stream.read(STREAM, 0, cut));
      frames.addAll(stream.read(STREAM, cut, STREAM.length - cut));
      frames.addAll(stream.end());
      assertThat(told(frames)).as("cut at %d", cut).isEqualTo(whole);
    }
  }

  @Test
  void reads_the_same_byte_by_byte() {
    var stream = new EventStream();
    var frames = new ArrayList<Frame>();
    for (int i = 0; i < STREAM.length; i++) {
      frames.addAll(stream.read(STREAM, i, 1));
    }
    assertThat(told(frames)).isEqualTo(read(STREAM));
  }

  @Test
  void a_stream_that_is_cut_inside_a_frame_is_told_as_such() {
    var first = Frames.event("first", "{}");
    for (int cut = 1; cut < first.length; cut++) {
      assertThat(read(Arrays.copyOf(first, cut)))
          .containsExactly("broken the stream ends at byte " + cut + " of a frame");
    }
    assertThat(read(new byte[0])).isEmpty();
  }

  @Test
  void no_byte_can_change_unnoticed() {
    var frame = Frames.event("first", "{\"a\":1}");
    for (int i = 0; i < frame.length; i++) {
      for (int bit = 0; bit < 8; bit++) {
        var damaged = frame.clone();
        damaged[i] ^= (byte) (1 << bit);
        assertThat(read(damaged)).as("byte %d", i).singleElement().asString().startsWith("broken");
      }
    }
  }

  @Test
  void skips_headers_of_every_other_type() {
    var headers = new ByteArrayOutputStream();
    int[] bytes = {0, 0, 1, 2, 4, 8, 2, -1, 8, 16};
    for (int type = 0; type < bytes.length; type++) {
      if (type != 7) {
        headers.writeBytes(new byte[] {1, (byte) ('a' + type), (byte) type});
        headers.writeBytes(new byte[bytes[type]]);
      }
    }
    headers.writeBytes(Frames.headers(":message-type", "event", ":event-type", "last"));
    assertThat(read(Frames.frame(headers.toByteArray(), new byte[0])))
        .containsExactly("event last ");
  }

  @Test
  void refuses_what_is_longer_than_a_frame_can_be_before_it_comes() {
    var prelude = ByteBuffer.allocate(12).putInt(EventStream.FRAME_BYTES_MAX + 1).putInt(0);
    prelude.putInt(Frames.checksum(prelude));
    assertThat(read(prelude.array()))
        .containsExactly("broken a frame of 25165825 bytes (expected: at most 25165824)");
    var headers = ByteBuffer.allocate(12).putInt(100).putInt(85);
    headers.putInt(Frames.checksum(headers));
    assertThat(read(headers.array()))
        .containsExactly("broken headers of 85 bytes in a frame of 100 bytes");
  }

  @Test
  void reads_nothing_behind_a_frame_that_is_broken() {
    var stream = new EventStream();
    var broken = Frames.frame(Frames.headers(":message-type", "event"), new byte[0]);
    broken[broken.length - 1]++;
    assertThat(stream.read(broken, 0, broken.length)).hasSize(1);
    assertThat(stream.read(STREAM, 0, STREAM.length)).isEmpty();
    assertThat(stream.end()).isEmpty();
  }

  @Test
  void never_throws_whatever_comes() {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    for (int round = 0; round < 20_000; round++) {
      var headers = new byte[random.nextInt(40)];
      random.nextBytes(headers);
      assertThat(read(Frames.frame(headers, new byte[0])))
          .as("seed %d, round %d", seed, round)
          .hasSize(1);
    }
  }
}
