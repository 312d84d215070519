package dev.sluice.e2e.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.ClaudeCode;
import dev.sluice.testkit.script.Script;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// One session of the real Claude Code that goes round all types of providers. Each turn begins
/// where the manifest of its key says by then, and ends at the next provider, since the first one
/// fails between a tool and what is said of its result.
final class ClaudeCodeRingE2E {

  private static final Duration TIMEOUT = Duration.ofSeconds(120);

  private static final String KEY = "ring";

  private static final int FIRST_LIMIT_USD = 500;

  private static final String MOVED = "a session went on elsewhere, without its prompt cache";

  private static final List<String> TYPES = EachType.KEYS;

  private static EachType each;

  @BeforeAll
  static void start() {
    each = EachType.start();
  }

  @AfterAll
  static void stop() {
    each.close();
  }

  @Test
  void a_session_goes_round_all_types_with_a_tool_in_each_turn() throws IOException {
    putIntoForce(0);
    try (var claude = ClaudeCode.at(each.gateway(KEY).address(), each.gateway(KEY).key(KEY))) {
      var session = "";
      for (int turn = 0; turn < TYPES.size(); turn++) {
        putIntoForce(turn);
        var told = play(turn, claude, session);
        session = told.path("session_id").asString("");
        assertThat(told.path("result").asString("")).isEqualTo(said(turn + 1));
        assertThat(told.path("num_turns").asInt()).isEqualTo(2);
        assertThat(told.path("is_error").asBoolean()).isFalse();
        each.assertNoCallIsLeft();
      }
      assertThat(claude.workingFolder().resolve("b.txt")).hasContent(String.join("\n", TYPES));
      assertRecordsNameThemAll(session);
    }
    assertMovesAreLogged();
  }

  private static String at(int place) {
    return TYPES.get(place % TYPES.size());
  }

  private static String said(int place) {
    return "Gone on at " + at(place) + ".";
  }

  /// One process of the CLI.
  ///
  /// @param session that it goes on with; empty for a new one
  private static JsonNode play(int turn, ClaudeCode claude, String session) {
    var command = Map.of("command", "echo %s >> b.txt".formatted(at(turn)));
    each.simulator(at(turn))
        .next(
            Script.answer().thinkingOfTokens(60).text("Here.").tool("Bash", command),
            Script.overloaded());
    each.simulator(at(turn + 1)).next(Script.answer().thinkingOfTokens(20).text(said(turn + 1)));
    var options = new ArrayList<>(List.of("--output-format", "json"));
    options.addAll(List.of("--model", "claude-opus-5-5"));
    if (!session.isEmpty()) {
      options.addAll(List.of("--resume", session));
    }
    var result = claude.print("go on", TIMEOUT, options.toArray(String[]::new));
    assertThat(result.stderr()).as("turn %d at %s", turn, at(turn)).isEmpty();
    assertThat(result.exitCode()).as(result.stdout()).isZero();
    return JsonMapper.shared().readTree(result.stdout());
  }

  /// The plan of a turn: its provider, then the next one. The limit tells when it is in force.
  private static void putIntoForce(int turn) throws IOException {
    var limit = String.valueOf(FIRST_LIMIT_USD + turn);
    var manifest =
        """
        apiVersion: sluice.dev/v1alpha1
        kind: VirtualKey
        metadata: { name: ring }
        spec:
          providers: [ { name: %s }, { name: %s } ]
          budgets: [ { limitUsd: "%s", window: Day } ]
          aliases: [ { name: "claude-opus-5-5", to: "%s" } ]
          fallbacks: [ "%s" ]
        """
            .formatted(
                at(turn),
                at(turn + 1),
                limit,
                each.targets().get(at(turn)),
                each.targets().get(at(turn + 1)));
    Files.writeString(each.world().manifests().resolve("ring.yaml"), manifest);
    var key = each.gateway(KEY).state().resolve("keys/default").resolve(KEY);
    Awaitility.await().atMost(Foreign.SOON).until(() -> Files.exists(key));
    Awaitility.await()
        .atMost(Foreign.SOON)
        .until(
            () ->
                each.gateway(KEY)
                    .budgetsIfRead(KEY)
                    .filter(budgets -> budgets.path(0).path("limit").asString("").equals(limit))
                    .isPresent());
  }

  private static void assertRecordsNameThemAll(String session) {
    var served = new ArrayList<String>();
    for (int turn = 0; turn < TYPES.size(); turn++) {
      served.addAll(List.of(at(turn), at(turn + 1)));
    }
    Awaitility.await()
        .atMost(Foreign.SOON)
        .untilAsserted(() -> assertThat(providers(true)).isEqualTo(served));
    assertThat(providers(false)).isEqualTo(TYPES);
    var records = each.world().usage(KEY);
    assertThat(records).allMatch(usage -> usage.path("sessionId").asString("").equals(session));
    assertThat(sum(records.stream().map(usage -> usage.path("costUsd").asString(""))))
        .isEqualByComparingTo(
            sum(each.simulators().stream().map(one -> one.settledBill().usd().toPlainString())));
  }

  private static List<String> providers(boolean completed) {
    return each.world().usage(KEY).stream()
        .filter(usage -> usage.path("outcome").asString("").equals("completed") == completed)
        .map(usage -> usage.path("provider").asString(""))
        .toList();
  }

  private static BigDecimal sum(Stream<String> amounts) {
    return amounts.map(BigDecimal::new).reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  private static void assertMovesAreLogged() {
    var moves =
        each.gateway(KEY)
            .log()
            .lines()
            .filter(line -> line.contains(MOVED))
            .map(JsonMapper.shared()::readTree)
            .toList();
    assertThat(moves)
        .extracting(move -> move.findPath("providerBefore").asString(""))
        .isEqualTo(TYPES);
    assertThat(moves)
        .extracting(move -> move.findPath("provider").asString(""))
        .isEqualTo(Stream.iterate(1, i -> i <= TYPES.size(), i -> i + 1).map(i -> at(i)).toList());
    assertThat(moves)
        .allMatch(move -> new BigDecimal(move.findPath("lostUsd").asString("0")).signum() > 0);
  }
}
