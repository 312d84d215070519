package dev.sluice.extproc.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.usage.RawUsage;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

final class RawUsageReaderTest {

  private static final JsonMapper JSON = JsonMapper.shared();

  private static void assertKept(String told, String kept) {
    assertThat(RawUsageReader.read(JSON.readTree(told))).isEqualTo(new RawUsage.Told(kept));
  }

  @Test
  void keeps_numbers_and_words_wherever_they_are() {
    var told =
        """
        {"a":1,"b":{"c":0.5,"d":[{"modality":"TEXT","n":2}]},"tier":"standard","x":true}""";
    assertKept(told, told);
  }

  @Test
  void keeps_no_text() {
    assertKept(
        """
        {"a":1,"note":"what a user said","b":{"c":"two words","d":["x y",3]},"what a user said":2,\
        "e":null,"long":"%s"}"""
            .formatted("x".repeat(65)),
        "{\"a\":1,\"b\":{\"d\":[3]}}");
  }

  @Test
  void numbers_stay_as_they_are_and_what_is_none_is_still_json() {
    assertKept(
        """
        {"a":123456789012345678901234567890,"b":-0.5,"c":1e400,"d":[],"e":{}}""",
        """
        {"a":123456789012345678901234567890,"b":-0.5,"c":"Infinity","d":[],"e":{}}""");
  }

  @Test
  void what_is_too_long_is_left_out_and_its_length_is_told() {
    var object = JSON.createObjectNode();
    for (int i = 0; i < 300; i++) {
      object.put("count" + i, i);
    }
    long bytes = JSON.writeValueAsBytes(object).length;
    assertThat(RawUsageReader.read(object)).isEqualTo(new RawUsage.LeftOut(bytes));
  }

  @Test
  void nothing_told_is_nothing() {
    assertThat(RawUsageReader.read(null)).isNull();
    assertThat(RawUsageReader.read(JSON.readTree("7"))).isNull();
  }
}
