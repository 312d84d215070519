package dev.sluice.e2e.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.money.NanoUsd;
import dev.sluice.demo.parts.RecordedClient;
import dev.sluice.e2e.World;
import dev.sluice.testkit.RecordedTraffic;
import dev.sluice.testkit.RedisServer;
import dev.sluice.testkit.script.Script;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/// Redis is killed under a team that goes on without it.
final class LedgerAwayE2E {

  private static final Duration BACK_WITHIN = Duration.ofSeconds(60);

  private static final String KEYS =
      """
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: Team
      metadata: { name: open }
      spec:
        budgets: [ { limitUsd: "100", window: Day, calendar: { timeZone: UTC } } ]
        whenLedgerUnavailable: Allow
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: VirtualKey
      metadata: { name: bob }
      spec:
        team: open
        providers: [ { name: anthropic } ]
        budgets: [ { limitUsd: "50", window: Day, calendar: { timeZone: UTC } } ]
      """;

  @Test
  void what_passed_without_the_ledger_is_posted_to_the_nano_dollar_once_it_is_back() {
    try (var redis = RedisServer.start();
        var world = World.start(KEYS + World.key("alice", "50"), "--redis", redis.uri())) {
      world.simulator().otherwise(_ -> Script.answer().textOfTokens(300));
      assertThat(ledger(ask(world, "bob"))).isEmpty();
      Awaitility.await().untilAsserted(() -> assertThat(posted(world, 0)).isEqualTo(bill(world)));
      redis.kill();
      for (int i = 0; i < 5; i++) {
        var answer = ask(world, "bob");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(ledger(answer)).isEqualTo("unavailable");
      }
      assertThat(ask(world, "alice").statusCode()).isEqualTo(503);
      redis.restart();
      Awaitility.await()
          .atMost(BACK_WITHIN)
          .ignoreExceptions()
          .untilAsserted(() -> assertThat(posted(world, 0)).isEqualTo(bill(world)));
      assertThat(posted(world, 1)).isEqualTo(bill(world));
      assertThat(world.simulator().settledBill().exchanges()).isEqualTo(6);
      assertThat(ledger(ask(world, "bob"))).isEmpty();
      assertThat(ask(world, "alice").statusCode()).isEqualTo(200);
      assertThat(world.gateway().admin("/metrics"))
          .contains("sluice_unledgered_requests_total 5.0", "sluice_dropped_charges_total 0.0");
    }
  }

  private static HttpResponse<byte[]> ask(World world, String key) {
    var client = new RecordedClient(world.gateway().address(), world.gateway().key(key));
    return client.whole(
        RecordedTraffic.request("01-first-turn-p-2.1.329").inSession(UUID.randomUUID()));
  }

  private static String ledger(HttpResponse<byte[]> answer) {
    return answer.headers().firstValue("x-sluice-ledger").orElse("");
  }

  /// Of bob's budgets: his own, and his team's.
  private static NanoUsd posted(World world, int place) {
    return NanoUsd.parse(world.gateway().budgets("bob").get(place).path("posted").asString());
  }

  private static NanoUsd bill(World world) {
    BigDecimal usd = world.simulator().settledBill().usd();
    return new NanoUsd(usd.movePointRight(9).longValueExact());
  }
}
