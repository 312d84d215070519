package dev.sluice.e2e.failover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.demo.parts.RecordedClient;
import dev.sluice.e2e.World;
import dev.sluice.testkit.RecordedTraffic;
import dev.sluice.testkit.anthropic.AnthropicSimulator;
import dev.sluice.testkit.anthropic.SimulatorConfig;
import dev.sluice.testkit.billing.PriceTable;
import dev.sluice.testkit.http.Header;
import dev.sluice.testkit.http.HttpRequest;
import dev.sluice.testkit.openai.OpenAiSimulator;
import dev.sluice.testkit.openai.config.OpenAiConfig;
import dev.sluice.testkit.provider.Simulator;
import dev.sluice.testkit.script.Script;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Several credentials of one provider: their shares, and what happens where one is refused.
final class CredentialsE2E {

  private static final String OPUS = "claude-opus-5-5";
  private static final String GPT = "gpt-4.1";
  private static final String SESSION = "x-claude-code-session-id";
  private static final int SESSIONS = 60;
  private static final int TURNS = 2;

  private static AnthropicSimulator anthropic;
  private static OpenAiSimulator openAi;
  private static World world;

  @BeforeAll
  static void start() {
    anthropic =
        AnthropicSimulator.start(
            SimulatorConfig.of(PriceTable.recorded()).withApiKeys("key-one", "key-two"));
    openAi = OpenAiSimulator.start(OpenAiConfig.standard());
    anthropic.otherwise(_ -> Script.answer().text("Hello."));
    openAi.otherwise(_ -> Script.answer().text("Hello."));
    world =
        World.start(
            MANIFESTS
                .replace("ANTHROPIC", anthropic.uri().toString())
                .replace("PASSWORD", OpenAiConfig.API_KEY)
                .replace("OPENAI", openAi.uri() + "/v1"));
  }

  private static final String MANIFESTS =
      """
      ---
      apiVersion: v1
      kind: Secret
      metadata: { name: accounts }
      stringData: { one: key-one, two: key-two, old: key-revoked, gpt: PASSWORD }
      """
          + provider("shared", "one, weight: 75", "two, weight: 25", "Anthropic", "ANTHROPIC", "")
          + provider("renewed", "old", "one, weight: 0", "Anthropic", "ANTHROPIC", "")
          + provider("limited", "one", "two, weight: 0", "Anthropic", "ANTHROPIC", "")
          + provider("gpt", "old", "gpt, weight: 0", "OpenAI", "OPENAI", World.priced(GPT))
          + provider("closed", "one", "two, weight: 0", "Anthropic", "ANTHROPIC", "");

  private static String provider(
      String name, String first, String second, String type, String endpoint, String models) {
    return """
    ---
    apiVersion: sluice.dev/v1alpha1
    kind: Provider
    metadata: { name: %1$s }
    spec:
      type: %4$s
      endpoint: %5$s
      outlier: { consecutiveErrors: 2, ejectFor: 60s }
      credentials:
        - { name: %2$s, secretRef: { name: accounts, key: %7$s } }
        - { name: %3$s, secretRef: { name: accounts, key: %8$s } }%6$s
    ---
    apiVersion: sluice.dev/v1alpha1
    kind: VirtualKey
    metadata: { name: of-%1$s }
    spec:
      providers: [ { name: %1$s } ]
      budgets: [ { limitUsd: "50", window: Day } ]
    """
        .formatted(name, first, second, type, endpoint, models, word(first), word(second));
  }

  private static String word(String credential) {
    return credential.split(",", 2)[0];
  }

  @AfterAll
  static void stop() {
    world.close();
    anthropic.close();
    openAi.close();
  }

  @AfterEach
  void nothing_is_left() {
    for (var simulator : List.of(anthropic, openAi)) {
      simulator.clearScripts();
      assertThat(simulator.violations()).isEmpty();
    }
  }

  private static int ask(String provider, String model, String session) {
    var body =
        """
        {"model":"%s","max_tokens":300,"stream":true,"messages":[{"role":"user","content":"Why?"}]}"""
            .formatted(model);
    var headers =
        List.of(
            new Header("content-type", "application/json"),
            new Header("anthropic-version", "2023-06-01"),
            new Header(SESSION, session));
    var http =
        new HttpRequest("POST", "/v1/messages", headers, body.getBytes(StandardCharsets.UTF_8));
    return new RecordedClient(world.gateway().address(), world.gateway().key("of-" + provider))
        .whole(new RecordedTraffic.Request("small", http))
        .statusCode();
  }

