package dev.sluice.testkit.bedrock;

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

/// Embeddings of the two makers at a simulated Bedrock.
class EmbedTest {

  private static final String TITAN = "/model/amazon.titan-embed-text-v2%3A0/invoke";
  private static final String COHERE = "/model/cohere.embed-v4%3A0/invoke";

  private BedrockSimulator simulator;
  private BedrockClient client;

  @BeforeEach
  void start() {
    var price = ModelPrice.of(Rates.of("0.02", "0", "0", "0", "0")).withLimits(1, 10);
    var prices =
        PriceTable.of(Map.of("amazon.titan-embed-text-v2:0", price, "cohere.embed-v4:0", price));
    simulator = BedrockSimulator.start(BedrockConfig.of(prices, BedrockClient.REGION));
    client = BedrockClient.of(simulator);
  }

  @AfterEach
  void stop() {
    simulator.close();
  }

  @Test
  void titan_embeds_one_text_and_tells_its_tokens() {
    var response =
        client.post(TITAN, CloudClient.json("{'inputText':'two words','dimensions':256}"));
    var json = CloudClient.json(response);
    assertThat(json.path("embedding").size()).isEqualTo(256);
    assertThat(json.path("inputTextTokenCount").asLong()).isEqualTo(2);
    assertThat(response.headers().firstValue("x-amzn-bedrock-input-token-count")).hasValue("2");
    assertThat(simulator.settledBill().usd()).isEqualByComparingTo("0.00000004");
  }

  @Test
  void cohere_embeds_many_and_leaves_tokens_to_the_header() {
    var body =
        "{'texts':['a','b c'],'input_type':'search_query','embedding_types':['float'],"
            + "'output_dimension':256}";
    var response = client.post(COHERE, CloudClient.json(body));
    var json = CloudClient.json(response);
    assertThat(json.path("embeddings").path("float").size()).isEqualTo(2);
    assertThat(json.path("response_type").asString()).isEqualTo("embeddings_by_type");
    assertThat(response.headers().firstValue("x-amzn-bedrock-input-token-count")).hasValue("3");
    assertThat(simulator.settledBill().usage().input()).isEqualTo(3);
  }

  @Test
  void a_rule_can_make_it_fail() {
    simulator.when(_ -> true, Script.rateLimited());
    assertThat(client.post(TITAN, CloudClient.json("{'inputText':'a'}")).statusCode())
        .isEqualTo(429);
    assertThat(simulator.settledBill().usd()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          titan  | {'inputText':''}                                         | expected minLength: 1
          titan  | {'inputText':['a']}                                      | not a string
          titan  | {'inputText':'a','dimensions':300}                       | not a dimension
          titan  | {'inputText':'a','input_type':'x'}                       | must not be present
          titan  | {'inputText':'a b c d e f g h i j k'}                    | Too many input tokens
          cohere | {'texts':['a']}                                          | must not be null
          cohere | {'texts':[],'input_type':'search_query'}                 | between 1 and 96
          cohere | {'texts':['a'],'input_type':'query'}                     | enum value set
          """,
      quoteCharacter = '~')
  void refuses_to_embed(String maker, String body, String message) {
    var target = maker.equals("titan") ? TITAN : COHERE;
    var response = client.post(target, CloudClient.json(body));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(CloudClient.text(response)).contains(message);
  }
}
