package dev.sluice.e2e.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.demo.parts.RecordedClient;
import dev.sluice.e2e.World;
import dev.sluice.testkit.RecordedTraffic;
import dev.sluice.testkit.anthropic.AnthropicSimulator;
import dev.sluice.testkit.anthropic.SimulatorConfig;
import dev.sluice.testkit.bedrock.BedrockConfig;
import dev.sluice.testkit.bedrock.BedrockSimulator;
import dev.sluice.testkit.billing.ModelPrice;
import dev.sluice.testkit.billing.PriceTable;
import dev.sluice.testkit.billing.Rates;
import dev.sluice.testkit.http.Header;
import dev.sluice.testkit.http.HttpRequest;
import dev.sluice.testkit.provider.Simulator;
import dev.sluice.testkit.script.Script;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A team that is bound to regions: `house` and `frankfurt` are in one, `overseas` in another one,
/// and of `anthropic` nobody knows.
final class RegionsE2E {

  private static final String REGION = "eu-central-1";
  private static final String AT_AWS = "anthropic.claude-opus-5-5-v1:0";
  private static final String PASSWORD = "bedrock-api-key-simulated";
  private static final String OPUS = "claude-opus-5-5";

  private static AnthropicSimulator house;
  private static AnthropicSimulator overseas;
  private static BedrockSimulator frankfurt;
  private static World world;

  @BeforeAll
  static void start() {
    house = AnthropicSimulator.start(SimulatorConfig.of(PriceTable.recorded()));
    overseas = AnthropicSimulator.start(SimulatorConfig.of(PriceTable.recorded()));
    var prices = PriceTable.of(Map.of(AT_AWS, ModelPrice.of(Rates.of("2", "8", "0.5", "0", "0"))));
    frankfurt = BedrockSimulator.start(BedrockConfig.of(prices, REGION).withApiKeys(PASSWORD));
    var patient = "\n  outlier: { consecutiveErrors: 1000 }\n  endpoint: ";
    var bedrock = "type: Bedrock\n  region: " + REGION + patient + frankfurt.uri();
    world =
        World.start(
            World.provider(
                    "house",
                    "type: Anthropic\n  region: " + REGION + patient + house.uri(),
                    SimulatorConfig.API_KEY,
                    "")
                + World.provider(
                    "overseas",
                    "type: Anthropic\n  region: us-east-1" + patient + overseas.uri(),
                    SimulatorConfig.API_KEY,
                    "")
                + World.provider("frankfurt", bedrock, PASSWORD, models())
                + MANIFESTS);
    simulators().forEach(one -> one.otherwise(_ -> Script.answer().text("Hello.")));
  }

  /// The same model by two inference profiles.
  private static String models() {
    var european =
        World.priced("claude-eu")
            .replace("claude-eu\n", "claude-eu\n      upstreamName: eu." + AT_AWS + "\n");
    var american =
        World.priced("claude-us")
            .replace("claude-us\n", "claude-us\n      upstreamName: us." + AT_AWS + "\n")
            .replace("\n  models:", "");
    return european + american;
  }

  private static final String MANIFESTS =
      """
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: Team
      metadata: { name: european }
      spec:
        parent: company
        providers: { regions: [ eu-central-1, eu ] }
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: VirtualKey
      metadata: { name: bound }
      spec:
        team: european
        providers:
          - { name: overseas, weight: 1000 }
          - { name: anthropic, weight: 1000 }
          - { name: house }
          - { name: frankfurt }
        budgets: [ { limitUsd: "50", window: Day } ]
        aliases: [ { name: far, to: overseas/claude-opus-5-5 } ]
        tiers: { haiku: frankfurt/claude-us }
        routes: [ { match: { session: "night-*" }, to: overseas/claude-opus-5-5 } ]
        fallbacks: [ overseas/claude-opus-5-5, frankfurt/claude-us, frankfurt/claude-eu ]
      """;

  @AfterAll
  static void stop() {
    world.close();
    house.close();
    overseas.close();
    frankfurt.close();
  }

