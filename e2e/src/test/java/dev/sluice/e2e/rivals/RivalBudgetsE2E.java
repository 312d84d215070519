package dev.sluice.e2e.rivals;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.demo.parts.RecordedClient;
import dev.sluice.e2e.World;
import dev.sluice.testkit.script.Script;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// How budgets failed the users of other gateways.
///
/// Proved elsewhere: a singular `budget` that is ignored (Bifrost #5673) is an error here, by
/// `field-unknown.yaml` among the invalid manifests of `compiler`, and its key keeps its last good
/// version by `LastGoodTest`. A hold that dies with its worker and leaves a counter too high: by
/// `expiry.txt` among the scenarios of `ledger`, `RedisHistoryIT` and `ProveE2E`. A refusal for a
/// spent budget that clients repeat (1,359 a day by four agents): by `ClaudeCodeE2E`, with the real
/// Claude Code. Fallbacks that are only read-checked and so cross the cap: each takes a hold of its
/// own, by `FailoverE2E` and `AttemptsTest`.
final class RivalBudgetsE2E {

  private static final Duration WITHIN = Duration.ofSeconds(10);

  private static final String HOUSE =
      """
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: Provider
      metadata: { name: house }
      spec:
        type: Anthropic
        endpoint: SIMULATOR
        credentials: [ { name: main, secretRef: { name: anthropic, key: apiKey } } ]
        models:
          - name: house-large
            upstreamName: claude-opus-5-5
            price:
              inputUsdPerMTok: "4"
              outputUsdPerMTok: "20"
              cacheReadUsdPerMTok: "0.20"
              cacheWrite5mUsdPerMTok: "5"
              cacheWrite1hUsdPerMTok: "8"
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: VirtualKey
      metadata: { name: wild }
      spec:
        team: payments
        providers: [ { name: house, models: ["house-*"] } ]
        budgets: [ { limitUsd: "1", window: Day } ]
      """;

  private static World world;

  @BeforeAll
  static void start() {
    world = World.start(World.key("crowd", "0.05") + World.key("spent", "0.000001") + HOUSE);
    world.simulator().otherwise(_ -> Script.answer().textOfTokens(SmallRequest.TOKENS_MAX));
  }

  @AfterAll
  static void stop() {
    world.close();
  }

  private static HttpResponse<byte[]> ask(String key) {
    return client(key).whole(SmallRequest.to(SmallRequest.OPUS));
  }

  private static RecordedClient client(String key) {
    return new RecordedClient(world.gateway().address(), world.gateway().key(key));
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  private static JsonNode budget(String key) {
    return world.gateway().budgets(key).path(0);
  }

  private static BigDecimal usd(String key, String field) {
    return new BigDecimal(budget(key).path(field).asString());
  }

  private static void settled(String key) {
    Awaitility.await().atMost(WITHIN).until(() -> usd(key, "held").signum() == 0);
  }

  /// Puts these objects into force in place of those of the same name.
  private static void apply(String name, String manifests) throws IOException {
    Files.writeString(world.manifests().resolve(name + ".yaml"), manifests);
  }

  private static void create(String key, String manifests) throws IOException {
    apply(key, manifests);
    var file = world.gateway().state().resolve("keys/default").resolve(key);
    Awaitility.await().atMost(WITHIN).until(() -> Files.exists(file));
    Awaitility.await().atMost(WITHIN).until(() -> ask(key).statusCode() != 401);
  }

  /// Bifrost, agentgateway, Kong, Cloudflare and Anthropic's own gateway look at what was charged,
  /// and charge after the call.
  @Test
  void requests_in_flight_do_not_all_pass_because_none_is_charged_yet() throws Exception {
    Callable<HttpResponse<byte[]>> one = () -> ask("crowd");
    int served = 0;
    try (var crowd = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var answer : crowd.invokeAll(Collections.nCopies(16, one))) {
        served += answer.get().statusCode() == 200 ? 1 : 0;
      }
    }
    settled("crowd");
    assertThat(served).isBetween(1, 2);
    assertThat(usd("crowd", "posted")).isLessThanOrEqualTo(new BigDecimal("0.05"));
    int records = served;
    Awaitility.await().atMost(WITHIN).until(() -> world.usage("crowd").size() == records);
  }

