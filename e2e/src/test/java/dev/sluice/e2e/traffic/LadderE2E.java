package dev.sluice.e2e.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.money.NanoUsd;
import dev.sluice.demo.parts.RecordedClient;
import dev.sluice.e2e.World;
import dev.sluice.testkit.ClaudeCode;
import dev.sluice.testkit.RecordedTraffic;
import dev.sluice.testkit.http.HttpRequest;
import dev.sluice.testkit.script.Script;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/// A budget drains, and a cheaper model serves what begins: the same bytes but for its name.
final class LadderE2E {

  private static final String DEAR = "claude-opus-5-5";
  private static final String CHEAP = "claude-haiku-5-5";
  private static final Duration WINDOW_MAX = Duration.ofSeconds(90);

  private static String key(String window) {
    return """
    ---
    apiVersion: sluice.dev/v1alpha1
    kind: VirtualKey
    metadata: { name: alice }
    spec:
      team: payments
      providers: [ { name: anthropic, models: [claude-opus-5-5, claude-haiku-5-5] } ]
      budgets: [ { limitUsd: "2", window: %s } ]
      degrade: [ { at: 90, model: claude-haiku-5-5 } ]
    """
        .formatted(window);
  }

  @Test
  void what_begins_after_the_step_differs_in_its_models_name_alone_until_the_budget_resets() {
    try (var world = World.start(key("Minute"))) {
      drain(world);
      var recorded = session();
      var answer = client(world).whole(recorded);
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("x-sluice-model")).hasValue(CHEAP);
      assertThat(text(answer)).contains("\"model\":\"" + CHEAP + "\"");
      var sent = new String(recorded.http().body(), StandardCharsets.UTF_8);
      assertThat(world.simulator().requests().getLast().bodySha256())
          .isEqualTo(sha256(sent.replaceFirst("\"" + DEAR + "\"", "\"" + CHEAP + "\"")));
      Awaitility.await()
          .atMost(WINDOW_MAX)
          .untilAsserted(() -> assertThat(posted(world)).isEqualTo(NanoUsd.ZERO));
      var after = client(world).whole(session());
      assertThat(after.headers().firstValue("x-sluice-model")).isEmpty();
      assertThat(text(after)).contains("\"model\":\"" + DEAR + "\"");
      assertThat(world.simulator().violations()).isEmpty();
    }
  }

  @Test
  void the_real_claude_code_stays_with_the_model_that_it_began_with() {
    try (var world = World.start(key("Day"))) {
      drain(world);
      int drained = world.usage("alice").size();
      world.simulator().next(turn(), turn(), turn());
      world.simulator().otherwise(_ -> Script.answer().thinkingOfTokens(40).text("All done."));
      var claude = ClaudeCode.at(world.gateway().address(), world.gateway().key("alice"));
      var result = claude.print("work for three turns", Duration.ofSeconds(120));
      assertThat(result.stdout()).contains("All done.");
      Awaitility.await().untilAsserted(() -> assertThat(billed(world)).isEqualTo(total(world)));
      var usage = world.usage("alice");
      assertThat(usage.subList(drained, usage.size()))
          .hasSize(4)
          .allSatisfy(
              record -> {
                assertThat(record.path("modelAsked").asString()).isEqualTo(DEAR);
                assertThat(record.path("modelServed").asString()).isEqualTo(CHEAP);
              });
      assertThat(world.simulator().violations()).isEmpty();
      assertThat(world.gateway().admin("/metrics")).contains("sluice_degraded_requests_total{");
      assertThat(world.gateway().metric("sluice_hold_overruns_total"))
          .as(world.gateway().log())
          .isZero();
    }
  }

  private static Script turn() {
    return Script.answer().thinkingOfTokens(60).tool("Bash", Map.of("command", "echo a turn"));
  }

  /// Sessions of the dear model, until nine tenths are posted. They ask for the shortest answer
  /// that is worth asking for, so that each hold is whole.
  private static void drain(World world) {
    world.simulator().otherwise(_ -> Script.answer().textOfTokens(4_000));
    while (posted(world).nanos() < NanoUsd.parse("1.8").nanos()) {
      var answer = client(world).whole(shortened(session()));
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("x-sluice-model")).isEmpty();
      Awaitility.await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(() -> assertThat(billed(world)).isEqualTo(total(world)));
    }
  }

  private static RecordedClient client(World world) {
    return new RecordedClient(world.gateway().address(), world.gateway().key("alice"));
  }

  private static RecordedTraffic.Request session() {
    return RecordedTraffic.request("01-first-turn-p-2.1.329").inSession(UUID.randomUUID());
  }

  private static RecordedTraffic.Request shortened(RecordedTraffic.Request recorded) {
    var http = recorded.http();
    var body = new String(http.body(), StandardCharsets.UTF_8);
    var shorter = body.replace("\"max_tokens\":128000", "\"max_tokens\":4096");
    assertThat(shorter).isNotEqualTo(body);
    return new RecordedTraffic.Request(
        recorded.name(),
        new HttpRequest(
            http.method(),
            http.target(),
            http.headers(),
            shorter.getBytes(StandardCharsets.UTF_8)));
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  private static NanoUsd posted(World world) {
    return NanoUsd.parse(world.gateway().budgets("alice").get(0).path("posted").asString());
  }

  private static BigDecimal billed(World world) {
    return world.simulator().settledBill().usd().stripTrailingZeros();
  }

  /// Of all usage records.
  private static BigDecimal total(World world) {
    return world.usage("alice").stream()
        .map(record -> new BigDecimal(record.path("costUsd").asString()))
        .reduce(BigDecimal.ZERO, BigDecimal::add)
        .stripTrailingZeros();
  }

  private static String sha256(String text) {
    try {
      var bytes = text.getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("BUG: every JDK has SHA-256", e);
    }
  }
}
