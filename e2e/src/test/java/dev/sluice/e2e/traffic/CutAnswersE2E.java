package dev.sluice.e2e.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.demo.parts.RecordedClient;
import dev.sluice.e2e.World;
import dev.sluice.testkit.RecordedTraffic;
import dev.sluice.testkit.billing.BillEntry;
import dev.sluice.testkit.script.Script;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// One answer, left after each of its events: text, then thinking out of sight, then text.
@Tag("alone")
final class CutAnswersE2E {

  private static final BigDecimal AT_MOST_ABOVE = new BigDecimal("1.05");
  private static final BigDecimal OUT_OF_SIGHT_AT_MOST_ABOVE = new BigDecimal("1.5");

  private static long turns;
  private static World world;
  private static RecordedClient client;

  @BeforeAll
  static void learn() {
    world = World.start(World.key("alice", "40000"));
    client = new RecordedClient(world.gateway().address(), world.gateway().key("alice"));
    for (int i = 1; i <= 8; i++) {
      world.simulator().next(script(20 * i, 40 + 70 * (i % 4)));
      assertThat(client.whole(request()).statusCode()).isEqualTo(200);
    }
  }

  @AfterAll
  static void stop() {
    world.close();
  }

  private static RecordedTraffic.Request request() {
    return Turns.turn("01-first-turn-p-2.1.329", ++turns);
  }

  private static Script script(int textTokens, int thinkingTokens) {
    return Script.answer()
        .textOfTokens(textTokens)
        .thinkingOfTokens(thinkingTokens)
        .textOfTokens(textTokens)
        .tool("Bash", Map.of("command", "ls -l | sort"))
        .pace(Duration.ofMillis(30));
  }

  @Test
  void each_cut_is_booked_never_below_the_bill_and_close_above_it() throws Exception {
    int events = 1;
    for (var last = leaveAfter(events); !last.isEmpty(); last = leaveAfter(events)) {
      compare(events, last);
      events += 2;
    }
    assertThat(events).isGreaterThan(20);
  }

  /// Leaves after so many events; returns the last one's data, which is empty after the end.
  private static String leaveAfter(int events) throws IOException {
    world.simulator().next(script(30, 170));
    try (var body = client.open(request()).body();
        var lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
      var data = "";
      for (int seen = 0; seen < events; ) {
        var line = lines.readLine();
        if (line == null) {
          return "";
        }
        if (line.startsWith("data:")) {
          data = line;
          seen++;
        }
      }
      return data;
    }
  }

  private static void compare(int events, String last) {
    assertThat(world.simulator().awaitIdle(Duration.ofSeconds(10))).isTrue();
    BillEntry billed = world.simulator().bill().entries().getLast();
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () ->
                assertThat(record().path("upstreamRequestId").asString(""))
                    .isEqualTo(billed.requestId()));
    var cost = new BigDecimal(record().path("costUsd").asString());
    boolean visible = Turns.VISIBLE.stream().anyMatch(last::contains);
    assertThat(cost)
        .as("after %d events, the last %s", events, last)
        .isGreaterThanOrEqualTo(billed.usd());
    assertThat(cost)
        .as("after %d events, the last %s", events, last)
        .isLessThanOrEqualTo(
            billed.usd().multiply(visible ? AT_MOST_ABOVE : OUT_OF_SIGHT_AT_MOST_ABOVE));
  }

  private static JsonNode record() {
    return world.usage("alice").getLast();
  }
}
