package dev.sluice.wire.anthropic.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.RecordedTraffic;
import dev.sluice.wire.anthropic.MalformedBodyException;
import dev.sluice.wire.conversation.Conversation;
import dev.sluice.wire.translate.UntranslatableException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Bodies with random damage: what comes of them is a conversation or one of two exceptions, and an
/// edit of good JSON is good JSON.
final class DamagedBodiesTest {

  private static final int BODIES = 12_000;
  private static final String[] PIECES = {
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "\\ud83d",
    "\\ude00",
    "null",
    "true",
    "-1",
    "1e999",
    "1e99999999999",
    "{}",
    "[]",
    "\"\"",
    "\"x\"",
    "\"type\":\"tool_use\"",
    "\"type\":7",
    "\"signature\":\"sluice.\"",
    "\"content\":",
    "\"text\":null",
    "\"role\":\"system\"",
    "\"cache_control\":{\"ttl\":1}",
    "\u0000",
  };

  private final JsonMapper parser = JsonMapper.shared();

  @Test
  void nothing_but_the_two_exceptions_comes_of_a_damaged_body() {
    long seed = Long.getLong("sluice.seed", 20261129L);
    System.out.println("seed " + seed);
    var random = new Random(seed);
    var bodies = bodies();
    int readBodies = 0;
    for (int i = 0; i < BODIES; i++) {
      var body = damaged(bodies.get(i % bodies.size()), random);
      readBodies += read(body) == null ? 0 : 1;
      edit(body);
    }
    assertThat(readBodies).as("bodies that were read").isBetween(BODIES / 20, BODIES * 19 / 20);
  }

  /// Those that are short enough to be hit where it hurts.
  private static List<byte[]> bodies() {
    var bodies = new ArrayList<byte[]>();
    for (var name : List.of("02-tool-turn-p-2.1.329", "10-aux-title-2.1.197")) {
      bodies.add(RecordedTraffic.request(name).http().body());
    }
    bodies.add(RecordedTraffic.request("12-websearch-side-2.1.329").http().body());
    for (var folder : List.of("read", "edit")) {
      Golden.inputs(folder).stream().map(Golden::bytes).forEach(bodies::add);
    }
    return bodies;
  }

  private static byte[] damaged(byte[] body, Random random) {
    // One byte a character, so that the damage can be to a part of a character too.
    var text = new StringBuilder(new String(body, StandardCharsets.ISO_8859_1));
    for (int edits = random.nextInt(4); edits > 0; edits--) {
      int at = random.nextInt(text.length());
      int end = Math.min(at + random.nextInt(12), text.length());
      text.replace(at, end, PIECES[random.nextInt(PIECES.length)]);
    }
    if (random.nextInt(3) == 0) {
      swapValue(text, random);
    }
    if (random.nextInt(10) == 0) {
      text.setLength(random.nextInt(text.length()));
    }
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  /// Another value where one began: JSON still, mostly.
  private static void swapValue(StringBuilder text, Random random) {
    int colon = text.indexOf(":", random.nextInt(text.length()));
    int end = colon < 0 ? -1 : text.indexOf(",", colon);
    if (end > 0) {
      var values = List.of("null", "7", "\"x\"", "{}", "[]", "[{}]", "true", "\"\\ud800\"");
      text.replace(colon + 1, end, values.get(random.nextInt(values.size())));
    }
  }

  private @Nullable Conversation read(byte[] body) {
    try {
      var read = MessagesReader.read(body, 0, body.length);
      // What was read can be written: translators need not look at it again.
      parser.writeValueAsBytes(read);
      return read;
    } catch (MalformedBodyException | UntranslatableException e) {
      assertThat(e.getMessage()).contains("(expected: ");
      return null;
    }
  }

  private void edit(byte[] body) {
    for (var frame : CloudFrame.values()) {
      byte[] edited;
      try {
        edited = MessagesEdit.edit(frame, List.of(), body, 0, body.length).body();
      } catch (MalformedBodyException _) {
        continue;
      }
      if (isObject(body)) {
        assertThat(isObject(edited)).as(new String(body, StandardCharsets.UTF_8)).isTrue();
      }
    }
  }

  private boolean isObject(byte[] json) {
    try {
      return parser.readTree(json).isObject();
    } catch (JacksonException _) {
      return false;
    }
  }

  @Test
  void a_body_that_is_cut_anywhere_is_malformed() {
    var body = Golden.bytes(Path.of("src/test/resources/message/edit/thoughts.json"));
    int end = new String(body, StandardCharsets.UTF_8).stripTrailing().length();
    for (int length = 0; length < end; length++) {
      assertThat(read(Arrays.copyOf(body, length))).as("%d bytes", length).isNull();
    }
    assertThat(read(body)).isNotNull();
  }
}
