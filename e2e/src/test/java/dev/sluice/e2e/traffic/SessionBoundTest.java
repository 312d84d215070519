package dev.sluice.e2e.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.RecordedTraffic;
import dev.sluice.testkit.anthropic.billing.Prompt;
import dev.sluice.wire.anthropic.BodyOutline;
import dev.sluice.wire.anthropic.LooseBound;
import dev.sluice.wire.anthropic.RequestScanner;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The recorded sessions, turn by turn: what the provider bills is never above the bound that the
/// turn before gives, and the bound is much nearer than the body's bytes.
final class SessionBoundTest {

  private static final long WINDOW = 1_000_000;

  /// A request of a session.
  private record Turn(BodyOutline outline, long bytes, long loose, long billed) {

    static Turn of(JsonNode json) {
      var body = JsonMapper.shared().writeValueAsBytes(json);
      var request = RequestScanner.scan(body, 0, body.length);
      return new Turn(
          BodyOutline.of(request, body, 0, body.length),
          body.length,
          LooseBound.of(request, WINDOW).inputTokens(),
          Prompt.of("test", json).tokens());
    }

    long after(Turn earlier) {
      return outline.inputTokensMax(earlier.outline, earlier.billed);
    }

    String tightness(Turn earlier) {
      return "%d bytes, %d tokens; bound %.2f times that, loose %.2f times"
          .formatted(bytes, billed, (double) after(earlier) / billed, (double) loose / billed);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "02-tool-turn-p-2.1.329",
        "06-long-250k-2.1.329",
        "07-long-520k-2.1.329",
        "08-long-950k-2.1.329"
      })
  void no_turn_is_billed_above_what_the_turn_before_allows(String name) {
    var turns = turns(name);
    assertThat(turns).hasSizeGreaterThan(1);
    for (int i = 1; i < turns.size(); i++) {
      var turn = turns.get(i);
      assertThat(turn.after(turns.get(i - 1))).isBetween(turn.billed(), turn.loose());
    }
    System.out.println(name + ": " + turns.get(1).tightness(turns.getFirst()));
    System.out.println(name + ": " + turns.getLast().tightness(turns.get(turns.size() - 2)));
  }

  /// The requests that led to a recorded one: those that end with each earlier message that is not
  /// the model's, with the mark of the cache on its last block.
  private static List<Turn> turns(String name) {
    var last = JsonMapper.shared().readTree(RecordedTraffic.request(name).http().body());
    var messages = last.path("messages");
    var turns = new ArrayList<Turn>();
    for (int end = 2; end <= messages.size(); end++) {
      if (!messages.path(end - 1).path("role").asString().equals("assistant")) {
        turns.add(Turn.of(until(end, last)));
      }
    }
    return turns;
  }

  private static JsonNode until(int end, JsonNode last) {
    var body = (ObjectNode) last.deepCopy();
    var messages = (ArrayNode) body.path("messages");
    while (messages.size() > end) {
      messages.remove(messages.size() - 1);
    }
    CacheMark.moveToEnd(messages);
    return body;
  }
}
