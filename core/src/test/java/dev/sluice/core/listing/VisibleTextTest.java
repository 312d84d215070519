package dev.sluice.core.listing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// What a terminal is shown of text that others wrote.
class VisibleTextTest {

  @Test
  void what_steers_a_terminal_becomes_visible() {
    assertThat(VisibleText.line("a\u001b[2Jb\u009b1mc\rd\u0007"))
        .isEqualTo("a\\u001b[2Jb\\u009b1mc\\u000dd\\u0007");
  }

  @Test
  void what_turns_or_hides_text_becomes_visible() {
    assertThat(VisibleText.line("a\u202eb\u2066c\u200bd\ufeff"))
        .isEqualTo("a\\u202eb\\u2066c\\u200bd\\ufeff");
    assertThat(VisibleText.line("a" + Character.toString(0xE0041) + Character.toString(0xE0100)))
        .isEqualTo("a\\udb40\\udc41\\udb40\\udd00");
    assertThat(VisibleText.line("\ud800")).isEqualTo("\\ud800");
  }

  @Test
  void a_line_break_stays_between_lines_only() {
    assertThat(VisibleText.lines("a\nb\u2028c")).isEqualTo("a\nb\\u2028c");
    assertThat(VisibleText.line("a\nb")).isEqualTo("a\\u000ab");
  }

  @Test
  void text_that_people_write_stays() {
    var text = "Größe 漢字 \uD83D\uDE00 → \"x\" \\u";
    assertThat(VisibleText.lines(text)).isEqualTo(text);
  }
}
