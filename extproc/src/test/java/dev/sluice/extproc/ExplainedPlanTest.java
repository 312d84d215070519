package dev.sluice.extproc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.policy.Routing;
import dev.sluice.core.policy.Routing.Match;
import dev.sluice.core.policy.Routing.Rule;
import dev.sluice.core.policy.Snapshot;
import dev.sluice.core.policy.Upstream;
import dev.sluice.core.provider.Ejection;
import dev.sluice.core.provider.Service;
import dev.sluice.core.provider.Service.Authentication;
import dev.sluice.core.provider.Service.Door;
import dev.sluice.core.provider.Service.Language;
import dev.sluice.extproc.explain.Explainer;
import dev.sluice.extproc.explain.Explanation;
import dev.sluice.extproc.explain.Sketch;
import dev.sluice.extproc.explain.SketchException;
import dev.sluice.extproc.flow.Planner;
import dev.sluice.extproc.health.Health;
import dev.sluice.extproc.route.RouteWorld;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// What is told of a plan: each place with what it costs and where it is, and what is passed over.
class ExplainedPlanTest {

  private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");
  private static final ObjectName NORTH = new ObjectName("default", "north");
  private static final ObjectName OTHER = new ObjectName("default", "other");
  private static final Routing FALLING_BACK =
      new Routing(List.of(), Map.of(), List.of("other/llama-large"), Routing.Simplicity.STANDARD);

  private final Health health = new Health(() -> NOW, Health.Others.NONE);

  /// With Groq, which reads no documents, as `other`.
  private static Snapshot snapshot() {
    var world = RouteWorld.snapshot();
    var upstreams = new TreeMap<>(world.upstreams());
    upstreams.computeIfPresent(OTHER, (_, other) -> groq(other));
    return new Snapshot("v1", "prices-1", Map.of(), upstreams);
  }

  private static Upstream groq(Upstream other) {
    var header = new Authentication.Header("authorization", "Bearer ");
    return new Upstream(
        other.name(),
        other.endpoint(),
        new Service(Language.CHAT, "groq", new Door.Own(), header),
        other.accounts(),
        other.models(),
        other.ceilingPrice(),
        other.budgets(),
        other.rateLimits(),
        other.timeouts(),
        other.outlier());
  }

  private static KeyPolicy key(Routing routing) {
    return RouteWorld.key(routing, RouteWorld.grant("north", 1), RouteWorld.grant("other", 1));
  }

  private Explanation explain(Routing routing, String model, String query) throws SketchException {
    var question =
        new Explainer.Question(key(routing), snapshot(), List.of(), model, Sketch.read(query), NOW);
    var regions = Map.of(OTHER, "eu-central-1");
    return Explainer.explain(
        question,
        new Explainer.Around(
            new Planner(health), name -> Optional.ofNullable(regions.get(name)), _ -> List.of()));
  }

  private static List<String> places(Explanation explanation) {
    return explanation.places().stream()
        .map(
            place ->
                "%s %s %s %s %s %s/%s %s"
                    .formatted(
                        place.place(),
                        place.provider(),
                        place.credential(),
                        place.model(),
                        place.region(),
                        place.inputUsd(),
                        place.outputUsd(),
                        place.why()))
        .toList();
  }

  @Test
  void each_place_has_its_provider_credential_model_region_and_price() throws SketchException {
    assertThat(places(explain(FALLING_BACK, "claude-sonnet-5", null)))
        .containsExactly(
            "1 default/north 0 claude-sonnet-5 null 5/25 null",
            "2 default/other 0 llama-large eu-central-1 5/25 null");
  }

  @Test
  void a_place_that_has_no_words_for_the_request_is_passed_over() throws SketchException {
    var explained = explain(FALLING_BACK, "claude-sonnet-5", "with=document");
    assertThat(places(explained).getFirst()).startsWith("1 default/north");
    assertThat(places(explained).getLast())
        .startsWith("null default/other 0 llama-large eu-central-1")
        .endsWith("document: a file (expected: text; the model reads no files)");
    var asked = explain(Routing.NONE, "llama-large", "with=document");
    assertThat(asked.outcome().refusal()).isEqualTo("untranslatable");
    assertThat(asked.places())
        .singleElement()
        .satisfies(place -> assertThat(place.place()).isNull());
    assertThat(asked.steps())
        .anySatisfy(
            step ->
                assertThat(step.why())
                    .isEqualTo("other: has llama-large, which cannot take this request"));
  }

  @Test
  void the_first_that_has_words_serves_where_the_chosen_one_has_none() throws SketchException {
    var routing =
        new Routing(List.of(), Map.of(), List.of("claude-haiku-4-5"), Routing.Simplicity.STANDARD);
    var explained = explain(routing, "llama-large", "with=document");
    assertThat(explained.outcome().provider()).isEqualTo("default/north");
    assertThat(explained.outcome().model()).isEqualTo("claude-haiku-4-5");
    assertThat(explained.steps().stream().filter(step -> step.step().equals("provider")))
        .extracting(Explanation.Step::verdict, Explanation.Step::why)
        .containsSubsequence(
            tuple(
                Explanation.Verdict.Tells,
                "other: has llama-large, which cannot take this request"),
            tuple(Explanation.Verdict.Passes, "north: serves the fallback claude-haiku-4-5"));
  }

  @Test
  void a_web_search_that_has_no_price_is_named() throws SketchException {
    var explained = explain(FALLING_BACK, "claude-sonnet-5", "with=web-search");
    assertThat(explained.outcome().refusal()).isEqualTo("unpriced");
    assertThat(places(explained))
        .hasSize(2)
        .allSatisfy(place -> assertThat(place).startsWith("null").contains("web search"));
  }

  @Test
  void a_provider_that_is_left_alone_is_tried_last_and_says_until_when() throws SketchException {
    var until = NOW.plusSeconds(30);
    health.eject(new Ejection(new Ejection.Target.Whole(NORTH), until, until));
    assertThat(places(explain(FALLING_BACK, "claude-sonnet-5", null)))
        .containsExactly(
            "1 default/other 0 llama-large eu-central-1 5/25 null",
            "2 default/north 0 claude-sonnet-5 null 5/25 it fails, and is left alone until"
                + " 2026-11-29T12:00:30Z");
  }

  @Test
  void size_tools_headers_and_session_decide_as_in_a_request() throws SketchException {
    var big =
        new Match(null, null, Map.of(), true, 50_000L, null, null, null, null, 3L, null, null);
    var routing =
        new Routing(
            List.of(new Rule(big, "other/llama-small")),
            Map.of(),
            List.of(),
            Routing.Simplicity.STANDARD);
    var fits = explain(routing, "claude-sonnet-5", "bytes=50000&tools=3&with=thinking");
    assertThat(fits.outcome().model()).isEqualTo("llama-small");
    var small = explain(routing, "claude-sonnet-5", "bytes=49000&tools=3&with=thinking");
    assertThat(small.outcome().model()).isEqualTo("claude-sonnet-5");
    assertThat(small.steps())
        .anySatisfy(
            step ->
                assertThat(step.why())
                    .isEqualTo(
                        "route 1, to other/llama-small, is for others: size does not fit this"
                            + " request"));
    var asked =
        explain(Routing.NONE, "claude-sonnet-5", "header=x-sluice-fallbacks%3Aother%2Fllama-small");
    assertThat(places(asked).getLast()).startsWith("2 default/other 0 llama-small");
  }
}
