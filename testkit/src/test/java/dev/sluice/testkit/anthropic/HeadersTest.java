package dev.sluice.testkit.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.billing.PriceTable;
import dev.sluice.testkit.provider.Violation;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeadersTest {

  private AnthropicSimulator simulator;
  private Client client;

  @BeforeEach
  void start() {
    simulator = AnthropicSimulator.start(PriceTable.recorded());
    client = new Client(simulator);
  }

  @AfterEach
  void stop() {
    simulator.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"2023-06-01", "2026-10-21"})
  void takes_both_versions(String version) {
    var response = client.post(Client.body(), "anthropic-version", version);
    assertThat(response.statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'temperature':1} | temperature: Extra inputs are not permitted",
        "{'top_p':0.5} | top_p: Extra inputs are not permitted",
        "{'top_k':5} | top_k: Extra inputs are not permitted",
        "{'messages':[{'role':'user','content':[{'type':'text','text':'a','citations':[{}]}]}]}"
            + " | messages.0.content.0: citations",
        "{'messages':[{'role':'user','content':[{'type':'search_result','source':'s','title':'t',"
            + "'content':[{'type':'text','text':'a','citations':[{}]}]}]}]}"
            + " | messages.0.content.0.content.0: citations"
      })
  void the_newest_version_takes_less(String more, String message) {
    var body = Client.body();
    body.setAll(Client.json(more.replace('\'', '"')));
    assertThat(client.post(body).statusCode()).isEqualTo(200);
    var refused = client.post(body, "anthropic-version", "2026-10-21");
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(Client.text(refused)).contains(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          x-api-key         | sk-other         | 401 | invalid x-api-key
          anthropic-version | 2020-01-01       | 400 | anthropic-version
          content-type      | text/plain       | 400 | content-type
          anthropic-beta    | time-travel-2027 | 400 | Unexpected value(s) `time-travel-2027`
          anthropic-beta    | effort-2025-11-24, | 400 | Unexpected value(s) ``
          """)
  void refuses_a_wrong_header(String name, String value, int status, String message) {
    var response = client.post(Client.body(), name, value);
    assertThat(response.statusCode()).isEqualTo(status);
    var json = Client.json(response);
    assertThat(json.path("type").asString()).isEqualTo("error");
    assertThat(json.path("error").path("message").asString()).startsWith(message);
    assertThat(response.headers().firstValue("request-id"))
        .contains(json.path("request_id").asString());
    assertThat(simulator.violations()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"x-sluice-key", "x-envoy-attempt-count", "te", "trailer", "keep-alive"})
  void a_header_that_no_provider_should_see_is_a_violation(String name) {
    assertThat(client.post(Client.body(), name, "1").statusCode()).isEqualTo(400);
    assertThat(simulator.violations())
        .extracting(Violation::problem)
        .containsExactly("header " + name + " (expected: none)");
  }

  @Test
  void two_credentials_are_a_violation() {
    var response = client.post(Client.body(), "authorization", "Bearer sk-slc-developer");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(simulator.violations())
        .extracting(Violation::problem)
        .containsExactly("more than one credential (expected: x-api-key or authorization)");
  }

  @Test
  void lists_its_models_page_by_page() {
    var first = Client.json(client.get("/v1/models?limit=2"));
    assertThat(first.path("has_more").asBoolean()).isTrue();
    var after = first.path("last_id").asString();
    var second = Client.json(client.get("/v1/models?limit=1000&after_id=" + after));
    assertThat(second.path("data")).hasSize(PriceTable.recorded().models().size() - 2);
    assertThat(second.path("has_more").asBoolean()).isFalse();
  }

  @Test
  void refuses_paths_methods_and_json_that_it_does_not_know() {
    assertThat(client.get("/v1/complete").statusCode()).isEqualTo(404);
    assertThat(client.get("/v1/messages").statusCode()).isEqualTo(405);
    var twice = "{\"model\":\"a\",\"model\":\"b\"}".getBytes(StandardCharsets.UTF_8);
    assertThat(client.post("/v1/messages", twice).statusCode()).isEqualTo(400);
  }
}
