package dev.sluice.e2e.claude;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.demo.parts.RecordedClient;
import dev.sluice.e2e.World;
import dev.sluice.testkit.ClaudeCode;
import dev.sluice.testkit.RecordedTraffic;
import dev.sluice.testkit.script.ApiCall;
import dev.sluice.testkit.script.Script;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/// The real Claude Code, whose money another client of the same key takes while it is answered.
final class MidStreamE2E {

  private static final Duration TIMEOUT = Duration.ofSeconds(120);
  private static final String OTHER = "SOMEBODY-ELSE";
  private static final String LIMIT = "0.45";

  @Test
  void ends_with_one_sentence_after_a_block_that_is_complete() throws Exception {
    run(Script.answer().thinkingOfTokens(400).textOfTokens(16_000), 1);
  }

  @Test
  void asks_once_more_before_a_block_is_complete_and_is_told() throws Exception {
    run(Script.answer().textOfTokens(16_000), 2);
  }

  private static void run(Script answer, int requestsMax) throws Exception {
    try (var world = World.start(World.key("alice", LIMIT));
        var others = Executors.newVirtualThreadPerTaskExecutor()) {
      world
          .simulator()
          .when(
              MidStreamE2E::isOther,
              Script.answer().textOfTokens(16_000).tokensPerEvent(20).pace(Duration.ofMillis(10)))
          .otherwise(_ -> answer.tokensPerEvent(20).pace(Duration.ofMillis(15)));
      var claude = ClaudeCode.at(world.gateway().address(), world.gateway().key("alice"));
      var printed = others.submit(() -> claude.print("write a long answer", TIMEOUT));
      Awaitility.await().atMost(TIMEOUT).until(() -> ours(world) == 1);
      var other = new RecordedClient(world.gateway().address(), world.gateway().key("alice"));
      var theirs = others.submit(() -> other.whole(RecordedTraffic.question(OTHER)));
      var result = printed.get();
      System.out.printf(
          "Claude Code: %d of its requests reached the provider; then: %s%n",
          ours(world), result.stdout());
      theirs.get();
      assertThat(world.simulator().awaitIdle(TIMEOUT)).isTrue();
      assertThat(result.exitCode()).isEqualTo(1);
      assertThat(result.stdout()).contains("Budget of key alice ");
      assertThat(ours(world)).isLessThanOrEqualTo(requestsMax);
      Awaitility.await()
          .atMost(TIMEOUT)
          .until(() -> world.gateway().budgets("alice").get(0).path("held").asString().equals("0"));
      assertThat(new BigDecimal(world.gateway().budgets("alice").get(0).path("posted").asString()))
          .isBetween(world.simulator().bill().usd(), new BigDecimal(LIMIT));
      assertThat(world.gateway().metric("sluice_hold_overruns_total")).isZero();
    }
  }

  private static boolean isOther(ApiCall call) {
    return new String(call.request().body(), StandardCharsets.UTF_8).contains(OTHER);
  }

  /// Claude Code's requests are large.
  private static long ours(World world) {
    return world.simulator().requests().stream()
        .filter(request -> request.path().equals("/v1/messages"))
        .filter(request -> request.bodyBytes() > 10_000)
        .count();
  }
}
