package dev.sluice.wire.bedrock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.wire.anthropic.MalformedBodyException;
import dev.sluice.wire.conversation.Samples;
import dev.sluice.wire.translate.Golden;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// How CountTokens is asked, and what it says.
final class BedrockCountTest {

  @Test
  void a_call_of_converse_is_counted_as_the_golden_files_say() {
    Golden.check(
        "converse-nova-count",
        new ConverseCounter(Family.NOVA)::question,
        "eu.amazon.nova-pro-v1:0",
        Samples.all(ConverseTranslator.ORIGIN));
  }

  @ParameterizedTest
  @CsvSource({
    "anthropic.claude-opus-5-v1:0, anthropic.claude-opus-5-v1%3A0",
    "eu.anthropic.claude-opus-5-v1:0, anthropic.claude-opus-5-v1%3A0",
    "us-gov.anthropic.claude-opus-5-v1:0, anthropic.claude-opus-5-v1%3A0",
    "global.anthropic.claude-opus-5, anthropic.claude-opus-5",
    "arn:aws:bedrock:eu-central-1:1:inference-profile/eu.anthropic.claude-opus-5-v1:0,"
        + " anthropic.claude-opus-5-v1%3A0",
    "arn:aws:bedrock:eu-central-1::foundation-model/anthropic.claude-opus-5-v1:0,"
        + " arn%3Aaws%3Abedrock%3Aeu-central-1%3A%3Afoundation-model%2F"
        + "anthropic.claude-opus-5-v1%3A0",
    "arn:aws:bedrock:eu-central-1:1:application-inference-profile/x~1,"
        + " arn%3Aaws%3Abedrock%3Aeu-central-1%3A1%3Aapplication-inference-profile%2Fx~1",
    "us.model, us.model"
  })
  void asks_of_the_foundation_model(String model, String segment) {
    assertThat(BedrockCount.path(model)).isEqualTo("/model/" + segment + "/count-tokens");
  }

  @Test
  void an_invoke_goes_as_base64() {
    var body = "{\"a\":\"ü\"}".getBytes(StandardCharsets.UTF_8);
    var asked = Samples.json(new String(BedrockCount.ofInvoke(body), StandardCharsets.UTF_8));
    var sent = asked.path("input").path("invokeModel").path("body").stringValue();
    assertThat(Base64.getDecoder().decode(sent)).isEqualTo(body);
  }

  private static long tokens(String answer) {
    var bytes = ("xx" + answer + "x").getBytes(StandardCharsets.UTF_8);
    return BedrockCount.tokens(bytes, 2, bytes.length - 3);
  }

  @Test
  void reads_the_tokens() {
    assertThat(tokens("{\"more\":[1],\"inputTokens\":1234}")).isEqualTo(1234);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "{\"inputTokens\":12",
        "{\"inputTokens\":0}",
        "{\"inputTokens\":-1}",
        "{\"inputTokens\":1.5}",
        "{\"inputTokens\":\"12\"}",
        "{\"inputTokens\":99999999999999999999}",
        "{\"inputTokens\":4611686018427387904}",
        "{\"input_tokens\":12}",
        "[12]",
        "null",
        "<html>"
      })
  void what_does_not_tell_them_is_malformed(String answer) {
    assertThatThrownBy(() -> tokens(answer)).isInstanceOf(MalformedBodyException.class);
  }
}
