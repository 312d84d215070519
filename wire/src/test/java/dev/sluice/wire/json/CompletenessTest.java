package dev.sluice.wire.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CompletenessTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        " {\"a\":[1,{\"b\":\"}]\"}]}",
        "{\"a\":\"\\\"}\"}",
        "{\"a\":\"\\\\\"}",
        "{\"é\":\"漢\\n\",\"b\":null}"
      })
  void a_document_is_complete_with_its_last_byte_and_not_before(String json) {
    var bytes = json.getBytes(StandardCharsets.UTF_8);
    var seen = new Completeness();
    for (int i = 0; i < bytes.length; i++) {
      assertThat(seen.isComplete()).as("%d bytes of %s", i, json).isFalse();
      seen.see(bytes, i, 1);
    }
    assertThat(seen.isComplete()).isTrue();
    seen.see(new byte[] {'\n', ' '}, 0, 2);
    assertThat(seen.isComplete()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "{\"a\":1", "{\"a\":\"}", "[[]", "{\"a\":\"\\"})
  void what_was_opened_must_be_closed(String json) {
    var bytes = json.getBytes(StandardCharsets.UTF_8);
    var seen = new Completeness();
    seen.see(bytes, 0, bytes.length);
    assertThat(seen.isComplete()).isFalse();
  }
}
