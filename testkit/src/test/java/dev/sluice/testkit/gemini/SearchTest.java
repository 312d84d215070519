package dev.sluice.testkit.gemini;

import static dev.sluice.testkit.gemini.GeminiClient.FLASH;
import static dev.sluice.testkit.gemini.GeminiClient.PRO;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.cloud.CloudClient;
import dev.sluice.testkit.script.Script;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What Google runs by itself: its searches, and the pages that it reads.
class SearchTest {

  private static final String SEARCH = "{'tools':[{'googleSearch':{}}]}";
  private static final String READ = "{'functionDeclarations':[{'name':'read'}]}";

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
  void what_a_search_found_is_told_with_its_places_in_bytes() {
    simulator.next(Script.answer().webSearch("weather").text("Schön hier. Trocken."));
    var candidate = candidate(json(FLASH, with(SEARCH)));
    var metadata = candidate.path("groundingMetadata");
    assertThat(metadata.path("webSearchQueries")).hasToString("[\"weather\"]");
    assertThat(metadata.path("searchEntryPoint").has("renderedContent")).isTrue();
    assertThat(metadata.path("groundingChunks").path(1).path("web").path("title").asString())
        .isEqualTo("example.org");
    var supports = metadata.path("groundingSupports");
    assertThat(supports.path(0).path("segment").has("startIndex")).isFalse();
    assertThat(supports.path(1).path("groundingChunkIndices")).hasToString("[0,1]");
    var text = candidate.path("content").path("parts").path(0).path("text").asString();
    for (var support : supports) {
      var segment = support.path("segment");
      assertThat(piece(text, segment)).isEqualTo(segment.path("text").asString());
    }
  }

