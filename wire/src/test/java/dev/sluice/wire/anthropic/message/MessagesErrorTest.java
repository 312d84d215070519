package dev.sluice.wire.anthropic.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.anthropic.MalformedBodyException;
import dev.sluice.wire.translate.ProviderError;
import dev.sluice.wire.translate.ProviderError.Kind;
import dev.sluice.wire.translate.UntranslatableException;
import dev.sluice.wire.translate.UntranslatableException.Capability;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class MessagesErrorTest {

  private static final String SECRET = "acct-42 at host-7";

  private static String body(MessagesError error) {
    return new String(error.body(), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void has_the_status_and_the_type_of_its_kind(Kind kind) {
    var error = MessagesError.of(new ProviderError(kind, SECRET), "req-7");
    assertThat(error.status()).isEqualTo(kind.status());
    assertThat(body(error))
        .startsWith(
            "{\"type\":\"error\",\"error\":{\"type\":\"" + kind.type() + "\",\"message\":\"")
        .endsWith("\"},\"request_id\":\"req-7\"}");
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void tells_the_providers_words_only_where_the_client_recovers_by_them(Kind kind) {
    var error = new ProviderError(kind, SECRET);
    assertThat(body(MessagesError.of(error, "r")).contains(SECRET)).isEqualTo(kind.told());
    assertThat(MessagesError.midStream(error, "r").toString().contains(SECRET))
        .isEqualTo(kind.told());
  }

  @ParameterizedTest
  @CsvSource({
    "CREDENTIAL, api_error",
    "PERMISSION, api_error",
    "BILLING, api_error",
    "RATE_LIMIT, rate_limit_error",
    "PROMPT_TOO_LONG, invalid_request_error",
  })
  void in_a_stream_our_trouble_is_not_the_clients(Kind kind, String type) {
    var error = MessagesError.midStream(new ProviderError(kind, "x"), "r");
    assertThat(error.path("error").path("type").stringValue()).isEqualTo(type);
  }

  @Test
  void a_known_capability_is_told_by_its_word_alone() {
    var refused = new UntranslatableException(Capability.IMAGE_BLOCK, "no images");
    assertThat(body(MessagesError.of(refused, "r")))
        .contains("\"invalid_request_error\",\"message\":\"capability_rejected: image_block\"}");
  }

  @Test
  void what_has_no_word_is_told_in_a_sentence() {
    var refused = new UntranslatableException(Capability.OTHER, "safeguards: of no use");
    assertThat(MessagesError.of(refused, "r").status()).isEqualTo(400);
    assertThat(body(MessagesError.of(refused, "r"))).contains("\"safeguards: of no use\"");
  }

  @Test
  void a_malformed_body_is_told_with_value_and_expectation() {
    var error = MessagesError.of(new MalformedBodyException("top_k: -1", "0 or more"), "r");
    assertThat(error.status()).isEqualTo(400);
    assertThat(body(error)).contains("\"top_k: -1 (expected: 0 or more)\"");
  }

  @Test
  void a_message_has_a_limit_and_silence_is_not_told() {
    var endless = new ProviderError(Kind.INVALID_REQUEST, "\ud83d\ude00".repeat(10_000));
    assertThat(body(MessagesError.of(endless, "r")).length()).isLessThan(5_000);
    var silent = new ProviderError(Kind.PROMPT_TOO_LONG, " ");
    assertThat(body(MessagesError.of(silent, "r"))).contains("\"prompt is too long\"");
  }
}
