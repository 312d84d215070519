package dev.sluice.wire.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WellFormedTest {

  private static byte[] bytes(String json) {
    return json.getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      textBlock =
          """
          "\\ud83d",             "\\ufffd"
          "\\uDE00x",            "\\ufffdx"
          "\\ud83d\\ud83d\\ude00", "\\ufffd\\ud83d\\ude00"
          "\\ud83d\\n",          "\\ufffd\\n"
          "\\ud83d\\\\ude00",    "\\ufffd\\\\ude00"
          """)
  void mends_halves_of_characters(String json, String mended) {
    var all = bytes("ab" + json + "c");
    var result = WellFormed.json(all, 2, all.length - 3);
    assertThat(result).isNotNull().asString(StandardCharsets.UTF_8).isEqualTo(mended);
    assertThat(all).isEqualTo(bytes("ab" + json + "c"));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      textBlock =
          """
          "\\ud83d\\ude00"
          "\\\\ud83d and \\u00e9"
          "\\ud8"
          "\\ud8zz"
          "\\
          "íí퟿"
          """)
  void leaves_all_else(String json) {
    assertThat(WellFormed.json(bytes(json), 0, bytes(json).length)).isNull();
  }

  @Test
  void mends_a_half_in_three_bytes() {
    byte[] json = {'"', (byte) 0xED, (byte) 0xA0, (byte) 0xBD, '"'};
    assertThat(WellFormed.json(json, 0, json.length))
        .isNotNull()
        .asString(StandardCharsets.UTF_8)
        .isEqualTo("\"\uFFFD\"");
  }

  @Test
  void mends_texts() {
    assertThat(WellFormed.text("a\ud83db\ud83d\ude00\ude00"))
        .isEqualTo("a\uFFFDb\ud83d\ude00\uFFFD");
    assertThat(WellFormed.text("plain")).isEqualTo("plain");
  }
}