  @Test
  void sessions_are_shared_out_by_weight_and_each_stays_with_its_credential() {
    for (int turn = 0; turn < TURNS; turn++) {
      for (int i = 0; i < SESSIONS; i++) {
        assertThat(ask("shared", OPUS, "shared-" + i)).isEqualTo(200);
      }
    }
    var keys = new TreeMap<String, List<String>>();
    anthropic.requests().stream()
        .filter(request -> request.header(SESSION).orElse("").startsWith("shared-"))
        .collect(
            Collectors.groupingBy(
                request -> request.header(SESSION).orElseThrow(),
                Collectors.mapping(
                    request -> request.header("x-api-key").orElseThrow(), Collectors.toList())))
        .forEach(keys::put);
    assertThat(keys).hasSize(SESSIONS);
    assertThat(keys.values()).allSatisfy(of -> assertThat(of.stream().distinct()).hasSize(1));
    // 45 are expected, with a deviation of 3.4; the hash is fixed, so it is always the same.
    assertThat(keys.values().stream().filter(of -> of.contains("key-one"))).hasSizeBetween(30, 58);
    assertBooksAgree("shared", TURNS * SESSIONS);
    var byCredential =
        world.usage("of-shared").stream()
            .collect(
                Collectors.groupingBy(
                    one -> one.path("credential").asString(), Collectors.counting()));
    long one = keys.values().stream().filter(of -> of.contains("key-one")).count();
    assertThat(byCredential).isEqualTo(Map.of("one", one * TURNS, "two", (SESSIONS - one) * TURNS));
  }

  @Test
  void a_revoked_credential_makes_way_within_the_request_and_is_left_alone_then() {
    assertRotates("renewed", OPUS, anthropic, "old", "one");
  }

  @Test
  void a_request_is_translated_anew_for_the_next_credential() {
    assertRotates("gpt", GPT, openAi, "old", "gpt");
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 402, 429})
  void a_refused_credential_makes_way(int status) {
    anthropic.next(Script.fails(status, "error", "not now"));
    assertThat(ask("limited", OPUS, "session-" + status)).isEqualTo(200);
    assertThat(anthropic.requests().getLast().header("x-api-key")).hasValue("key-two");
    anthropic.next(Script.answer().text("Once more with the first."));
    assertThat(ask("limited", OPUS, "session-" + status)).isEqualTo(200);
    assertThat(anthropic.requests().getLast().header("x-api-key")).hasValue("key-one");
  }

  @Test
  void one_that_may_not_use_a_model_keeps_all_others() {
    for (int i = 0; i < 2; i++) {
      anthropic.next(Script.fails(403, "permission_error", "not this model"));
      assertThat(ask("closed", OPUS, "closed")).isEqualTo(200);
    }
    Awaitility.await()
        .untilAsserted(
            () -> {
              assertThat(ask("closed", OPUS, "closed")).isEqualTo(200);
              assertThat(anthropic.requests().getLast().header("x-api-key")).hasValue("key-two");
            });
    assertThat(ask("closed", "claude-haiku-4-5-20251001", "closed")).isEqualTo(200);
    assertThat(anthropic.requests().getLast().header("x-api-key")).hasValue("key-one");
  }

  /// The first credential is not known to the provider.
  private static void assertRotates(
      String provider, String model, Simulator simulator, String refused, String serves) {
    long before = simulator.received();
    for (int i = 0; i < 2; i++) {
      assertThat(ask(provider, model, "rotates")).isEqualTo(200);
    }
    assertThat(simulator.received()).isEqualTo(before + 4);
    Awaitility.await()
        .untilAsserted(
            () -> {
              long then = simulator.received();
              assertThat(ask(provider, model, "rotates")).isEqualTo(200);
              assertThat(simulator.received()).isEqualTo(then + 1);
            });
    var usage = assertBooksAgree(provider, 5);
    assertThat(usage.stream().filter(one -> isOf(one, refused, "upstream_error"))).hasSize(2);
    assertThat(usage).anyMatch(one -> isOf(one, serves, "completed"));
  }

  private static boolean isOf(JsonNode usage, String credential, String outcome) {
    return usage.path("credential").asString().equals(credential)
        && usage.path("outcome").asString().equals(outcome);
  }

  private static List<JsonNode> assertBooksAgree(String provider, int atLeast) {
    var key = "of-" + provider;
    Awaitility.await()
        .untilAsserted(
            () -> {
              var budget = world.gateway().budgets(key).get(0);
              assertThat(budget.path("held").asString()).isEqualTo("0");
              assertThat(world.usage(key)).hasSizeGreaterThanOrEqualTo(atLeast);
              var recorded =
                  world.usage(key).stream()
                      .map(one -> new BigDecimal(one.path("costUsd").asString()))
                      .reduce(BigDecimal.ZERO, BigDecimal::add);
              assertThat(new BigDecimal(budget.path("posted").asString()))
                  .isEqualByComparingTo(recorded);
            });
    return world.usage(key);
  }
}
