package dev.sluice.testkit.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.testkit.openai.config.OpenAiConfig;
import dev.sluice.testkit.openai.config.OpenAiConfig.Door;
import dev.sluice.testkit.openai.config.OpenAiConfig.Host;
import dev.sluice.testkit.provider.Violation;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Paths, headers, and the endpoints that generate no text.
class DoorsTest {

  private static final String DEPLOYED =
      "/openai/deployments/%s/chat/completions?api-version=2024-10-21";

  private OpenAiSimulator simulator;
  private Client client;

  @BeforeEach
  void start() {
    simulator = OpenAiSimulator.start(OpenAiConfig.standard());
    client = new Client(simulator);
  }

  @AfterEach
  void stop() {
    simulator.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          authorization | Bearer sk-other | 401 | Incorrect API key provided
          authorization | Basic abc       | 401 | You didn't provide an API key
          content-type  | text/plain      | 400 | Unsupported 'content-type' header: 'text/plain'
          """)
  void refuses_a_wrong_header(String name, String value, int status, String message) {
    var response = client.post(Client.CHAT, Client.chat("gpt-4.1"), name, value);
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(error(response)).startsWith(message);
    assertThat(simulator.violations()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"x-api-key", "anthropic-version", "anthropic-beta", "x-sluice-key", "x-envoy-a"})
  void a_header_of_somebody_else_is_a_violation(String name) {
    var response = client.post(Client.CHAT, Client.chat("gpt-4.1"), name, "1");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(simulator.violations())
        .extracting(Violation::problem)
        .containsExactly("header " + name + " (expected: none)");
  }

  @Test
  void two_credentials_are_a_violation() {
    client.post(
        Client.CHAT,
        Client.chat("gpt-4.1"),
        "api-key",
        "a",
        "authorization",
        "Bearer " + OpenAiConfig.API_KEY);
    assertThat(simulator.violations())
        .extracting(Violation::problem)
        .containsExactly("more than one credential (expected: authorization or api-key)");
  }

  @Test
  void every_answer_tells_the_limits_of_the_account() {
    var headers = client.get("/v1/models").headers();
    assertThat(headers.firstValue("x-request-id")).isPresent();
    assertThat(headers.firstValue("x-ratelimit-remaining-tokens")).isPresent();
    assertThat(headers.firstValue("openai-version")).contains("2020-10-01");
  }

  @Test
  void refuses_paths_and_methods_that_it_does_not_know() {
    var lost = client.get("/v1/complete");
    assertThat(lost.statusCode()).isEqualTo(404);
    assertThat(error(lost)).isEqualTo("Invalid URL (GET /v1/complete)");
    assertThat(client.get(Client.CHAT).statusCode()).isEqualTo(405);
    assertThat(client.post("/v1/messages", Client.chat("gpt-4.1")).statusCode()).isEqualTo(404);
  }

  @Test
  void a_compatible_service_has_its_own_base_path() {
    var door = new Door(Host.OPENAI, "/openai/v1", OpenAiConfig.API_KEY);
    try (var service = OpenAiSimulator.start(OpenAiConfig.standard().withDoor(door))) {
      var caller = new Client(service);
      assertThat(caller.get("/openai/v1/models").statusCode()).isEqualTo(200);
      assertThat(caller.get("/v1/models").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void azure_serves_deployments_and_takes_its_own_header() {
    try (var azure = OpenAiSimulator.start(OpenAiConfig.standard().azure())) {
      var caller = new Client(azure);
      var body = Client.chat("gpt-4.1");
      body.remove("model");
      var key = OpenAiConfig.API_KEY;
      var deployed = caller.post(DEPLOYED.formatted("gpt-4.1"), body, "api-key", key);
      var chunks = Client.events(Client.text(deployed));
      assertThat(chunks.getFirst().has("prompt_filter_results")).isTrue();
      assertThat(chunks.getLast().path("model").asString()).isEqualTo("gpt-4.1");
      assertThat(azure.settledBill().entries().getFirst().usd()).isPositive();

      var latest = "/openai/v1/chat/completions";
      assertThat(caller.post(latest, Client.chat("gpt-4.1"), "api-key", key).statusCode())
          .isEqualTo(200);
      assertThat(caller.post(latest, Client.chat("gpt-4.1")).statusCode()).isEqualTo(401);
    }
  }

  @Test
  void azure_refuses_unknown_deployments_and_paths_without_a_version() {
    try (var azure = OpenAiSimulator.start(OpenAiConfig.standard().azure())) {
      var caller = new Client(azure);
      var key = OpenAiConfig.API_KEY;
      var body = Client.chat("gpt-4.1");
      var unknown = caller.post(DEPLOYED.formatted("gpt-9"), body, "api-key", key);
      assertThat(unknown.statusCode()).isEqualTo(404);
      assertThat(Client.json(unknown).path("error").path("code").asString())
          .isEqualTo("DeploymentNotFound");
      var versionless = DEPLOYED.formatted("gpt-4.1").replaceAll("\\?.*", "");
      assertThat(caller.post(versionless, body, "api-key", key).statusCode()).isEqualTo(404);
      var wrong = caller.post(DEPLOYED.formatted("gpt-4.1"), body, "api-key", "other");
      assertThat(wrong.statusCode()).isEqualTo(401);
      assertThat(error(wrong)).startsWith("Access denied due to invalid subscription key");
    }
  }

  @Test
  void lists_its_models() {
    assertThat(Client.json(client.get("/v1/models")).path("data")).hasSize(3);
    assertThat(Client.json(client.get("/v1/models/gpt-5.1")).path("object").asString())
        .isEqualTo("model");
    assertThat(client.get("/v1/models/gpt-9").statusCode()).isEqualTo(404);
  }

  @Test
  void embeds_texts_and_bills_them() {
    var body = Client.json("{'model':'text-embedding-3-small','input':['a word','a word','b']}");
    var json = Client.json(client.post("/v1/embeddings", body.put("dimensions", 8)));
    var first = numbers(json.path("data").path(0).path("embedding"));
    assertThat(first).hasSize(8);
    assertThat(numbers(json.path("data").path(1).path("embedding"))).isEqualTo(first);
    assertThat(numbers(json.path("data").path(2).path("embedding"))).isNotEqualTo(first);
    assertThat(json.path("usage").path("prompt_tokens").asLong()).isEqualTo(5);
    assertThat(simulator.settledBill().usage().input()).isEqualTo(5);
    assertThat(simulator.settledBill().usd()).isEqualByComparingTo("0.0000001");

    body.put("encoding_format", "base64");
    var coded = Client.json(client.post("/v1/embeddings", body)).path("data").path(0);
    var bytes = Base64.getDecoder().decode(coded.path("embedding").asString());
    var number = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getFloat();
    assertThat((double) number).isCloseTo(first[0], within(1e-6));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {'model':'gpt-9','input':'a'}                             | does not exist
          {'model':'text-embedding-3-small'}                        | Missing required parameter
          {'model':'text-embedding-3-small','input':[]}             | empty array
          {'model':'text-embedding-3-small','input':'a','stream':1} | Unknown parameter: 'stream'
          """,
      quoteCharacter = '~')
  void refuses_to_embed(String body, String message) {
    assertThat(error(client.post("/v1/embeddings", Client.json(body)))).contains(message);
  }

  private static double[] numbers(JsonNode vector) {
    return StreamSupport.stream(vector.spliterator(), false)
        .mapToDouble(JsonNode::doubleValue)
        .toArray();
  }

  private static String error(HttpResponse<byte[]> response) {
    return Client.json(response).path("error").path("message").asString();
  }
}
