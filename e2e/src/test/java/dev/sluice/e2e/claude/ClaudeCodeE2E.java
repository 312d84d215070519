package dev.sluice.e2e.claude;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.World;
import dev.sluice.testkit.ClaudeCode;
import dev.sluice.testkit.script.ApiCall;
import dev.sluice.testkit.script.Script;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The real Claude Code through the whole gateway: what a developer sees.
final class ClaudeCodeE2E {

  private static final Duration TIMEOUT = Duration.ofSeconds(120);

  private static final String STRANDED =
      """
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: Provider
      metadata: { name: away }
      spec:
        type: Anthropic
        endpoint: http://127.0.0.1:9
        credentials: [ { name: main, secretRef: { name: anthropic, key: apiKey } } ]
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: VirtualKey
      metadata: { name: stranded }
      spec:
        providers: [ { name: away } ]
        budgets: [ { limitUsd: "50", window: Day } ]
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: VirtualKey
      metadata: { name: narrow }
      spec:
        providers: [ { name: anthropic, models: ["claude-haiku-*"] } ]
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: VirtualKey
      metadata: { name: hasty }
      spec:
        providers: [ { name: anthropic } ]
        rateLimits: [ { requests: 2, window: Minute } ]
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: VirtualKey
      metadata: { name: slow }
      spec:
        providers: [ { name: anthropic } ]
        rateLimits: [ { requests: 2, window: Hour } ]
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: VirtualKey
      metadata: { name: capped }
      spec:
        providers: [ { name: anthropic } ]
        caps: { sessionUsd: "0.60" }
      """;

  private static World world;

  @BeforeAll
  static void start() {
    world = World.start(World.key("alice", "500") + World.key("poor", "3") + STRANDED);
  }

  @AfterAll
  static void stop() {
    world.close();
  }

  @AfterEach
  void no_call_is_left() {
    world.simulator().clearScripts();
    assertThat(world.simulator().violations()).isEmpty();
  }

  @Test
  void prints_a_plain_answer() {
    int before = world.usage("alice").size();
    world.simulator().next(Script.answer().thinking("Easy.").text("Hello through the gateway."));
    var result = claude("alice").print("say hi", TIMEOUT);
    assertThat(result).isEqualTo(new ClaudeCode.Result(0, "Hello through the gateway.\n", ""));
    Awaitility.await().until(() -> world.usage("alice").size() > before);
    var usage = world.usage("alice").getLast();
    assertThat(usage.path("outcome").asString()).isEqualTo("completed");
    assertThat(usage.path("sessionId").asString()).isNotBlank();
    assertThat(usage.path("clientVersion").asString()).startsWith("2.1.");
  }

  @Test
  void reads_and_runs_over_several_turns() throws Exception {
    var claude = claude("alice");
    var file = claude.workingFolder().resolve("a.txt");
    Files.writeString(file, "forty-two\n");
    world
        .simulator()
        .next(
            Script.answer().thinking("Look.").tool("Read", Map.of("file_path", file.toString())),
            Script.answer().tool("Bash", Map.of("command", "tr a-z A-Z < a.txt | tee b.txt")),
            Script.answer().tool("Bash", Map.of("command", "wc -c < b.txt")),
            Script.answer().text("Ten bytes."));
    var result = claude.print("what is in a.txt?", TIMEOUT);
    assertThat(result).isEqualTo(new ClaudeCode.Result(0, "Ten bytes.\n", ""));
    assertThat(claude.workingFolder().resolve("b.txt")).hasContent("FORTY-TWO");
  }

