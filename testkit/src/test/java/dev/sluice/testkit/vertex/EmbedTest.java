package dev.sluice.testkit.vertex;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.billing.ModelPrice;
import dev.sluice.testkit.billing.PriceTable;
import dev.sluice.testkit.billing.Rates;
import dev.sluice.testkit.cloud.CloudClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Embeddings of Google's models at a simulated Vertex AI.
class EmbedTest {

  private static final String MODELS =
      "/v1/projects/team-a/locations/europe-west1/publishers/google/models/";
  private static final String TARGET = MODELS + "text-embedding-005:predict";

  private static VertexSimulator simulator;
  private static String token;

  @BeforeAll
  static void start() {
    var price = ModelPrice.of(Rates.of("0.02", "0", "0", "0", "0")).withLimits(1, 2_048);
    var prices = PriceTable.of(Map.of("text-embedding-005", price, "gemini-2.5-pro", price));
    simulator = VertexSimulator.start(VertexConfig.of(prices, "team-a", "europe-west1"));
    var path = "/computeMetadata/v1/instance/service-accounts/default/token";
    var given = CloudClient.get(simulator, path, "metadata-flavor", "Google");
    token = CloudClient.json(given).path("access_token").stringValue();
  }

  @AfterAll
  static void stop() {
    simulator.close();
  }

  private static HttpResponse<byte[]> post(String target, String body) {
    var bytes = CloudClient.json(body).toString().getBytes(StandardCharsets.UTF_8);
    return CloudClient.post(
        simulator,
        target,
        bytes,
        "content-type",
        "application/json",
        "authorization",
        "Bearer " + token);
  }

  @Test
  void embeds_each_instance_and_tells_its_tokens() {
    var body =
        "{'instances':[{'content':'two words'},{'content':'a','task_type':'CLUSTERING'}],"
            + "'parameters':{'autoTruncate':false,'outputDimensionality':4}}";
    var json = CloudClient.json(post(TARGET, body));
    var first = json.path("predictions").path(0).path("embeddings");
    assertThat(first.path("values").size()).isEqualTo(4);
    assertThat(first.path("statistics").path("token_count").asLong()).isEqualTo(2);
    assertThat(json.path("predictions").size()).isEqualTo(2);
    assertThat(simulator.settledBill().usage().input()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {'instances':[]}                                                  | is allowed
          {'instances':[{'content':''}]}                                    | text content is empty
          {'instances':[{'text':'a'}]}                                      | Unknown name
          {'instances':[{'content':'a'}],'parameters':{'dimensions':4}}     | Unknown name
          {'instances':[{'content':'a','task_type':'FUN'}]}                 | task type
          """,
      quoteCharacter = '~')
  void refuses_to_embed(String body, String message) {
    var response = post(TARGET, body);
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(CloudClient.text(response)).contains(message);
  }

  @Test
  void a_model_does_what_it_is_for() {
    var body = "{'instances':[{'content':'a'}]}";
    assertThat(post(MODELS + "gemini-2.5-pro:predict", body).statusCode()).isEqualTo(404);
  }
}
