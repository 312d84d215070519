package dev.sluice.testkit.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.anthropic.AnthropicSimulator;
import dev.sluice.testkit.anthropic.SimulatorConfig;
import dev.sluice.testkit.billing.BillEntry;
import dev.sluice.testkit.billing.PriceTable;
import dev.sluice.testkit.openai.OpenAiSimulator;
import dev.sluice.testkit.openai.config.OpenAiConfig;
import dev.sluice.testkit.script.Script;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// One script is played by every provider, each in its own form, and billed alike.
class OneScriptTest {

  private static final Script WORKS =
      Script.answer().thinking("A plan.").text("I read.").tool("Read", Map.of("path", "a.txt"));

  @Test
  void the_same_answer_has_as_many_tokens_everywhere() throws Exception {
    try (var anthropic = AnthropicSimulator.start(PriceTable.recorded());
        var openAi = OpenAiSimulator.start(OpenAiConfig.standard())) {
      for (var simulator : List.<Simulator>of(anthropic, openAi)) {
        simulator.when(call -> call.userText().contains("read"), WORKS);
      }
      var claude =
          post(
              anthropic,
              "/v1/messages",
              """
              {"model":"claude-opus-5-5","max_tokens":99,"thinking":{"type":"adaptive"},
               "messages":[{"role":"user","content":"read it"}]}
              """);
      var chat =
          post(
              openAi,
              "/v1/chat/completions",
              """
              {"model":"gpt-5.1","messages":[{"role":"user","content":"read it"}]}
              """);
      var response = post(openAi, "/v1/responses", "{\"model\":\"gpt-5.1\",\"input\":\"read it\"}");
      assertThat(List.of(claude, chat, response)).allMatch(text -> text.contains("I read."));
      var output = anthropic.settledBill().entries().getFirst().usage().output();
      assertThat(openAi.settledBill().entries())
          .hasSize(2)
          .extracting(BillEntry::usage)
          .allMatch(usage -> usage.output() == output);
    }
  }

  @Test
  void a_limit_of_rate_is_told_by_each_in_its_own_words() throws Exception {
    try (var anthropic = AnthropicSimulator.start(PriceTable.recorded());
        var openAi = OpenAiSimulator.start(OpenAiConfig.standard())) {
      anthropic.when(_ -> true, Script.rateLimited());
      openAi.when(_ -> true, Script.rateLimited());
      assertThat(get(anthropic, "/v1/models")).contains("\"type\":\"rate_limit_error\"");
      assertThat(get(openAi, "/v1/models")).contains("\"code\":\"rate_limit_exceeded\"");
    }
  }

  private static String post(Simulator simulator, String path, String body)
      throws IOException, InterruptedException {
    return send(
        simulator,
        HttpRequest.newBuilder(simulator.uri().resolve(path))
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private static String get(Simulator simulator, String path)
      throws IOException, InterruptedException {
    return send(simulator, HttpRequest.newBuilder(simulator.uri().resolve(path)));
  }

  private static String send(Simulator simulator, HttpRequest.Builder request)
      throws IOException, InterruptedException {
    if (simulator instanceof AnthropicSimulator) {
      request.header("x-api-key", SimulatorConfig.API_KEY);
      request.header("anthropic-version", "2023-06-01");
    } else {
      request.header("authorization", "Bearer " + OpenAiConfig.API_KEY);
    }
    try (var http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString()).body();
    }
  }
}
