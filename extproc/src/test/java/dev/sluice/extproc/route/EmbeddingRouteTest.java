package dev.sluice.extproc.route;

import static dev.sluice.extproc.route.RouteWorld.grant;
import static dev.sluice.extproc.route.RouteWorld.provider;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.money.PerMTok;
import dev.sluice.core.policy.Globs;
import dev.sluice.core.policy.Grant;
import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.core.policy.Model;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.policy.Routing;
import dev.sluice.core.policy.Routing.Match;
import dev.sluice.core.policy.Routing.Rule;
import dev.sluice.core.policy.Snapshot;
import dev.sluice.core.policy.TeamOfKey;
import dev.sluice.core.policy.Upstream;
import dev.sluice.core.price.Price;
import dev.sluice.core.refusal.Refusal;
import dev.sluice.core.refusal.RefusedModel;
import dev.sluice.extproc.decode.Client;
import dev.sluice.extproc.explain.Explainer;
import dev.sluice.extproc.explain.Sketch;
import dev.sluice.extproc.reply.Refused;
import dev.sluice.wire.embedding.EmbeddingScanner;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Where requests for embeddings go, and what goes to models that make none.
class EmbeddingRouteTest {

  private static final String SMALL = "llama-embed-small";
  private static final String LARGE = "llama-embed-large";
  private static final Match ANY =
      new Match(null, null, Map.of(), null, null, null, null, null, null, null, null, null);
  private static final Grant[] ALL = {grant("north", 1), grant("south", 0), grant("other", 1)};

  /// North and south have the small one, other has the large one.
  private final Snapshot snapshot = snapshot();

  private static Snapshot snapshot() {
    var before = RouteWorld.snapshot();
    var upstreams = new TreeMap<ObjectName, Upstream>(before.upstreams());
    Map.of("north", SMALL, "south", SMALL, "other", LARGE)
        .forEach(
            (name, model) -> upstreams.computeIfPresent(provider(name), (_, u) -> with(u, model)));
    return new Snapshot("v1", "prices-1", Map.of(), upstreams);
  }

  private static Upstream with(Upstream one, String model) {
    var models = new TreeMap<>(one.models());
    var price = Price.ofInput(PerMTok.parse("0.02"));
    models.put(
        model, new Model(model, model, model, price, 8_192, null, null, Model.Kind.EMBEDDING));
    return new Upstream(
        one.name(),
        one.endpoint(),
        one.service(),
        one.accounts(),
        models,
        null,
        List.of(),
        List.of(),
        one.timeouts(),
        one.outlier());
  }

  private static Asking embedding(String model) {
    var bytes = ("{\"model\":\"" + model + "\",\"input\":\"a\"}").getBytes(StandardCharsets.UTF_8);
    var request = EmbeddingScanner.scan(bytes, 0, bytes.length);
    return new Asking("request-1", Client.UNKNOWN, request);
  }

  private List<String> plan(KeyPolicy key, Asking asking) {
    return Router.plan(key, snapshot, asking).stream()
        .map(route -> route.upstream().name().name() + "/" + route.model().name())
        .toList();
  }

  private static KeyPolicy key(String... fallbacks) {
    var rule = new Rule(ANY, "claude-sonnet-5");
    return RouteWorld.key(
        new Routing(List.of(rule), Map.of(), List.of(fallbacks), Routing.Simplicity.STANDARD), ALL);
  }

  private static Explainer.Around around(Explainer.Standings standings) {
    return Explainer.Around.of(_ -> Optional.empty(), standings, Instant.EPOCH);
  }

  @Test
  void the_asked_model_serves_whatever_routes_say() {
    assertThat(plan(key(), embedding(SMALL))).containsExactly("north/" + SMALL, "south/" + SMALL);
    assertThat(plan(key(), embedding("south/" + SMALL)))
        .containsExactly("south/" + SMALL, "north/" + SMALL);
  }

  @Test
  void a_fallback_serves_only_where_it_has_the_same_model() {
    assertThat(plan(key("other/" + LARGE, "llama-large"), embedding("north/" + SMALL)))
        .containsExactly("north/" + SMALL, "south/" + SMALL);
  }

  @Test
  void a_message_has_no_place_at_a_model_that_embeds() {
    var key =
        RouteWorld.key(
            new Routing(List.of(), Map.of(), List.of(SMALL), Routing.Simplicity.STANDARD), ALL);
    assertThat(plan(key, RouteWorld.asking("s", "llama-large")))
        .containsExactly("other/llama-large");
  }

  @Test
  void a_model_of_the_other_kind_is_refused() {
    assertThat(refusal(embedding("llama-large")))
        .isEqualTo(new Refusal.KindMismatch(RefusedModel.asked("llama-large"), Model.Kind.TEXT));
    var key = RouteWorld.key(Routing.NONE, ALL);
    assertThatThrownBy(() -> plan(key, RouteWorld.asking("s", LARGE)))
        .isInstanceOfSatisfying(
            Refused.class,
            refused ->
                assertThat(refused.refusal())
                    .isEqualTo(
                        new Refusal.KindMismatch(RefusedModel.asked(LARGE), Model.Kind.EMBEDDING)));
    assertThat(refusal(embedding("nobody")))
        .isEqualTo(new Refusal.ModelUnknown(RefusedModel.asked("nobody")));
  }

  private Refusal refusal(Asking asking) {
    try {
      plan(RouteWorld.key(Routing.NONE, ALL), asking);
    } catch (Refused e) {
      return e.refusal();
    }
    throw new AssertionError("not refused");
  }

  @Test
  void what_a_model_makes_decides_what_is_explained() {
    var team = new TeamOfKey(provider("strict"), Globs.ALL, List.of());
    var question =
        new Explainer.Question(
            key("llama-large"), snapshot, List.of(team), SMALL, Sketch.LEAST, Instant.EPOCH);
    var explained = Explainer.explain(question, around(_ -> List.of()));
    assertThat(explained.outcome().provider()).isEqualTo("default/north");
    assertThat(explained.steps())
        .extracting(step -> step.step() + ": " + step.why())
        .contains(
            "route: routes and tiers are not for embeddings: the asked model makes them",
            "price: llama-embed-small for a million tokens: input $0.02; price table prices-1",
            "bound: explained for an embedding of one word: $0.000000423 at most",
            "plan: without the fallback llama-large: it is for another kind of requests",
            "plan: llama-embed-small at north, then llama-embed-small at south");
  }
}
