package dev.sluice.extproc.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.usage.ToolNote;
import dev.sluice.extproc.decode.Client;
import org.junit.jupiter.api.Test;

class HoldNoteTest {

  private static HoldNote note(String owner, Client client) {
    return new HoldNote(
        "prices-1",
        "request-1",
        "alice",
        owner,
        null,
        client,
        "sonnet",
        "claude-sonnet-5",
        "p",
        "7f",
        "main");
  }

  @Test
  void says_what_it_was_told() {
    var client = new Client("session-1", null, "agent-0", "2.1.329");
    var note = note("alice@example.com", client);
    assertThat(HoldNote.parse(note.text(), "request-1.tight")).isEqualTo(note);
  }

  @Test
  void a_name_with_a_line_break_does_not_move_the_others() {
    var note = HoldNote.parse(note("a\nb\0c", Client.UNKNOWN).text(), "request-1");
    assertThat(note).isEqualTo(note("a b c", Client.UNKNOWN));
  }

  @Test
  void one_of_an_older_build_has_the_price_version_alone() {
    var note = HoldNote.parse("prices-1", "request-1.2");
    assertThat(note.priceVersion()).isEqualTo("prices-1");
    assertThat(note.requestId()).isEqualTo("request-1.2");
    assertThat(note.key()).isEqualTo("unknown");
    assertThat(note.client()).isEqualTo(Client.UNKNOWN);
  }

  @Test
  void the_note_of_a_call_of_a_tool_says_whose_it_was_to_a_build_that_knows_no_tools() {
    var tool =
        new ToolNote(
            "policy-1",
            "req-1",
            "alice",
            "a",
            "b",
            "s",
            "tools/call",
            "echo",
            "notes",
            "d",
            "t",
            1);
    var note = HoldNote.parse(tool.text(), "tool:1");
    assertThat(note.requestId()).isEqualTo("req-1");
    assertThat(note.key()).isEqualTo("alice");
    assertThat(note.modelServed()).isEqualTo("echo");
    assertThat(note.provider()).isEqualTo("notes");
    assertThat(note.account()).isNull();
  }
}
