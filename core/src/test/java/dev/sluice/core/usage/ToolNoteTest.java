package dev.sluice.core.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.money.NanoUsd;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ToolNoteTest {

  private static ToolNote note(String tool) {
    return new ToolNote(
        "policy-1",
        "req-1",
        "alice",
        null,
        "payments",
        "s1",
        "tools/call",
        tool,
        "notes",
        "sha256:1",
        null,
        42);
  }

  @Test
  void tells_all_that_it_was_given() {
    assertThat(ToolNote.parse(note("echo").text())).contains(note("echo"));
  }

  @Test
  void a_line_end_in_a_name_begins_no_field() {
    assertThat(ToolNote.parse(note("ec\nho\0").text())).contains(note("ec ho "));
  }

  @Test
  void tells_a_message_that_is_no_call_of_a_tool() {
    var reading =
        new ToolNote(
            "policy-1",
            "req-1",
            "alice",
            null,
            null,
            null,
            "resources/read",
            "file:///notes",
            "notes",
            null,
            null,
            42);
    assertThat(ToolNote.parse(reading.text())).contains(reading);
    var unknown =
        new ToolNote(
            "policy-1",
            "req-1",
            "alice",
            null,
            null,
            null,
            "acme/do",
            null,
            "notes",
            null,
            null,
            1);
    assertThat(ToolNote.parse(unknown.text())).contains(unknown);
  }

  @Test
  void tells_a_call_of_a_tool_of_the_gateway_itself() {
    var own =
        new ToolNote(
            "policy-1",
            "req-1",
            "alice",
            null,
            null,
            null,
            "tools/call",
            "run_code",
            null,
            null,
            "toolu_1",
            9);
    assertThat(ToolNote.parse(own.text())).contains(own);
    assertThat(own.unconfirmed(Instant.EPOCH, NanoUsd.ZERO).kind())
        .isEqualTo(ToolRecord.Kind.META_TOOL);
  }

  @Test
  void the_note_of_an_exchange_is_none() {
    assertThat(ToolNote.parse("prices-1\nreq-1\nalice")).isEmpty();
    assertThat(ToolNote.parse("")).isEmpty();
    assertThat(ToolNote.parse("tool:1\nreq-1")).isEmpty();
  }
}
