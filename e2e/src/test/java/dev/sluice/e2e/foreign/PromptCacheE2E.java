package dev.sluice.e2e.foreign;

import static dev.sluice.e2e.foreign.Foreign.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.demo.parts.RecordedClient;
import dev.sluice.testkit.RecordedTraffic;
import dev.sluice.testkit.http.HttpRequest;
import dev.sluice.testkit.script.Script;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// How much of a turn other providers read from their prompt cache: all of the turn before, if what
/// is sent to them is the same from turn to turn.
final class PromptCacheE2E {

  /// The steps in which providers cache, and what a turn ends with, are not cached.
  private static final double SHARE_LEAST = 0.95;

  private static final int MESSAGES_OF_A_TURN = 2;
  private static final int TURNS = 4;

  private static Everywhere everywhere;

  static List<String> keys() {
    return Everywhere.KEYS;
  }

  @BeforeAll
  static void start() {
    everywhere = Everywhere.start();
  }

  @AfterAll
  static void stop() {
    everywhere.close();
  }

  @AfterEach
  void no_call_is_left() {
    everywhere.assertNoCallIsLeft();
  }

  @ParameterizedTest
  @MethodSource("keys")
  void a_turn_reads_all_of_the_one_before_from_the_cache(String key) {
    var shares = new ArrayList<Double>();
    long before = 0;
    for (var request : turns(UUID.nameUUIDFromBytes(key.getBytes(UTF_8)))) {
      everywhere.simulator(key).next(Script.answer().text("Go on."));
      var answer =
          new RecordedClient(everywhere.gateway(key).address(), everywhere.gateway(key).key(key))
              .whole(request);
      assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
      var usage = JsonMapper.shared().readTree(answer.body()).path("usage");
      long read = usage.path("cache_read_input_tokens").asLong();
      if (before > 0) {
        shares.add((double) read / before);
      }
      before = read + usage.path("input_tokens").asLong() + written(usage);
    }
    System.out.printf("%s: read from the cache, of the turn before: %s%n", key, shares);
    assertThat(shares).hasSize(TURNS - 1).allSatisfy(s -> assertThat(s).isGreaterThan(SHARE_LEAST));
    everywhere.assertBooksAgree();
  }

  private static long written(JsonNode usage) {
    return usage.path("cache_creation_input_tokens").asLong();
  }

  /// The last turns of a recorded session, as Claude Code sends them: the mark is on the last
  /// block.
  private static List<RecordedTraffic.Request> turns(UUID session) {
    var recorded = RecordedTraffic.request("06-long-250k-2.1.329");
    var all = JsonMapper.shared().readTree(recorded.http().body());
    int messages = all.path("messages").size();
    var turns = new ArrayList<RecordedTraffic.Request>();
    for (int left = TURNS - 1; left >= 0; left--) {
      var body = (ObjectNode) all.deepCopy();
      body.put("stream", false);
      var kept = body.putArray("messages");
      int asked = messages - left * MESSAGES_OF_A_TURN;
      all.path("messages").valueStream().limit(asked).map(JsonNode::deepCopy).forEach(kept::add);
      var last = (ObjectNode) kept.path(asked - 1).path("content").path(0);
      last.set(
          "cache_control", all.at("/messages/%d/content/0/cache_control".formatted(messages - 1)));
      var http = recorded.http();
      var bytes = JsonMapper.shared().writeValueAsBytes(body);
      var turn = new HttpRequest(http.method(), http.target(), http.headers(), bytes);
      turns.add(new RecordedTraffic.Request("turn", turn).inSession(session));
    }
    return turns;
  }
}
