package dev.sluice.e2e.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.demo.parts.RecordedClient;
import dev.sluice.e2e.World;
import dev.sluice.testkit.RecordedTraffic;
import dev.sluice.testkit.anthropic.AnthropicSimulator;
import dev.sluice.testkit.billing.PriceTable;
import dev.sluice.testkit.http.Header;
import dev.sluice.testkit.http.HttpRequest;
import dev.sluice.testkit.openai.OpenAiSimulator;
import dev.sluice.testkit.openai.config.OpenAiConfig;
import dev.sluice.testkit.provider.Simulator;
import dev.sluice.testkit.script.Script;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Which provider and model serve a request: two of Anthropic's kind, `anthropic` and `south`, and
/// `abroad`, which speaks OpenAI's language.
final class RoutesE2E {

  private static final Duration SOON = Duration.ofSeconds(10);
  private static final String SESSION = "x-claude-code-session-id";
  private static final int SESSIONS = 40;
  private static final int TURNS = 3;
  private static final List<String> KEYS =
      List.of("tiered", "weighted", "ruled", "bound", "tooled", "grown");

  private static AnthropicSimulator south;
  private static OpenAiSimulator abroad;
  private static World world;

  @BeforeAll
  static void start() {
    south = AnthropicSimulator.start(PriceTable.recorded());
    abroad = OpenAiSimulator.start(OpenAiConfig.standard());
    world =
        World.start(
            MANIFESTS
                .replace("SOUTH", south.uri().toString())
                .replace("PASSWORD", OpenAiConfig.API_KEY)
                .replace("ABROAD", abroad.uri() + "/v1"));
    simulators().forEach(one -> one.otherwise(_ -> Script.answer().text("Hello.")));
  }

  @AfterAll
  static void stop() {
    world.close();
    south.close();
    abroad.close();
  }

  private static final String MANIFESTS =
      """
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: Provider
      metadata: { name: south }
      spec:
        type: Anthropic
        endpoint: SOUTH
        credentials: [ { name: main, secretRef: { name: anthropic, key: apiKey } } ]
      ---
      apiVersion: v1
      kind: Secret
      metadata: { name: abroad }
      stringData: { apiKey: PASSWORD }
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: Provider
      metadata: { name: abroad }
      spec:
        type: OpenAI
        endpoint: ABROAD
        credentials: [ { name: main, secretRef: { name: abroad, key: apiKey } } ]
        models:
          - name: gpt-4.1
            maxOutputTokens: 32768
            price:
              inputUsdPerMTok: "2"
              outputUsdPerMTok: "8"
              cacheReadUsdPerMTok: "0.5"
              cacheWrite5mUsdPerMTok: "0"
              cacheWrite1hUsdPerMTok: "0"
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: Team
      metadata: { name: strict }
      spec:
        parent: company
        providers: { allow: [ anthropic ] }
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: VirtualKey
      metadata: { name: tiered }
      spec:
        providers: [ { name: anthropic }, { name: abroad } ]
        budgets: [ { limitUsd: "50", window: Day } ]
        tiers: { haiku: abroad/gpt-4.1 }
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: VirtualKey
      metadata: { name: weighted }
      spec:
        providers: [ { name: anthropic, weight: 50 }, { name: south, weight: 50 } ]
        budgets: [ { limitUsd: "50", window: Day } ]
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: VirtualKey
      metadata: { name: ruled }
      spec:
        providers: [ { name: anthropic }, { name: south, weight: 0 }, { name: abroad } ]
        budgets: [ { limitUsd: "50", window: Day } ]
        routes:
          - { match: { session: "night-*" }, to: south/claude-haiku-4-5-20251001 }
          - { match: { size: { minBytes: 20000 } }, to: gpt-4.1 }
          - { match: { header: { x-sluice-tag-env: "stag*" } }, to: gpt-4.1 }
          - { match: { requestClass: auxiliary }, to: south/claude-haiku-4-5-20251001 }
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: VirtualKey
      metadata: { name: bound }
      spec:
        team: strict
        providers:
          - { name: anthropic, weight: 0 }
          - { name: south, weight: 1000 }
          - { name: abroad }
        budgets: [ { limitUsd: "50", window: Day } ]
        aliases: [ { name: far, to: gpt-4.1 } ]
        routes: [ { match: { session: "night-*" }, to: south/claude-opus-5-5 } ]
        fallbacks: [ abroad/gpt-4.1 ]
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: VirtualKey
      metadata: { name: tooled }
      spec:
        providers: [ { name: anthropic }, { name: south, weight: 0 } ]
        budgets: [ { limitUsd: "50", window: Day } ]
        routes:
          - match: { tools: { minCount: 2, maxCount: 3 } }
            to: south/claude-haiku-4-5-20251001
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: VirtualKey
      metadata: { name: grown }
      spec:
        providers: [ { name: anthropic }, { name: south, weight: 0 } ]
        budgets: [ { limitUsd: "50", window: Day } ]
        routes: [ { match: { complexity: Simple }, to: south/claude-haiku-4-5-20251001 } ]
        complexity: { maxBytes: 20000, maxTools: 2 }
      """;

