package dev.sluice.testkit.gemini;

import static dev.sluice.testkit.gemini.GeminiClient.FLASH;
import static dev.sluice.testkit.gemini.GeminiClient.PRO;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.billing.Outcome;
import dev.sluice.testkit.cloud.CloudClient;
import dev.sluice.testkit.http.Ending;
import dev.sluice.testkit.script.Script;
import dev.sluice.testkit.script.UsagePlace;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class GeminiTest {

  private static final String STREAM = FLASH + "streamGenerateContent?alt=sse";

  private GeminiSimulator simulator;
  private GeminiClient client;

  @BeforeEach
  void start() {
    simulator = GeminiSimulator.start(GeminiConfig.of(GeminiClient.prices()));
    client = new GeminiClient(simulator);
  }

  @AfterEach
  void stop() {
    simulator.close();
  }

  @Test
  void a_stream_ends_with_its_reason_and_all_that_is_billed() {
    simulator.next(Script.answer().thinking("Let me see now.").text("Hi.").tool("read", Map.of()));
    var chunks = GeminiClient.chunks(client.post(STREAM, GeminiClient.body()));
    assertThat(chunks)
        .extracting(chunk -> chunk.path("candidates").path(0).path("finishReason").asString(""))
        .containsExactly("", "", "STOP");
    assertThat(chunks.getFirst().path("candidates").path(0).path("content").path("parts"))
        .hasToString("[{\"text\":\"Hi.\"}]");
    var usage = chunks.getLast().path("usageMetadata");
    var billed = simulator.settledBill().entries().getFirst().usage();
    var thoughts = usage.path("thoughtsTokenCount").asLong();
    assertThat(thoughts).isPositive();
    assertThat(usage.path("candidatesTokenCount").asLong() + thoughts).isEqualTo(billed.output());
    assertThat(usage.path("promptTokenCount").asLong()).isEqualTo(billed.input());
    assertThat(usage.path("totalTokenCount").asLong()).isEqualTo(billed.input() + billed.output());
  }

  @Test
  void thoughts_are_shown_where_asked_for_and_not_thought_without_a_budget() {
    simulator.otherwise(_ -> Script.answer().thinking("A plan.").text("Done."));
    var config = "{'generationConfig':{'thinkingConfig':{'includeThoughts':true}}}";
    var shown = answer(CloudClient.changed(GeminiClient.body(), config));
    assertThat(parts(shown).path(0).path("thought").asBoolean()).isTrue();
    config = config.replace("'includeThoughts':true", "'thinkingBudget':0");
    var none = answer(CloudClient.changed(GeminiClient.body(), config));
    assertThat(parts(none).size()).isEqualTo(1);
    assertThat(none.path("usageMetadata").has("thoughtsTokenCount")).isFalse();
  }

  @Test
  void the_signature_that_it_gave_is_taken_back_and_no_other_name_with_it() {
    simulator.next(Script.answer().tool("read", Map.of("path", "a")).tool("read", Map.of()));
    var body = GeminiClient.body();
    var content = json(PRO, body).path("candidates").path(0).path("content");
    assertThat(content.path("parts").path(0).has("thoughtSignature")).isTrue();
    assertThat(content.path("parts").path(1).has("thoughtSignature")).isFalse();
    body.withArray("contents").add(content);
    var response = "{'functionResponse':{'name':'read','response':{}}}";
    var turn = "{'role':'user','parts':[" + response + "," + response + "]}";
    body.withArray("contents").add(CloudClient.json(turn));
    assertThat(client.post(PRO + "generateContent", body).statusCode()).isEqualTo(200);
    ((ObjectNode) content.path("parts").path(0)).remove("thoughtSignature");
    assertThat(client.post(PRO + "generateContent", body).statusCode()).isEqualTo(400);
  }

  @Test
  void a_cut_at_any_byte_delivers_exactly_the_bytes_before_it() {
    var script = Script.answer().text("Hi you.");
    simulator.next(script);
    var whole = client.post(STREAM, GeminiClient.body()).body().length;
    for (var at = 0; at < whole; at += 31) {
      simulator.next(script.cutAt(at, Ending.CLEAN));
      assertThat(client.post(STREAM, GeminiClient.body()).body()).hasSize(at);
    }
  }

  @Test
  void the_limit_of_output_ends_the_answer_and_the_bill() {
    simulator.next(Script.answer().textOfTokens(50));
    var body =
        CloudClient.changed(GeminiClient.body(), "{'generationConfig':{'maxOutputTokens':7}}");
    var json = answer(body);
    assertThat(json.path("candidates").path(0).path("finishReason").asString())
        .isEqualTo("MAX_TOKENS");
    assertThat(simulator.settledBill().usage().output()).isEqualTo(7);
  }

  @ParameterizedTest
  @ValueSource(strings = {"SAFETY", "MALFORMED_FUNCTION_CALL"})
  void an_answer_can_end_badly(String reason) {
    simulator.next(Script.answer().text("Hi you.").errorAfter(1, reason, "why"));
    var last = GeminiClient.chunks(client.post(STREAM, GeminiClient.body())).getLast();
    assertThat(last.path("candidates").path(0).path("finishReason").asString()).isEqualTo(reason);
  }

  @Test
  void what_is_filtered_ends_for_safety() {
    simulator.next(Script.answer().text("Hi").filtered());
    assertThat(answer(GeminiClient.body()).path("candidates").path(0).path("finishReason"))
        .hasToString("\"SAFETY\"");
  }

  @Test
  void a_long_prompt_is_read_from_the_cache_the_second_time() {
    var body = GeminiClient.body();
    var part = (ObjectNode) body.path("contents").path(0).path("parts").path(0);
    part.put("text", "a long text about budgets ".repeat(400));
    assertThat(answer(body).path("usageMetadata").has("cachedContentTokenCount")).isFalse();
    var usage = answer(body).path("usageMetadata");
    var cached = usage.path("cachedContentTokenCount").asLong();
    assertThat(cached).isGreaterThan(1_000);
    assertThat(usage.path("promptTokenCount").asLong()).isGreaterThanOrEqualTo(cached);
    var entry = simulator.settledBill().entries().getLast().usage();
    assertThat(entry.cacheRead()).isEqualTo(cached);
    assertThat(entry.inputInAll()).isEqualTo(usage.path("promptTokenCount").asLong());
  }

  @ParameterizedTest
  @EnumSource(UsagePlace.class)
  void usage_is_where_the_script_wants_it(UsagePlace place) {
    simulator.next(Script.answer().text("Hi.").usageIn(place));
    var chunks = GeminiClient.chunks(client.post(STREAM, GeminiClient.body()));
    var first = chunks.getFirst().path("usageMetadata");
    var last = chunks.getLast().path("usageMetadata");
    switch (place) {
      case BOTH, DELTA_NULLS -> assertThat(first.has("promptTokenCount")).isTrue();
      case START -> assertThat(last.isMissingNode()).isTrue();
      case DELTA -> assertThat(first.isMissingNode()).isTrue();
      case START_NULLS, START_ZEROS -> assertThat(first.isEmpty()).isTrue();
    }
    assertThat(first.has("promptTokenCount") || last.has("promptTokenCount")).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "429, rate_limit_error, 429, RESOURCE_EXHAUSTED",
    "529, overloaded_error, 503, UNAVAILABLE",
    "500, api_error, 500, INTERNAL"
  })
  void a_scripted_failure_has_googles_form(int scripted, String type, int code, String status) {
    simulator.next(Script.fails(scripted, type, "No."));
    var response = client.post(STREAM, GeminiClient.body());
    assertThat(response.statusCode()).isEqualTo(code);
    var error = CloudClient.json(response).path("error");
    assertThat(error.path("code").asInt()).isEqualTo(code);
    assertThat(error.path("status").asString()).isEqualTo(status);
    assertThat(CloudClient.text(response).contains("google.rpc.RetryInfo")).isEqualTo(code == 429);
  }

  @Test
  void an_error_in_mid_stream_is_an_event_and_billed_so_far() {
    simulator.next(Script.answer().textOfTokens(20).errorAfter(1, "overloaded_error", "No more."));
    var last = GeminiClient.chunks(client.post(STREAM, GeminiClient.body())).getLast();
    assertThat(last.path("error").path("status").asString()).isEqualTo("UNAVAILABLE");
    var entry = simulator.settledBill().entries().getFirst();
    assertThat(entry.outcome()).isEqualTo(Outcome.ERROR);
    assertThat(entry.usage().output()).isEqualTo(5);
  }

  @Test
  void refuses_a_missing_and_a_wrong_key() {
    var none = client.post(STREAM, GeminiClient.body(), "accept", "*/*");
    assertThat(none.statusCode()).isEqualTo(403);
    assertThat(CloudClient.text(none)).contains("unregistered callers");
    var wrong = client.post(STREAM, GeminiClient.body(), "x-goog-api-key", "AIzaWrong");
    assertThat(wrong.statusCode()).isEqualTo(400);
    assertThat(CloudClient.text(wrong)).contains("\"reason\":\"API_KEY_INVALID\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"authorization", "x-api-key", "anthropic-version", "anthropic-beta"})
  void a_header_of_another_provider_is_a_violation(String name) {
    var response =
        client.post(STREAM, GeminiClient.body(), "x-goog-api-key", GeminiConfig.API_KEY, name, "a");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(simulator.violations()).hasSize(1);
  }

  @Test
  void refuses_what_is_not_there_and_streams_only_as_events() {
    var missing = client.post("/v1beta/models/gemini-9:generateContent", GeminiClient.body());
    assertThat(missing.statusCode()).isEqualTo(404);
    assertThat(CloudClient.text(missing)).contains("models/gemini-9 is not found");
    assertThat(client.post("/v1beta/other", GeminiClient.body()).statusCode()).isEqualTo(404);
    var array = client.post(FLASH + "streamGenerateContent", GeminiClient.body());
    assertThat(CloudClient.text(array)).contains("alt=sse");
  }

  @Test
  void a_count_is_the_prompt_of_the_bill_and_free() {
    answer(GeminiClient.body());
    var counted = CloudClient.json(client.post(FLASH + "countTokens", GeminiClient.body()));
    var bill = simulator.settledBill();
    assertThat(counted.path("totalTokens").asLong()).isEqualTo(bill.usage().input());
    assertThat(bill.exchanges()).isEqualTo(1);
    var wrapped = "{'generateContentRequest':{'model':'models/a'," + contents() + "}}";
    var whole = CloudClient.json(client.post(FLASH + "countTokens", CloudClient.json(wrapped)));
    assertThat(whole.path("totalTokens")).isEqualTo(counted.path("totalTokens"));
    var unknown = CloudClient.changed(GeminiClient.body(), "{'toolConfig':{}}");
    assertThat(client.post(FLASH + "countTokens", unknown).statusCode()).isEqualTo(400);
  }

  private static String contents() {
    return "'contents':" + GeminiClient.body().path("contents");
  }

  private JsonNode answer(ObjectNode body) {
    return json(FLASH, body);
  }

  private JsonNode json(String path, ObjectNode body) {
    return CloudClient.json(client.post(path + "generateContent", body));
  }

  private static JsonNode parts(JsonNode answer) {
    return answer.path("candidates").path(0).path("content").path("parts");
  }
}
