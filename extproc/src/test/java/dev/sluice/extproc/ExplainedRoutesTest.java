package dev.sluice.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.policy.Globs;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.policy.Routing;
import dev.sluice.core.policy.Routing.Complexity;
import dev.sluice.core.policy.Routing.Match;
import dev.sluice.core.policy.Routing.Rule;
import dev.sluice.core.policy.Routing.Tier;
import dev.sluice.core.policy.TeamOfKey;
import dev.sluice.core.policy.TeamOfKey.Withheld;
import dev.sluice.extproc.explain.Explainer;
import dev.sluice.extproc.explain.Explanation;
import dev.sluice.extproc.explain.Explanation.Step;
import dev.sluice.extproc.explain.Sketch;
import dev.sluice.extproc.route.RouteWorld;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What is told of routes: who names the model, in which order it is tried, and what is left out.
class ExplainedRoutesTest {

  private static final Match THINKING =
      new Match(null, null, Map.of(), true, null, null, null, null, null, null, null, null);
  private static final Match HAIKU =
      new Match(null, Tier.HAIKU, Map.of(), null, null, null, null, null, null, null, null, null);

  private static Explanation explain(Routing routing, String model) {
    var key =
        RouteWorld.key(
            routing,
            RouteWorld.grant("north", 70),
            RouteWorld.grant("south", 0),
            RouteWorld.grant("other", 1));
    var team =
        new TeamOfKey(
            new ObjectName("default", "strict"),
            key.models().getFirst(),
            List.of(new Withheld.Unlisted(new ObjectName("tools", "far"))));
    var question =
        new Explainer.Question(
            key, RouteWorld.snapshot(), List.of(team), model, Sketch.LEAST, Instant.EPOCH);
    return Explainer.explain(question, around(_ -> List.of()));
  }

  private static List<String> whys(Explanation explanation, String step) {
    return explanation.steps().stream()
        .filter(found -> found.step().equals(step))
        .map(Step::why)
        .toList();
  }

  private static Explainer.Around around(Explainer.Standings standings) {
    return Explainer.Around.of(_ -> Optional.empty(), standings, Instant.EPOCH);
  }

  @Test
  void the_rule_that_fits_is_named_and_why_those_before_it_do_not() {
    var rules =
        List.of(new Rule(THINKING, "north/claude-sonnet-5"), new Rule(HAIKU, "llama-small"));
    var explained =
        explain(
            new Routing(rules, Map.of(), List.of(), Routing.Simplicity.STANDARD),
            "claude-haiku-4-5");
    assertThat(whys(explained, "route"))
        .containsExactly(
            "route 1, to north/claude-sonnet-5, is for others: thinking does not fit a small"
                + " request of a new session",
            "route 2 fits, and names llama-small");
    assertThat(explained.outcome().provider()).isEqualTo("default/other");
    assertThat(explained.outcome().model()).isEqualTo("llama-small");
  }

  @Test
  void what_is_simple_is_told_where_a_rule_looks_at_it() {
    var simplicity =
        new Routing.Simplicity(
            9_000, 2, false, new Globs(List.of("auxiliary")), new Globs(List.of("explore", "x-*")));
    var rules =
        List.of(
            new Rule(complexity(Complexity.COMPLEX), "llama-large"),
            new Rule(complexity(Complexity.SIMPLE), "llama-small"));
    var routing = new Routing(rules, Map.of(), List.of(), simplicity);
    assertThat(whys(explain(routing, "claude-sonnet-5"), "route"))
        .containsExactly(
            "simple is a request of at most 9000 bytes and 2 tools that does not ask for thinking,"
                + " and any of class auxiliary, and any of agent type explore, x-*",
            "route 1, to llama-large, is for others: complexity does not fit a small request of a"
                + " new session",
            "route 2 fits, and names llama-small");
  }

  private static Match complexity(Complexity complexity) {
    return new Match(
        null, null, Map.of(), null, null, null, null, null, null, null, null, complexity);
  }

  @Test
  void what_a_team_withholds_for_its_regions_is_told() {
    var far = new ObjectName("tools", "far");
    var other = new ObjectName("default", "other");
    var allowed = List.of("eu", "eu-central-1");
    var withheld =
        List.<Withheld>of(
            new Withheld.Elsewhere(far, "us-east-1", allowed),
            new Withheld.Elsewhere(new ObjectName("tools", "anywhere"), null, List.of()),
            new Withheld.Leaving(other, List.of("llama-small", "llama-large"), allowed));
    var key = RouteWorld.key(Routing.NONE, RouteWorld.grant("other", 1, "llama-medium"));
    var team = new TeamOfKey(new ObjectName("default", "strict"), null, withheld);
    var question =
        new Explainer.Question(
            key,
            RouteWorld.snapshot(),
            List.of(team),
            "other/llama-small",
            Sketch.LEAST,
            Instant.EPOCH);
    var explained = Explainer.explain(question, around(_ -> List.of()));
    assertThat(whys(explained, "provider"))
        .startsWith(
            "tools/far: is in us-east-1; team strict lets only regions: eu, eu-central-1",
            "tools/anywhere: does not tell its region; team strict lets only regions: none",
            "other: may serve llama-small outside of its region; team strict lets only regions:"
                + " eu, eu-central-1")
        .hasSize(4);
    assertThat(explained.outcome().refusal()).isEqualTo("model_denied");
  }

  @Test
  void the_model_of_a_tier_is_named() {
    var routing =
        new Routing(
            List.of(), Map.of(Tier.HAIKU, "llama-small"), List.of(), Routing.Simplicity.STANDARD);
    var explained = explain(routing, "claude-haiku-4-5");
    assertThat(whys(explained, "route")).containsExactly("tier haiku is served by llama-small");
    assertThat(whys(explain(routing, "claude-sonnet-5"), "route")).isEmpty();
  }

  @Test
  void the_order_is_told_with_the_weights_and_with_what_is_left_out() {
    var fallbacks = List.of("llama-small", "claude-opus-5-5", "west/claude-haiku-4-5");
    var explained =
        explain(
            new Routing(List.of(), Map.of(), fallbacks, Routing.Simplicity.STANDARD),
            "claude-sonnet-5");
    assertThat(whys(explained, "provider"))
        .containsExactly(
            "tools/far: is not let by team strict, for nothing",
            "north: serves claude-sonnet-5; let pass by * of key alice, claude-sonnet-* of team"
                + " strict; of weight 70",
            "south: could serve claude-sonnet-5, after north; of weight 0",
            "other: does not have claude-sonnet-5");
    assertThat(whys(explained, "plan"))
        .containsExactly(
            "without the fallback claude-opus-5-5: the key may not use it",
            "without the fallback west/claude-haiku-4-5: no provider of the key has it",
            "claude-sonnet-5 at north, then claude-sonnet-5 at south, then llama-small at other");
  }

  @Test
  void a_fallback_does_not_serve_what_is_refused() {
    var explained =
        explain(
            new Routing(List.of(), Map.of(), List.of("llama-small"), Routing.Simplicity.STANDARD),
            "claude-opus-5-5");
    assertThat(explained.outcome().refusal()).isEqualTo("model_denied");
    assertThat(whys(explained, "plan")).isEmpty();
  }
}