  /// Bifrost #2873: a pass-through route skips budgets.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/messages",
        "/v1/messages?beta=true",
        "/v1/messages/",
        "//v1/messages",
        "/v1//messages",
        "/v1/./messages",
        "/v1/models/../messages",
        "/v1/%6Dessages",
        "/v1%2Fmessages",
        "/v1/messages%3Fbeta=true",
        "/v1/messages;x=1",
        "/V1/MESSAGES",
        "/v1/messages/count_tokens/../../messages",
        "/v1/messages/batches",
        "/v1/complete",
        "/v1/chat/completions",
        "/anthropic/v1/messages",
        "/v1/files",
      })
  void no_path_leads_to_the_provider_past_a_spent_budget(String target) {
    long before = world.simulator().received();
    var answer = client("spent").whole(SmallRequest.to(SmallRequest.OPUS, target));
    assertThat(answer.statusCode()).isBetween(400, 499);
    assertThat(world.simulator().received()).isEqualTo(before);
  }

  /// Bifrost #6914: spend resets on an edit of the limit.
  @Test
  void an_edit_of_a_limit_leaves_what_was_spent() throws Exception {
    create("edited", World.key("edited", "0.05"));
    settled("edited");
    var posted = usd("edited", "posted");
    assertThat(posted).isPositive();
    for (var limit : new String[] {"0.06", "0.01", "7"}) {
      apply("edited", World.key("edited", limit));
      var now = new BigDecimal(limit);
      Awaitility.await().atMost(WITHIN).until(() -> usd("edited", "limit").compareTo(now) == 0);
      assertThat(usd("edited", "posted")).isEqualByComparingTo(posted);
    }
  }

  /// Bifrost #6657: wildcards depend on a catalogue.
  @Test
  void a_wildcard_allows_a_model_that_no_catalogue_knows() {
    var answer = client("wild").whole(SmallRequest.to("house-large"));
    assertThat(text(answer)).contains("\"usage\"");
    settled("wild");
    assertThat(usd("wild", "posted"))
        .isEqualByComparingTo(world.simulator().settledBill().entries().getLast().usd());
    assertThat(client("wild").whole(SmallRequest.to(SmallRequest.OPUS)).statusCode())
        .isBetween(400, 499);
  }

  /// Bifrost #2046: a budget cannot be removed.
  @Test
  void a_budget_that_is_removed_limits_nobody() throws Exception {
    var limited = World.key("freed", "0.000001");
    create("freed", limited);
    assertThat(text(ask("freed"))).contains("Budget of key freed");
    apply("freed", limited.replaceAll("  budgets: .*\n", ""));
    Awaitility.await().atMost(WITHIN).until(() -> ask("freed").statusCode() == 200);
    assertThat(budget("freed").path("level").asString()).isNotEqualTo("key");
  }

  /// LiteLLM #39713: a limit above the key is ignored once the key is cached.
  @Test
  void a_limit_above_a_key_binds_it_though_the_key_is_in_use() throws Exception {
    var team =
        """
        ---
        apiVersion: sluice.dev/v1alpha1
        kind: Team
        metadata: { name: late }
        spec:
          parent: company
        """;
    create("used", team + World.key("used", "1").replace("team: payments", "team: late"));
    assertThat(ask("used").statusCode()).isEqualTo(200);
    apply(
        "used",
        team
            + "  budgets: [ { limitUsd: \"0.000001\", window: Day } ]\n"
            + World.key("used", "1").replace("team: payments", "team: late"));
    Awaitility.await()
        .atMost(WITHIN)
        .untilAsserted(() -> assertThat(text(ask("used"))).contains("Budget of team late"));
  }
}