  @AfterEach
  void nothing_has_left_the_region() {
    assertThat(simulators()).allSatisfy(one -> assertThat(one.violations()).isEmpty());
    assertThat(overseas.received()).isZero();
    assertThat(world.simulator().received()).isZero();
    assertThat(frankfurt.requests())
        .allSatisfy(request -> assertThat(request.target()).contains("/model/eu.anthropic."));
  }

  private static List<Simulator> simulators() {
    return List.of(world.simulator(), house, overseas, frankfurt);
  }

  private static HttpResponse<byte[]> ask(String model, Header... more) {
    return post(
        """
        {"model":"%s","max_tokens":100,"messages":[{"role":"user","content":"Why?"}]}"""
            .formatted(model),
        more);
  }

  private static HttpResponse<byte[]> post(String body, Header... more) {
    var headers =
        new ArrayList<>(
            List.of(
                new Header("content-type", "application/json"),
                new Header("anthropic-version", "2023-06-01")));
    headers.addAll(List.of(more));
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    var http = new HttpRequest("POST", "/v1/messages", headers, bytes);
    return new RecordedClient(world.gateway().address(), world.gateway().key("bound"))
        .whole(new RecordedTraffic.Request("small", http));
  }

  @Test
  void no_request_says_for_itself_where_the_model_runs() {
    long before = house.received();
    for (var said : List.of("global", "us")) {
      var answer =
          post(
              """
              {"model":"%s","max_tokens":100,"inference_geo":"%s",\
              "messages":[{"role":"user","content":"Why?"}]}"""
                  .formatted(OPUS, said));
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(new String(answer.body(), StandardCharsets.UTF_8))
          .contains("inference_geo: " + said);
    }
    assertThat(house.received()).isEqualTo(before);
  }

  @Test
  void only_providers_of_the_regions_serve() {
    long before = house.received();
    for (int session = 0; session < 10; session++) {
      var header = new Header("x-claude-code-session-id", "day-" + session);
      assertThat(ask(OPUS, header).statusCode()).isEqualTo(200);
    }
    assertThat(house.received()).isEqualTo(before + 10);
    assertThat(ask("claude-eu").statusCode()).isEqualTo(200);
    assertThat(frankfurt.received()).isPositive();
  }

  @Test
  void no_fallback_of_the_key_or_of_the_client_leads_elsewhere() {
    for (var header :
        List.of(
            new Header("accept", "*/*"),
            new Header(
                "x-sluice-fallbacks",
                "overseas/claude-opus-5-5, anthropic/claude-opus-5-5, frankfurt/claude-us, far"))) {
      long before = frankfurt.received();
      house.next(Script.overloaded());
      assertThat(ask(OPUS, header).statusCode()).isEqualTo(200);
      assertThat(frankfurt.received()).isEqualTo(before + 1);
    }
  }

  @Test
  void where_all_of_the_regions_fail_nobody_else_serves() {
    house.next(Script.overloaded());
    frankfurt.next(Script.overloaded());
    assertThat(ask(OPUS).statusCode()).isNotEqualTo(200);
  }

  @Test
  void no_name_alias_tier_or_route_leads_elsewhere() {
    for (var model :
        List.of("overseas/claude-opus-5-5", "far", "frankfurt/claude-us", "claude-us")) {
      assertThat(ask(model).statusCode()).as(model).isEqualTo(400);
    }
    assertThat(ask("claude-haiku-4-5-20251001").statusCode()).isEqualTo(400);
    assertThat(ask(OPUS, new Header("x-claude-code-session-id", "night-1")).statusCode())
        .isEqualTo(400);
  }

  @Test
  void explain_tells_why() {
    assertThat(world.gateway().admin("/v1/explain/default/bound/frankfurt/claude-us"))
        .contains(
            "overseas: is in us-east-1; team european lets only regions: eu, eu-central-1",
            "anthropic: does not tell its region; team european lets only regions",
            "frankfurt: may serve claude-us outside of its region; team european lets only");
  }
}
