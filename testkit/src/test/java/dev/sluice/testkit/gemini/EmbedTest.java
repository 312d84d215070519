package dev.sluice.testkit.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.billing.ModelPrice;
import dev.sluice.testkit.billing.PriceTable;
import dev.sluice.testkit.billing.Rates;
import dev.sluice.testkit.cloud.CloudClient;
import dev.sluice.testkit.script.Script;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Embeddings at a simulated Gemini API.
class EmbedTest {

  private static final String OLD = "/v1beta/models/gemini-embedding-001:batchEmbedContents";
  private static final String NEW = "/v1beta/models/gemini-embedding-2:batchEmbedContents";

  private GeminiSimulator simulator;
  private GeminiClient client;

  @BeforeEach
  void start() {
    var price = ModelPrice.of(Rates.of("0.02", "0", "0", "0", "0")).withLimits(1, 2_048);
    var prices = Map.of("gemini-embedding-001", price, "gemini-embedding-2", price, "chat", price);
    simulator = GeminiSimulator.start(GeminiConfig.of(PriceTable.of(prices)));
    client = new GeminiClient(simulator);
  }

  @AfterEach
  void stop() {
    simulator.close();
  }

  private static String request(String model, String text, String more) {
    return "{'model':'models/%s','content':{'parts':[{'text':'%s'}]}%s}"
        .formatted(model, text, more);
  }

  @Test
  void embeds_in_order_bills_all_and_tells_usage_for_the_newer_model_only() {
    for (var model : new String[] {"gemini-embedding-001", "gemini-embedding-2"}) {
      var body =
          "{'requests':[%s,%s]}"
              .formatted(
                  request(model, "a", ",'outputDimensionality':8"), request(model, "b c", ""));
      var target = model.endsWith("-2") ? NEW : OLD;
      var json = CloudClient.json(client.post(target, CloudClient.json(body)));
      assertThat(json.path("embeddings").path(0).path("values").size()).isEqualTo(8);
      assertThat(json.path("embeddings").path(1).path("values").size()).isEqualTo(3_072);
      assertThat(json.path("usageMetadata").path("promptTokenCount").asLong(0))
          .isEqualTo(model.endsWith("-2") ? 3 : 0);
    }
    assertThat(simulator.settledBill().usage().input()).isEqualTo(6);
    assertThat(simulator.settledBill().usd()).isEqualByComparingTo("0.00000012");
  }

  @Test
  void a_rule_can_make_it_fail() {
    simulator.when(_ -> true, Script.overloaded());
    var body = "{'requests':[" + request("gemini-embedding-001", "a", "") + "]}";
    assertThat(client.post(OLD, CloudClient.json(body)).statusCode()).isEqualTo(503);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {'requests':[]}                                              | at most 100
          {'requests':[{'model':'models/other'}]}                      | not the path's
          {'requests':[{'model':'SELF'}]}                              | content is empty
          {'requests':[{'model':'SELF','content':{'parts':[{}]}}]}     | content is empty
          {'requests':[{'model':'SELF','content':{'parts':[TEXT]},'taskType':'X'}]} | task type
          {'inputs':[]}                                                | Unknown name
          """,
      quoteCharacter = '~')
  void refuses_to_embed(String body, String message) {
    var whole = body.replace("SELF", "models/gemini-embedding-001").replace("TEXT", "{'text':'a'}");
    var response = client.post(OLD, CloudClient.json(whole));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(CloudClient.text(response)).contains(message);
  }

  @Test
  void a_model_does_what_it_is_for() {
    var body = "{'requests':[" + request("chat", "a", "") + "]}";
    var embedded = client.post("/v1beta/models/chat:batchEmbedContents", CloudClient.json(body));
    assertThat(embedded.statusCode()).isEqualTo(404);
    var target = "/v1beta/models/gemini-embedding-001:generateContent";
    assertThat(client.post(target, GeminiClient.body()).statusCode()).isEqualTo(404);
  }
}