  @Test
  void waits_for_two_agents_that_run_side_by_side() {
    world
        .simulator()
        .when(ApiCall::fromSubAgent, Script.answer().text("A part.").pace(Duration.ofMillis(50)))
        .next(
            Script.answer().tool("Agent", agent("first")).tool("Agent", agent("second")),
            Script.answer().text("Both are done."));
    var result = claude("alice").print("ask two agents", TIMEOUT);
    assertThat(result).isEqualTo(new ClaudeCode.Result(0, "Both are done.\n", ""));
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(world.usage("alice"))
                    .extracting(usage -> usage.path("agentId").asString(""))
                    .filteredOn(agent -> !agent.isEmpty())
                    .doesNotHaveDuplicates()
                    .hasSize(2));
  }

  @Test
  void prints_an_answer_of_100_kilobytes() {
    world.simulator().next(Script.answer().textOfBytes(100_000));
    var result = claude("alice").print("write a lot", TIMEOUT);
    assertThat(result.stdout().getBytes(StandardCharsets.UTF_8)).hasSizeBetween(99_000, 100_001);
    assertThat(result.exitCode()).isZero();
  }

  @Test
  void stops_at_once_with_our_sentence_when_the_budget_runs_out_in_mid_session() {
    world
        .simulator()
        .otherwise(
            _ ->
                Script.answer()
                    .thinkingOfTokens(12_000)
                    .tool("Bash", Map.of("command", "echo another turn")));
    var before = world.gateway().refusals();
    var result = claude("poor").print("work until the money is gone", TIMEOUT);
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.stdout())
        .startsWith("API Error: Request rejected (429) · Budget of key poor ")
        .contains(" of $3 a day", " · resets ", "(UTC)");
    assertThat(world.gateway().refusals() - before).isEqualTo(1);
    Awaitility.await().until(() -> world.usage("poor").size() > 1);
    var budget = world.gateway().budgets("poor").get(0);
    assertThat(new java.math.BigDecimal(budget.path("posted").asString()))
        .isLessThanOrEqualTo(new java.math.BigDecimal("3"));
  }

  @Test
  void waits_by_itself_for_a_rate_limit_that_resets_within_a_minute() {
    world.simulator().otherwise(call -> turn(call.toolResults()));
    var result = claude("hasty").print("work in three turns", TIMEOUT);
    assertThat(result).isEqualTo(new ClaudeCode.Result(0, "Done.\n", ""));
    Awaitility.await().untilAsserted(() -> assertThat(world.usage("hasty")).hasSize(3));
    assertThat(limited()).isPositive();
  }

  @Test
  void stops_at_once_with_our_sentence_for_a_rate_limit_that_lasts() {
    world.simulator().otherwise(call -> turn(call.toolResults()));
    long before = limited();
    var result = claude("slow").print("work in three turns", TIMEOUT);
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.stdout())
        .startsWith(
            "API Error: Request rejected (429) · Rate limit of key slow is reached: 2 requests an"
                + " hour · resets ");
    assertThat(limited() - before).isEqualTo(1);
  }

  private static Script turn(long toolResults) {
    return toolResults < 2
        ? Script.answer().tool("Bash", Map.of("command", "echo another turn"))
        : Script.answer().text("Done.");
  }

  private static long limited() {
    return world.gateway().metric("sluice_refusals_total{kind=\"rate_limited\"}");
  }

  @Test
  void stops_at_once_with_our_sentence_when_the_session_has_used_up_its_cap() {
    world
        .simulator()
        .otherwise(
            _ ->
                Script.answer()
                    .thinkingOfTokens(12_000)
                    .tool("Bash", Map.of("command", "echo another turn")));
    var before = world.gateway().refusals();
    var plain = claude("capped").print("work until the cap", TIMEOUT);
    assertThat(plain.exitCode()).isEqualTo(1);
    assertThat(plain.stdout())
        .startsWith("API Error: Request rejected (429) · Cap of session ")
        .contains(" of key capped has too little left for this request: ", " of $0.60 used")
        .doesNotContain("resets");
    assertThat(world.gateway().refusals() - before).isEqualTo(1);
    var gateway =
        claude("capped")
            .with("CLAUDE_CODE_USE_GATEWAY", "1")
            .print("work until the cap", TIMEOUT, "--model", "claude-opus-5-5");
    assertThat(gateway.stdout()).startsWith("Cap of session ");
  }

  @Test
  void says_that_a_key_is_unknown() {
    var claude = ClaudeCode.at(world.gateway().address(), "sk-slc-nobody-has-this-key");
    var result = claude.print("say hi", TIMEOUT);
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.stdout()).contains("API Error: 401").contains("key");
  }

  @Test
  void says_that_a_model_is_not_allowed() {
    var asked = world.simulator().received();
    var result = claude("narrow").print("say hi", TIMEOUT, "--model", "claude-opus-5-5");
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.stdout())
        .isEqualTo("API Error: 400 model claude-opus-5-5 is not allowed for key narrow\n");
    assertThat(world.simulator().received()).isEqualTo(asked);
  }

  @Test
  void says_that_the_provider_is_down() {
    var result = claude("stranded").with("CLAUDE_CODE_MAX_RETRIES", "1").print("say hi", TIMEOUT);
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.stdout()).startsWith("API Error: 503 ");
    Awaitility.await()
        .until(() -> world.gateway().budgets("stranded").at("/0/held").asString().equals("0"));
    assertThat(world.gateway().budgets("stranded").at("/0/posted").asString()).isEqualTo("0");
  }

  private static ClaudeCode claude(String key) {
    return ClaudeCode.at(world.gateway().address(), world.gateway().key(key));
  }

  private static Map<String, Object> agent(String task) {
    return Map.of(
        "description", task, "prompt", "do the " + task + " part", "run_in_background", false);
  }
}
