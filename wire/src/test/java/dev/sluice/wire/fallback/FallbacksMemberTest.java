package dev.sluice.wire.fallback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.wire.anthropic.MalformedBodyException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FallbacksMemberTest {

  private static FallbacksMember take(String body) {
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    var padded = new byte[bytes.length + 7];
    System.arraycopy(bytes, 0, padded, 3, bytes.length);
    return FallbacksMember.take(padded, 3, bytes.length);
  }

  private static String rest(String body) {
    return new String(take(body).rest(), StandardCharsets.UTF_8);
  }

  private static List<String> names(String value) {
    return take("{\"fallbacks\":" + value + "}").names();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{`fallbacks`:[]}|{}",
        "{ `fallbacks` : [`a`] , `x`:1 }|{ `x`:1 }",
        "{`x`: 1 , `fallbacks`:[`a`]}|{`x`: 1}",
        "{`x`:1, `fallbacks` : [ `a` ] ,\t`y`:{`fallbacks`:[2]} }"
            + "|{`x`:1 ,\t`y`:{`fallbacks`:[2]} }",
        "{`x`:`\u00fc`,`fall\\u0062acks`:null,`y`:2}|{`x`:`\u00fc`,`y`:2}",
      })
  void takes_the_member_and_no_other_byte(String body, String rest) {
    assertThat(rest(body.replace('`', '"'))).isEqualTo(rest.replace('`', '"'));
  }

  @Test
  void reads_names_and_objects_with_a_model() {
    assertThat(names("[\"claude-sonnet-5\",{\"model\":\"groq/llama\"},\" x \"]"))
        .containsExactly("claude-sonnet-5", "groq/llama", "x");
    assertThat(names("[]")).isEmpty();
    assertThat(names("null")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'default'|fallbacks: \"default\" (expected: an array, each the name of a model,"
            + " or an object with model alone)",
        "{}|fallbacks: an object (expected: an array, each",
        "[7]|fallbacks.0: 7 (expected: the name of a model, or an object with model alone)",
        "['a','']|fallbacks.1: \"\" (expected: the name of a model",
        "[['a']]|fallbacks.0: an array (expected: the name of a model",
        "[{}]|fallbacks.0.model: absent (expected: the name of a model",
        "[{'model':'a','max_tokens':5}]|fallbacks.0.max_tokens: 5 (expected: no member but model)",
        "['a','b','c','d','e']|fallbacks: 5 models (expected: at most 4)",
      })
  void says_what_is_wrong_with_a_value_and_what_was_expected(String value, String said) {
    assertThatThrownBy(() -> names(value.replace('\'', '"')))
        .isInstanceOf(MalformedBodyException.class)
        .hasMessageStartingWith(said);
  }

  @Test
  void a_name_has_a_length() {
    assertThatThrownBy(() -> names("[\"" + "x".repeat(257) + "\"]"))
        .hasMessage("fallbacks.0: 257 characters (expected: 1..256)");
  }

  @Test
  void a_value_has_a_size_whatever_is_in_it() {
    assertThat(names("[" + " ".repeat(FallbacksMember.BYTES_MAX - 2) + "]")).isEmpty();
    assertThatThrownBy(() -> names("[{}" + ",{}".repeat(10 << 20) + "]"))
        .hasMessage("fallbacks: 31457284 bytes (expected: at most 8192)");
  }

  @Test
  void what_is_written_is_taken_again() {
    var body = "{\"x\":1}".getBytes(StandardCharsets.UTF_8);
    var written = FallbacksMember.write(body, List.of("a\"b", "c/d"));
    var taken = FallbacksMember.take(written, 0, written.length);
    assertThat(taken.names()).containsExactly("a\"b", "c/d");
    assertThat(taken.rest()).isEqualTo(body);
    assertThat(FallbacksMember.write(body, List.of())).isSameAs(body);
  }
}
