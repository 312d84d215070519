package dev.sluice.sdks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.BadRequestException;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnauthorizedException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import com.openai.models.responses.EasyInputMessage;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseInputItem;
import com.openai.models.responses.ResponseOutputItem;
import dev.sluice.e2e.foreign.Everywhere;
import dev.sluice.testkit.script.Script;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// OpenAI's own Java client at all providers. Everything that it reads is validated by it.
final class OpenAiSdkE2E {

  private static final String MODEL = "claude-opus-5-5";

  static final List<String> ALL = Everywhere.ALL;

  private static Everywhere everywhere;

  /// Reads a file.
  static final class Read {
    public String path = "";
  }

  @BeforeAll
  static void start() {
    everywhere = Everywhere.start();
  }

  @AfterAll
  static void stop() {
    everywhere.close();
  }

  @AfterEach
  void no_call_is_left_and_the_books_agree() {
    everywhere.assertNoCallIsLeft();
    everywhere.assertBooksAgree();
  }

  private static OpenAIClient client(String key) {
    var gateway = everywhere.gateway(key);
    return OpenAIOkHttpClient.builder()
        .baseUrl(gateway.address() + "/openai/v1")
        .apiKey(key.isEmpty() ? "unknown" : gateway.key(key))
        .maxRetries(0)
        .build();
  }

  private static ChatCompletionCreateParams.Builder chat() {
    return ChatCompletionCreateParams.builder().model(MODEL).addUserMessage("Why?");
  }

  private static ResponseCreateParams.Builder response(List<ResponseInputItem> said) {
    return ResponseCreateParams.builder().model(MODEL).inputOfResponse(said);
  }

  private static List<ResponseInputItem> question() {
    var message = EasyInputMessage.builder().role(EasyInputMessage.Role.USER).content("Why?");
    return new ArrayList<>(List.of(ResponseInputItem.ofEasyInputMessage(message.build())));
  }

  private static String text(Response response) {
    return response.output().stream()
        .flatMap(item -> item.message().stream())
        .flatMap(message -> message.content().stream())
        .map(part -> part.asOutputText().text())
        .collect(Collectors.joining());
  }

  @ParameterizedTest
  @FieldSource("ALL")
  void chats_in_one_piece(String key) {
    everywhere.simulator(key).next(Script.answer().text("Because."));
    var answer = client(key).chat().completions().create(chat().build()).validate();
    assertThat(answer.choices().getFirst().message().content()).hasValue("Because.");
    assertThat(answer.usage().orElseThrow().totalTokens()).isPositive();
  }

  @ParameterizedTest
  @FieldSource("ALL")
  void chats_in_a_stream(String key) {
    everywhere.simulator(key).next(Script.answer().text("Because of this, and of that."));
    var options = ChatCompletionStreamOptions.builder().includeUsage(true).build();
    var heard = ChatCompletionAccumulator.create();
    try (var stream =
        client(key).chat().completions().createStreaming(chat().streamOptions(options).build())) {
      stream.stream().forEach(chunk -> heard.accumulate(chunk.validate()));
    }
    var answer = heard.chatCompletion();
    assertThat(answer.choices().getFirst().message().content())
        .hasValue("Because of this, and of that.");
    assertThat(answer.usage().orElseThrow().completionTokens()).isPositive();
  }

  @ParameterizedTest
  @FieldSource("ALL")
  void chats_with_tools_in_a_stream(String key) {
    everywhere
        .simulator(key)
        .next(
            Script.answer().text("I will.").tool("Read", Map.of("path", "a.txt")),
            Script.answer().text("Forty-two."));
    var params = chat().addTool(Read.class);
    var heard = ChatCompletionAccumulator.create();
    try (var stream = client(key).chat().completions().createStreaming(params.build())) {
      stream.stream().forEach(chunk -> heard.accumulate(chunk.validate()));
    }
    var message = heard.chatCompletion().choices().getFirst().message();
    var call = message.toolCalls().orElseThrow().getFirst().asFunction();
    assertThat(call.function().arguments(Read.class).path).isEqualTo("a.txt");
    params.addMessage(message);
    params.addMessage(
        ChatCompletionToolMessageParam.builder().toolCallId(call.id()).content("42").build());
    var answer = client(key).chat().completions().create(params.build()).validate();
    assertThat(answer.choices().getFirst().message().content()).hasValue("Forty-two.");
  }

  @ParameterizedTest
  @FieldSource("ALL")
  void responds_in_one_piece(String key) {
    everywhere.simulator(key).next(Script.answer().text("Because."));
    var answer = client(key).responses().create(response(question()).build()).validate();
    assertThat(text(answer)).isEqualTo("Because.");
    assertThat(answer.usage().orElseThrow().totalTokens()).isPositive();
  }

  @ParameterizedTest
  @FieldSource("ALL")
  void responds_with_tools_in_a_stream(String key) {
    everywhere
        .simulator(key)
        .next(
            Script.answer().text("I will.").tool("Read", Map.of("path", "a.txt")),
            Script.answer().text("Forty-two."));
    var said = question();
    var first = stream(key, said);
    for (var item : first.output()) {
      said.add(asInput(item));
    }
    var call = first.output().stream().flatMap(item -> item.functionCall().stream()).findFirst();
    assertThat(call.orElseThrow().arguments(Read.class).path).isEqualTo("a.txt");
    var output =
        ResponseInputItem.FunctionCallOutput.builder()
            .callId(call.orElseThrow().callId())
            .output("42");
    said.add(ResponseInputItem.ofFunctionCallOutput(output.build()));
    assertThat(text(stream(key, said))).isEqualTo("Forty-two.");
  }

  private static Response stream(String key, List<ResponseInputItem> said) {
    var heard = ResponseAccumulator.create();
    var params = response(said).addTool(Read.class).build();
    try (var stream = client(key).responses().createStreaming(params)) {
      stream.stream().forEach(event -> heard.accumulate(event.validate()));
    }
    return heard.response().validate();
  }

  private static ResponseInputItem asInput(ResponseOutputItem item) {
    if (item.isFunctionCall()) {
      return ResponseInputItem.ofFunctionCall(item.asFunctionCall());
    }
    return item.isReasoning()
        ? ResponseInputItem.ofReasoning(item.asReasoning())
        : ResponseInputItem.ofResponseOutputMessage(item.asMessage());
  }

  @Test
  void errors_are_the_clients_own() {
    assertThatThrownBy(() -> client("").chat().completions().create(chat().build()))
        .isInstanceOf(UnauthorizedException.class)
        .hasMessageContaining("the key is");
    assertThatThrownBy(() -> client("poor").responses().create(response(question()).build()))
        .isInstanceOfSatisfying(
            RateLimitException.class, e -> assertThat(e.code()).hasValue("insufficient_quota"));
    assertThatThrownBy(() -> client("anthropic").chat().completions().create(chat().n(2).build()))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("n: 2 (expected: 1)");
  }

  @Test
  void lists_the_models_of_a_key() {
    var models = client("gemini").models().list().items();
    assertThat(models).isNotEmpty().allSatisfy(model -> model.validate());
  }
}
