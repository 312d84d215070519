package dev.sluice.extproc.route;

import static dev.sluice.extproc.route.RouteWorld.grant;
import static dev.sluice.extproc.route.RouteWorld.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.policy.Globs;
import dev.sluice.core.policy.Routing;
import dev.sluice.core.policy.Routing.Complexity;
import dev.sluice.core.policy.Routing.Match;
import dev.sluice.core.policy.Routing.Rule;
import dev.sluice.core.policy.Routing.Simplicity;
import dev.sluice.extproc.decode.Client;
import dev.sluice.wire.anthropic.MessagesRequest.Thinking;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ComplexitiesTest {

  private static final Thinking THINKS = new Thinking(true, 0, false);
  private static final Simplicity STANDARD = Simplicity.STANDARD;

  private static Asking asking(
      long bytes, long tools, Thinking thinking, Map<String, String> headers) {
    var client = new Client("s", null, null, null, headers);
    return new Asking("r", client, request("claude-sonnet-5", bytes, thinking, tools));
  }

  private static Complexity judged(long bytes, long tools, Thinking thinking) {
    return Complexities.of(STANDARD, asking(bytes, tools, thinking, Map.of()));
  }

  private static Complexity named(Simplicity simple, String header, String value) {
    return Complexities.of(simple, asking(900_000, 30, THINKS, Map.of(header, value)));
  }

  @Test
  void a_request_is_simple_only_where_size_tools_and_thinking_all_are() {
    assertThat(judged(32_768, 4, Thinking.NONE)).isEqualTo(Complexity.SIMPLE);
    assertThat(judged(32_769, 4, Thinking.NONE)).isEqualTo(Complexity.COMPLEX);
    assertThat(judged(32_768, 5, Thinking.NONE)).isEqualTo(Complexity.COMPLEX);
    assertThat(judged(1_000, 0, THINKS)).isEqualTo(Complexity.COMPLEX);
  }

  @Test
  void a_key_can_say_that_thinking_does_not_matter() {
    var thinking = new Simplicity(100_000, 30, true, Globs.ALL, Globs.ALL);
    assertThat(Complexities.of(thinking, asking(60_000, 13, THINKS, Map.of())))
        .isEqualTo(Complexity.SIMPLE);
  }

  @Test
  void a_class_and_a_type_that_are_listed_are_simple_whatever_else_they_are() {
    var explorers =
        new Simplicity(0, 0, false, new Globs(List.of("aux*")), new Globs(List.of("explore")));
    assertThat(named(STANDARD, "x-claude-code-request-class", "auxiliary"))
        .isEqualTo(Complexity.SIMPLE);
    assertThat(named(explorers, "x-claude-code-request-class", "auxiliary"))
        .isEqualTo(Complexity.SIMPLE);
    assertThat(named(explorers, "x-claude-code-agent-type", "explore"))
        .isEqualTo(Complexity.SIMPLE);
    assertThat(named(explorers, "x-claude-code-agent-type", "general-purpose"))
        .isEqualTo(Complexity.COMPLEX);
  }

  /// It reads the prompt cache of its conversation, and so has to stay where that is.
  @Test
  void a_compaction_is_judged_like_the_conversation_that_it_ends() {
    assertThat(named(STANDARD, "x-claude-code-request-class", "compaction"))
        .isEqualTo(Complexity.COMPLEX);
    var headers = Map.of("x-claude-code-request-class", "compaction");
    assertThat(Complexities.of(STANDARD, asking(9_000, 3, Thinking.NONE, headers)))
        .isEqualTo(Complexity.SIMPLE);
  }

  @Test
  void a_conversation_that_grows_moves_at_most_once_and_never_back() {
    var random = new Random(20261121);
    var simple = match(Complexity.SIMPLE);
    var routing =
        new Routing(List.of(new Rule(simple, "other/llama-small")), Map.of(), List.of(), STANDARD);
    var key = RouteWorld.key(routing, grant("north", 1), grant("other", 1));
    for (int run = 0; run < 200; run++) {
      var served = new ArrayList<String>();
      long bytes = random.nextInt(20_000);
      long tools = random.nextInt(4);
      for (int turn = 0; turn < 30; turn++) {
        bytes += random.nextInt(4_000);
        tools += random.nextInt(20) == 0 ? 1 : 0;
        var asking = asking(bytes, tools, Thinking.NONE, Map.of());
        served.add(Router.route(key, RouteWorld.snapshot(), asking).model().name());
      }
      var moved = served.indexOf("claude-sonnet-5");
      var before = moved < 0 ? served : served.subList(0, moved);
      assertThat(before).allMatch("llama-small"::equals);
      assertThat(served.subList(before.size(), served.size())).allMatch("claude-sonnet-5"::equals);
    }
  }

  private static Match match(Complexity complexity) {
    return new Match(
        null, null, Map.of(), null, null, null, null, null, null, null, null, complexity);
  }
}
