package dev.sluice.sdks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.errors.RateLimitException;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.MessageCountTokensParams;
import com.anthropic.models.messages.MessageCreateParams;
import dev.sluice.e2e.foreign.Everywhere;
import dev.sluice.e2e.foreign.Foreign;
import dev.sluice.testkit.script.Script;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Anthropic's own Java client at all providers. Everything that it reads is validated by it.
final class AnthropicSdkE2E {

  static final List<String> ALL = Everywhere.ALL;

  private static Everywhere everywhere;

  @BeforeAll
  static void start() {
    everywhere = Everywhere.start();
  }

  @AfterAll
  static void stop() {
    everywhere.close();
  }

  @AfterEach
  void no_call_is_left() {
    everywhere.assertNoCallIsLeft();
  }

  private static AnthropicClient client(String key) {
    return client(everywhere, key);
  }

  static AnthropicClient client(Foreign foreign, String key) {
    var gateway = foreign.gateway(key);
    return AnthropicOkHttpClient.builder()
        .baseUrl(gateway.address().toString())
        .authToken(gateway.key(key))
        .maxRetries(0)
        .build();
  }

  private static MessageCreateParams question() {
    return MessageCreateParams.builder()
        .model("claude-opus-5-5")
        .maxTokens(100)
        .addUserMessage("Why?")
        .build();
  }

  @ParameterizedTest
  @FieldSource("ALL")
  void counts_tokens(String key) {
    var question =
        MessageCountTokensParams.builder().model("claude-opus-5-5").addUserMessage("Why?").build();
    assertThat(client(key).messages().countTokens(question).inputTokens()).isBetween(1L, 60L);
  }

  @ParameterizedTest
  @FieldSource("ALL")
  void answers_in_one_piece(String key) {
    everywhere.simulator(key).next(Script.answer().text("Because."));
    var answer = client(key).messages().create(question()).validate();
    assertThat(answer.content().getFirst().asText().text()).isEqualTo("Because.");
  }

  @ParameterizedTest
  @FieldSource("ALL")
  void answers_in_a_stream(String key) {
    everywhere.simulator(key).next(Script.answer().text("Because of this, and of that."));
    var heard = MessageAccumulator.create();
    try (var stream = client(key).messages().createStreaming(question())) {
      stream.stream().forEach(event -> heard.accumulate(event.validate()));
    }
    assertThat(heard.message().content().getFirst().asText().text())
        .isEqualTo("Because of this, and of that.");
  }

  static Stream<Arguments> everyWay() {
    return Way.of(ALL);
  }

  @ParameterizedTest
  @MethodSource("everyWay")
  void calls_a_tool_and_goes_on_with_its_result(String key, Way way) {
    everywhere
        .simulator(key)
        .next(
            ToolLoop.calling(Script.answer().text("I will.")), Script.answer().text("Forty-two."));
    var loop = ToolLoop.run(client(key), way, question().toBuilder());
    assertThat(loop.first().content().getFirst().asText().text()).isEqualTo("I will.");
    assertThat(loop.last().content().getFirst().asText().text()).isEqualTo("Forty-two.");
  }

  @Test
  void a_spent_budget_is_an_error_of_the_clients_own() {
    assertThatThrownBy(() -> client("poor").messages().create(question()))
        .isInstanceOf(RateLimitException.class);
  }

  @Test
  void lists_the_models_of_a_key() {
    assertThat(client("gemini").models().list().items()).isNotEmpty();
  }
}
