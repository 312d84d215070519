package dev.sluice.e2e.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.billing.BillEntry;
import dev.sluice.testkit.http.Ending;
import dev.sluice.testkit.script.Script;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// One answer at each type of provider, which breaks off at each of many bytes, in each of the ways
/// in which a connection can end: what is booked is never below the bill, and not far above it.
final class CutAnswersAbroadE2E {

  private static final String REQUEST =
      """
      {"model":"claude-opus-5-5","max_tokens":4000,"stream":true,
      "tools":[{"name":"Bash","input_schema":{"type":"object","properties":{
      "command":{"type":"string"}}}}],"messages":[{"role":"user","content":"Why?"}]}""";

  private static final int STEP_BYTES = 1_831;
  private static final int STEPS = 6;

  private static final BigDecimal MOST_ABOVE = new BigDecimal("0.02");

  /// A call that was not there to its end can have had any length: the whole hold is booked.
  private static final BigDecimal MOST_ABOVE_AT_GEMINI = new BigDecimal("0.04");

  private static EachType each;

  @BeforeAll
  static void start() {
    each = EachType.start();
  }

  @AfterAll
  static void stop() {
    each.close();
  }

  private static Script script() {
    return Script.answer()
        .textOfTokens(120)
        .tool("Bash", Map.of("command", "echo " + "some words ".repeat(400)))
        .pace(Duration.ofMillis(1));
  }

  /// At all of them at once, since each answer takes its time.
  @Test
  void what_is_booked_is_never_below_the_bill() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var running = new LinkedHashMap<String, Future<List<String>>>();
      for (var key : EachType.KEYS) {
        running.put(key, threads.submit(() -> wrongAt(key)));
      }
      for (var key : running.keySet()) {
        assertThat(running.get(key).get()).as(key).isEmpty();
      }
    }
  }

  private static List<String> wrongAt(String key) {
    var answer = ask(key, script());
    assertThat(cost(answer)).as(key).isEqualByComparingTo(billed(key).usd());
    var most = key.startsWith("gemini") ? MOST_ABOVE_AT_GEMINI : MOST_ABOVE;
    var wrong = new ArrayList<String>();
    for (int step = 1; step <= STEPS; step++) {
      for (var ending : Ending.values()) {
        int cut = step * STEP_BYTES;
        var record = ask(key, script().cutAt(cut, ending));
        var bill = billed(key);
        var above = cost(record).subtract(bill.usd());
        if (above.signum() < 0 || above.compareTo(most) > 0) {
          wrong.add(
              "%s cut at %d by %s: bill $%s, above $%s"
                  .formatted(key, cut, ending, bill.usd(), above));
        }
      }
    }
    return wrong;
  }

  /// Asks, and returns the record of it.
  private static JsonNode ask(String key, Script script) {
    int before = records(key).size();
    each.simulator(key).next(script);
    try {
      each.send(key, "/v1/messages", REQUEST);
    } catch (UncheckedIOException _) {
      // It was cut.
    }
    Awaitility.await().atMost(Foreign.SOON).until(() -> records(key).size() > before);
    return records(key).getLast();
  }

  private static BillEntry billed(String key) {
    return each.simulator(key).settledBill().entries().getLast();
  }

  private static List<JsonNode> records(String key) {
    return each.gateway(key).usage().stream()
        .filter(usage -> usage.path("key").asString("").equals(key))
        .toList();
  }

  private static BigDecimal cost(JsonNode record) {
    return new BigDecimal(record.path("costUsd").asString("0"));
  }
}