  private static String piece(String text, JsonNode segment) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    int start = segment.path("startIndex").asInt(0);
    var piece = Arrays.copyOfRange(bytes, start, segment.path("endIndex").asInt());
    return new String(piece, StandardCharsets.UTF_8);
  }

  @Test
  void a_stream_tells_its_finds_at_the_end_over_several_chunks() {
    simulator.next(Script.answer().webSearch("a").text("One. ").webSearch("b").text("Two."));
    var path = PRO + "streamGenerateContent?alt=sse";
    var chunks = GeminiClient.chunks(client.post(path, with(SEARCH)));
    var told =
        chunks.stream()
            .map(chunk -> candidate(chunk).path("groundingMetadata"))
            .map(metadata -> metadata.propertyStream().map(Map.Entry::getKey).toList())
            .filter(names -> !names.isEmpty());
    assertThat(told.map(Object::toString))
        .containsExactly(
            "[searchEntryPoint, webSearchQueries, groundingChunks]", "[groundingSupports]");
    assertThat(candidate(chunks.getLast()).path("finishReason").asString()).isEqualTo("STOP");
  }

  @ParameterizedTest
  @CsvSource({FLASH + ", 1", PRO + ", 2"})
  void a_search_is_charged_by_the_query_once_and_before_gemini_3_by_the_prompt(
      String model, long charged) {
    simulator.next(
        Script.answer().webSearch("a").webSearch("b").webSearch("a").webSearch("").text("Sunny."));
    var answer = json(model, with(SEARCH));
    assertThat(candidate(answer).path("groundingMetadata").path("webSearchQueries"))
        .hasToString("[\"a\",\"b\",\"a\",\"\"]");
    var usage = answer.path("usageMetadata");
    var billed = simulator.settledBill().usage();
    assertThat(billed.webSearches()).isEqualTo(charged);
    assertThat(usage.path("toolUsePromptTokenCount").asLong()).isPositive();
    assertThat(billed.input())
        .isEqualTo(
            usage.path("promptTokenCount").asLong()
                + usage.path("toolUsePromptTokenCount").asLong());
  }

  @Test
  void nothing_is_searched_without_the_tool() {
    simulator.next(Script.answer().webSearch("weather").text("Sunny."));
    var answer = json(FLASH, GeminiClient.body());
    assertThat(candidate(answer).has("groundingMetadata")).isFalse();
    assertThat(simulator.settledBill().usage().webSearches()).isZero();
  }

  @Test
  void pages_that_the_user_names_are_read_and_no_search() {
    simulator.next(Script.answer().text("It says so."));
    var tools = "{'tools':[{'urlContext':{}}]}";
    var body = CloudClient.changed(saying("https://a.test/x and http://b.invalid"), tools);
    var candidate = candidate(json(FLASH, body));
    assertThat(candidate.path("urlContextMetadata").path("urlMetadata"))
        .hasToString(
            "[{\"retrievedUrl\":\"https://a.test/x\",\"urlRetrievalStatus\":"
                + "\"URL_RETRIEVAL_STATUS_SUCCESS\"},{\"retrievedUrl\":\"http://b.invalid\","
                + "\"urlRetrievalStatus\":\"URL_RETRIEVAL_STATUS_ERROR\"}]");
    assertThat(candidate.path("groundingMetadata").has("groundingChunks")).isTrue();
    assertThat(candidate.path("groundingMetadata").has("webSearchQueries")).isFalse();
    assertThat(simulator.settledBill().usage().webSearches()).isZero();
  }

  @Test
  void refuses_more_pages_than_twenty() {
    var many =
        IntStream.range(0, 21)
            .mapToObj(i -> "https://a.test/" + i)
            .collect(Collectors.joining(" "));
    var body = CloudClient.changed(saying(many), "{'tools':[{'urlContext':{}}]}");
    assertThat(refusal(FLASH, body)).contains("exceeds the limit (21 > 20)");
  }

  @Test
  void both_of_its_tools_go_together_and_with_json_from_the_third_generation_on() {
    var both = "{'tools':[{'googleSearch':{}},{'urlContext':{}}]}";
    assertThat(json(FLASH, with(both)).has("candidates")).isTrue();
    var json = "{'generationConfig':{'responseMimeType':'application/json'}}";
    assertThat(json(PRO, CloudClient.changed(with(both), json)).has("candidates")).isTrue();
    assertThat(refusal(FLASH, CloudClient.changed(with(both), json)))
        .contains("Tool use with a response mime type: 'application/json' is unsupported");
  }

  @Test
  void refuses_functions_beside_its_own_tools() {
    for (var tool : new String[] {"{'googleSearch':{}}", "{'urlContext':{}}"}) {
      var body = with("{'tools':[" + tool + "," + READ + "]}");
      assertThat(refusal(FLASH, body)).contains("Tool use with function calling is unsupported");
      assertThat(refusal(PRO, body)).contains("include_server_side_tool_invocations");
    }
    var flagged = with("{'toolConfig':{'includeServerSideToolInvocations':true}}");
    assertThat(refusal(PRO, flagged)).contains("not simulated");
  }

  @Test
  void refuses_what_only_vertex_ai_knows_and_what_nobody_knows() {
    assertThat(refusal(FLASH, with("{'tools':[{'googleSearch':{'excludeDomains':['a.test']}}]}")))
        .contains("Unknown name \\\"excludeDomains\\\"");
    assertThat(refusal(FLASH, with("{'tools':[{'googleSearch':{'maxUses':1}}]}")))
        .contains("Unknown name \\\"maxUses\\\" at 'tools[0].google_search'");
    assertThat(refusal(FLASH, with("{'tools':[{'urlContext':{'urls':[]}}]}")))
        .contains("Unknown name \\\"urls\\\"");
    assertThat(refusal(FLASH, with("{'tools':[{'googleSearchRetrieval':{}}]}")))
        .contains("Please use google_search tool instead.");
  }

  private static ObjectNode with(String members) {
    return CloudClient.changed(GeminiClient.body(), members);
  }

  private static ObjectNode saying(String text) {
    return CloudClient.json("{'contents':[{'role':'user','parts':[{'text':'" + text + "'}]}]}");
  }

  private JsonNode json(String model, ObjectNode body) {
    return CloudClient.json(client.post(model + "generateContent", body));
  }

  private String refusal(String model, ObjectNode body) {
    var response = client.post(model + "generateContent", body);
    assertThat(response.statusCode()).as(CloudClient.text(response)).isEqualTo(400);
    return CloudClient.text(response);
  }

  private static JsonNode candidate(JsonNode answer) {
    return answer.path("candidates").path(0);
  }
}