  private static List<Simulator> simulators() {
    return List.of(world.simulator(), south, abroad);
  }

  @AfterEach
  void the_books_agree() {
    assertThat(simulators()).allSatisfy(one -> assertThat(one.violations()).isEmpty());
    var billed =
        simulators().stream()
            .map(one -> one.settledBill().usd())
            .reduce(BigDecimal.ZERO, BigDecimal::add);
    Awaitility.await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(posted()).isEqualByComparingTo(billed));
  }

  private static BigDecimal posted() {
    return KEYS.stream()
        .map(key -> world.gateway().budgets(key).get(0).path("posted").asString())
        .map(BigDecimal::new)
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  /// Of a request that is answered: which of the providers has it, and with which model.
  private static String served(String key, String model, String text, Header... more) {
    return served(key, small(model, text), more);
  }

  private static String served(String key, String body, Header... more) {
    var before = simulators().stream().map(Simulator::received).toList();
    assertThat(ask(key, body, more)).isEqualTo(200);
    var all = simulators();
    return IntStream.range(0, all.size())
        .filter(i -> all.get(i).received() > before.get(i))
        .mapToObj(i -> List.of("anthropic", "south", "abroad").get(i))
        .collect(Collectors.joining(","));
  }

  private static String small(String model, String text) {
    return """
    {"model":"%s","max_tokens":100,"messages":[{"role":"user","content":"%s"}]}"""
        .formatted(model, text);
  }

  private static int ask(String key, String model, String text, Header... more) {
    return ask(key, small(model, text), more);
  }

  private static int ask(String key, String body, Header... more) {
    var headers =
        new ArrayList<>(
            List.of(
                new Header("content-type", "application/json"),
                new Header("anthropic-version", "2023-06-01")));
    headers.addAll(List.of(more));
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    var http = new HttpRequest("POST", "/v1/messages", headers, bytes);
    return new RecordedClient(world.gateway().address(), world.gateway().key(key))
        .whole(new RecordedTraffic.Request("small", http))
        .statusCode();
  }

  @Test
  void a_tier_is_served_elsewhere_and_the_others_as_they_are_asked() {
    assertThat(served("tiered", "claude-haiku-4-5-20251001", "Why?")).isEqualTo("abroad");
    assertThat(served("tiered", "claude-opus-5-5", "Why?")).isEqualTo("anthropic");
    assertThat(served("tiered", "anthropic/claude-haiku-4-5-20251001", "Why?"))
        .isEqualTo("anthropic");
  }

  @Test
  void sessions_are_dealt_to_two_providers_and_each_stays_at_its_own() {
    for (int turn = 0; turn < TURNS; turn++) {
      for (int i = 0; i < SESSIONS; i++) {
        var session = new Header(SESSION, "weighted-" + i);
        assertThat(ask("weighted", "claude-opus-5-5", "Turn " + turn, session)).isEqualTo(200);
      }
    }
    var north = sessions(world.simulator());
    var other = sessions(south);
    // Half of 40, give or take five deviations of 3.2: the hash is fixed, so it is always the same.
    assertThat(north.size()).isBetween(5, 35);
    assertThat(north).doesNotContainAnyElementsOf(other);
    assertThat(north.size() + other.size()).isEqualTo(SESSIONS);
  }

  private static Set<String> sessions(Simulator simulator) {
    return simulator.requests().stream()
        .flatMap(request -> request.header(SESSION).stream())
        .filter(session -> session.startsWith("weighted-"))
        .collect(Collectors.toSet());
  }

  @Test
  void a_rule_routes_by_session_and_by_size() {
    var night = new Header(SESSION, "night-1");
    assertThat(served("ruled", "claude-opus-5-5", "Why?", night)).isEqualTo("south");
    assertThat(served("ruled", "claude-opus-5-5", "Why?")).isEqualTo("anthropic");
    assertThat(served("ruled", "claude-opus-5-5", "Why? ".repeat(5_000))).isEqualTo("abroad");
  }

  @Test
  void a_rule_routes_by_header_and_the_provider_does_not_see_it() {
    var tag = new Header("X-Sluice-Tag-Env", "staging");
    assertThat(served("ruled", "claude-opus-5-5", "Why?", tag)).isEqualTo("abroad");
    var production = new Header("X-Sluice-Tag-Env", "production");
    assertThat(served("ruled", "claude-opus-5-5", "Why?", production)).isEqualTo("anthropic");
    assertThat(world.simulator().requests().getLast().header("x-sluice-tag-env")).isEmpty();
    var aside = new Header("x-claude-code-request-class", "auxiliary");
    assertThat(served("ruled", "claude-opus-5-5", "Why?", aside)).isEqualTo("south");
  }

  private static String withTools(int count, String member) {
    var tools =
        IntStream.range(0, count)
            .mapToObj("{\"name\":\"t%s\",\"input_schema\":{\"type\":\"object\"}}"::formatted)
            .collect(Collectors.joining(","));
    var body = small("claude-opus-5-5", "Why?");
    return body.substring(0, body.length() - 1) + ",\"" + member + "\":[" + tools + "]}";
  }

  @Test
  void a_rule_routes_by_the_number_of_tools_whoever_reads_the_body() {
    // An escape in a key is nothing that Envoy judges: then Java reads the body.
    for (var member : List.of("tools", "tool\\u0073")) {
      assertThat(served("tooled", withTools(1, member))).isEqualTo("anthropic");
      assertThat(served("tooled", withTools(2, member))).isEqualTo("south");
      assertThat(served("tooled", withTools(3, member))).isEqualTo("south");
      assertThat(served("tooled", withTools(4, member))).isEqualTo("anthropic");
    }
  }

  @Test
  void a_conversation_is_served_by_a_cheap_model_until_it_has_grown_and_then_stays() {
    var session = new Header(SESSION, "growing");
    long moves = moves();
    var served = new ArrayList<String>();
    var talk = new StringBuilder("{\"role\":\"user\",\"content\":\"Why?\"}");
    for (int turn = 0; turn < 8; turn++) {
      served.add(served("grown", conversation(talk), session));
      var text = "Because. ".repeat(450);
      talk.append(",{\"role\":\"assistant\",\"content\":\"").append(text).append("\"}");
      talk.append(",{\"role\":\"user\",\"content\":\"And why?\"}");
    }
    assertThat(served.subList(0, 5)).containsOnly("south");
    assertThat(served.subList(5, 8)).containsOnly("anthropic");
    Awaitility.await().atMost(SOON).untilAsserted(() -> assertThat(moves()).isEqualTo(moves + 1));

    var title = new Header("x-claude-code-request-class", "auxiliary");
    assertThat(served("grown", conversation(talk), session, title)).isEqualTo("south");
    var thinks = small("claude-opus-5-5", "Why?").replace("100,", "2000,\"thinking\":%s,");
    assertThat(served("grown", thinks.formatted("{\"type\":\"adaptive\"}"))).isEqualTo("anthropic");
    assertThat(served("grown", withTools(3, "tools"))).isEqualTo("anthropic");
  }

  private static String conversation(StringBuilder talk) {
    return "{\"model\":\"claude-opus-5-5\",\"max_tokens\":100,\"messages\":[" + talk + "]}";
  }

  private static long moves() {
    return world
        .gateway()
        .admin("/metrics")
        .lines()
        .filter(line -> line.startsWith("sluice_session_moves_total{"))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.indexOf("} ") + 2)))
        .sum();
  }

  @Test
  void nothing_gets_past_the_providers_of_a_team() {
    assertThat(served("bound", "claude-opus-5-5", "Why?")).isEqualTo("anthropic");
    var before = Stream.of(south, abroad).map(Simulator::received).toList();
    assertThat(ask("bound", "far", "Why?")).isEqualTo(400);
    assertThat(ask("bound", "south/claude-opus-5-5", "Why?")).isEqualTo(400);
    assertThat(ask("bound", "claude-opus-5-5", "Why?", new Header(SESSION, "night-1")))
        .isEqualTo(400);
    assertThat(Stream.of(south, abroad).map(Simulator::received).toList()).isEqualTo(before);
  }
}
