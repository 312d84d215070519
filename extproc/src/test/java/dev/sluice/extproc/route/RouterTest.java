package dev.sluice.extproc.route;

import static dev.sluice.extproc.route.RouteWorld.asking;
import static dev.sluice.extproc.route.RouteWorld.grant;
import static dev.sluice.extproc.route.RouteWorld.key;
import static dev.sluice.extproc.route.RouteWorld.request;
import static dev.sluice.extproc.route.RouteWorld.session;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.policy.Globs;
import dev.sluice.core.policy.Grant;
import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.core.policy.Routing;
import dev.sluice.core.policy.Routing.Match;
import dev.sluice.core.policy.Routing.Rule;
import dev.sluice.core.policy.Routing.Tier;
import dev.sluice.core.policy.Snapshot;
import dev.sluice.core.refusal.Refusal;
import dev.sluice.core.refusal.RefusedModel;
import dev.sluice.extproc.answer.RefusalAnswers;
import dev.sluice.extproc.decode.Client;
import dev.sluice.extproc.reply.Refused;
import dev.sluice.wire.anthropic.MessagesRequest;
import dev.sluice.wire.anthropic.MessagesRequest.Thinking;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RouterTest {

  private static final Match ANY = match(null, null);
  private static final Grant[] NORTH_AND_OTHER = {grant("north", 1), grant("other", 1)};

  private final Snapshot snapshot = RouteWorld.snapshot();

  private static Match match(@Nullable String model, @Nullable Tier tier) {
    return new Match(
        globs(model), tier, Map.of(), null, null, null, null, null, null, null, null, null);
  }

  private static @Nullable Globs globs(@Nullable String pattern) {
    return pattern == null ? null : new Globs(List.of(pattern));
  }

  private static Routing rules(Rule... rules) {
    return new Routing(List.of(rules), Map.of(), List.of(), Routing.Simplicity.STANDARD);
  }

  private static Routing fallbacks(String... targets) {
    return new Routing(List.of(), Map.of(), List.of(targets), Routing.Simplicity.STANDARD);
  }

  private List<String> plan(KeyPolicy key, Asking asking) {
    return Router.plan(key, snapshot, asking).stream()
        .map(route -> route.upstream().name().name() + "/" + route.model().name())
        .toList();
  }

  private List<String> plan(Routing routing, String model) {
    return plan(key(routing, NORTH_AND_OTHER), asking("s", model));
  }

  private String routed(Match match, Asking asking) {
    return plan(key(rules(new Rule(match, "llama-large")), NORTH_AND_OTHER), asking).getFirst();
  }

  @Test
  void the_first_rule_that_matches_names_the_model() {
    var rules =
        rules(
            new Rule(match("claude-opus-*", null), "claude-sonnet-5"),
            new Rule(match(null, Tier.HAIKU), "other/llama-small"),
            new Rule(ANY, "llama-large"));
    // What is asked need not be allowed: what is routed to must be.
    assertThat(plan(rules, "claude-opus-5-5")).containsExactly("north/claude-sonnet-5");
    assertThat(plan(rules, "claude-haiku-4-5")).containsExactly("other/llama-small");
    assertThat(plan(rules, "north/claude-haiku-4-5")).containsExactly("other/llama-small");
    assertThat(plan(rules, "quick")).containsExactly("other/llama-small");
    assertThat(plan(rules, "anything")).containsExactly("other/llama-large");
  }

  @Test
  void every_field_of_a_match_must_fit() {
    var asking = asking("session-7", "claude-sonnet-5");
    var thinking =
        new Match(null, null, Map.of(), true, null, null, null, null, null, null, null, null);
    assertThat(routed(thinking, asking)).isEqualTo("north/claude-sonnet-5");
    var thinks = request("claude-sonnet-5", 1_000, new Thinking(true, 0, true));
    assertThat(routed(thinking, new Asking("r", session("s"), thinks)))
        .isEqualTo("other/llama-large");

    assertThat(routed(size(1_000L, 1_000L), asking)).isEqualTo("other/llama-large");
    assertThat(routed(size(1_001L, null), asking)).isEqualTo("north/claude-sonnet-5");
    assertThat(routed(size(null, 999L), asking)).isEqualTo("north/claude-sonnet-5");

    var two = request("claude-sonnet-5", 1_000, Thinking.NONE, 2);
    var lists = new Asking("r", session("s"), two);
    assertThat(routed(tools(2L, 2L), lists)).isEqualTo("other/llama-large");
    assertThat(routed(tools(3L, null), lists)).isEqualTo("north/claude-sonnet-5");
    assertThat(routed(tools(null, 1L), lists)).isEqualTo("north/claude-sonnet-5");
    assertThat(routed(tools(null, 0L), asking)).isEqualTo("other/llama-large");

    assertThat(routed(session7("session-*"), asking)).isEqualTo("other/llama-large");
    assertThat(routed(session7("other-*"), asking)).isEqualTo("north/claude-sonnet-5");
    assertThat(routed(session7("*"), new Asking("r", Client.UNKNOWN, request("claude-sonnet-5"))))
        .isEqualTo("north/claude-sonnet-5");
  }

  private static Match size(@Nullable Long least, @Nullable Long most) {
    return new Match(null, null, Map.of(), null, least, most, null, null, null, null, null, null);
  }

  private static Match tools(@Nullable Long least, @Nullable Long most) {
    return new Match(null, null, Map.of(), null, null, null, null, null, null, least, most, null);
  }

  private static Match session7(String glob) {
    return new Match(
        null, null, Map.of(), null, null, null, globs(glob), null, null, null, null, null);
  }

  @Test
  void a_rule_looks_at_headers() {
    var headers =
        Map.of(
            "x-sluice-tag-env", "staging",
            "x-claude-code-agent-type", "general-purpose",
            "x-claude-code-request-class", "subagent");
    var client = new Client("s", null, null, null, headers);
    var asking = new Asking("r", client, request("claude-sonnet-5"));
    var tag = Map.of("x-sluice-tag-env", new Globs(List.of("stag*")));
    var all =
        new Match(
            null,
            null,
            tag,
            null,
            null,
            null,
            null,
            globs("general-*"),
            globs("subagent"),
            null,
            null,
            null);
    assertThat(routed(all, asking)).isEqualTo("other/llama-large");
    assertThat(routed(all, asking("s", "claude-sonnet-5"))).isEqualTo("north/claude-sonnet-5");
    for (var other :
        List.of(
            new Match(
                null, null, tag, null, null, null, null, globs("explore"), null, null, null, null),
            new Match(
                null, null, tag, null, null, null, null, null, globs("main"), null, null, null),
            new Match(
                null,
                null,
                Map.of("x-sluice-tag-env", new Globs(List.of("production"))),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null))) {
      assertThat(routed(other, asking)).isEqualTo("north/claude-sonnet-5");
    }
  }

  @Test
  void a_provider_is_tried_with_several_accounts_as_far_as_all_others_have_a_place() {
    var many = key(fallbacks("north/claude-sonnet-5", "other/llama-large"), grants("many"));
    assertThat(accounts(many, "s")).hasSize(4).last().isEqualTo("default/other/0");
    assertThat(accounts(many, "s").subList(0, 2))
        .allMatch(name -> name.startsWith("default/many/"));
    assertThat(accounts(many, "s")).doesNotHaveDuplicates();
    var alone = key(fallbacks(), grant("many", 1));
    assertThat(accounts(alone, "s")).hasSize(4).doesNotContain("default/many/4");
  }

  @Test
  void an_agent_keeps_its_account_and_all_accounts_have_their_share() {
    var key = key(fallbacks(), grant("many", 1));
    var firsts =
        IntStream.range(0, 400)
            .mapToObj(i -> accounts(key, "session-" + i).getFirst())
            .collect(Collectors.groupingBy(name -> name, Collectors.counting()));
    assertThat(firsts).hasSize(4);
    // 100 are expected, with a deviation of 8.7.
    assertThat(firsts.values()).allSatisfy(times -> assertThat(times).isBetween(60L, 140L));
    assertThat(accounts(key, "session-7")).isEqualTo(accounts(key, "session-7"));
  }

  private static Grant[] grants(String first) {
    return new Grant[] {grant(first, 1), grant("north", 1), grant("other", 1)};
  }

  private List<String> accounts(KeyPolicy key, String session) {
    return Router.plan(key, snapshot, asking(session, "llama-many")).stream()
        .map(Route::account)
        .toList();
  }

  @Test
  void a_tier_serves_where_no_rule_matches_and_the_client_names_neither_provider_nor_alias() {
    var tiers = Map.of(Tier.HAIKU, "llama-small", Tier.OPUS, "north/claude-sonnet-5");
    var rule = new Rule(match("claude-haiku-4-5", null), "llama-large");
    var routing = new Routing(List.of(), tiers, List.of(), Routing.Simplicity.STANDARD);
    assertThat(plan(routing, "claude-haiku-4-5")).containsExactly("other/llama-small");
    assertThat(plan(routing, "claude-opus-9-20300101")).containsExactly("north/claude-sonnet-5");
    assertThat(plan(routing, "claude-sonnet-5")).containsExactly("north/claude-sonnet-5");
    assertThat(plan(routing, "north/claude-haiku-4-5")).containsExactly("north/claude-haiku-4-5");
    assertThat(plan(routing, "quick")).containsExactly("north/claude-haiku-4-5");
    assertThat(
            plan(
                new Routing(List.of(rule), tiers, List.of(), Routing.Simplicity.STANDARD),
                "claude-haiku-4-5"))
        .containsExactly("other/llama-large");
  }

  @Test
  void a_provider_that_is_named_is_first_and_the_others_that_have_the_model_follow() {
    var key = key(Routing.NONE, grant("north", 90), grant("south", 0), grant("west", 10));
    for (int i = 0; i < 50; i++) {
      assertThat(plan(key, asking("s" + i, "south/claude-sonnet-5")))
          .startsWith("south/claude-sonnet-5")
          .containsExactlyInAnyOrder(
              "south/claude-sonnet-5", "north/claude-sonnet-5", "west/claude-sonnet-5");
    }
    assertThat(plan(key, asking("s", "fast"))).startsWith("south/claude-haiku-4-5").hasSize(3);
  }

  @Test
  void fallbacks_follow_in_their_order_the_clients_first_and_each_once() {
    var routing = fallbacks("llama-small", "other/llama-large", "claude-sonnet-5");
    assertThat(plan(routing, "claude-sonnet-5"))
        .containsExactly("north/claude-sonnet-5", "other/llama-small", "other/llama-large");
    var headers = Map.of("x-sluice-fallbacks", "nonsense, llama-large ,,quick");
    var client = new Client("s", null, null, null, headers);
    var asking = new Asking("r", client, request("claude-sonnet-5"));
    assertThat(plan(key(routing, NORTH_AND_OTHER), asking))
        .containsExactly(
            "north/claude-sonnet-5",
            "other/llama-large",
            "north/claude-haiku-4-5",
            "other/llama-small");
  }

  @Test
  void fallbacks_of_a_body_count_unless_a_header_says_others() {
    var key = key(fallbacks("llama-small"), NORTH_AND_OTHER);
    var taken = new MessagesRequest.Fallbacks.Taken(List.of("llama-large", "quick", "nonsense"));
    var request = request("claude-sonnet-5").with(taken);
    assertThat(plan(key, new Asking("r", session("s"), request)))
        .containsExactly(
            "north/claude-sonnet-5",
            "other/llama-large",
            "north/claude-haiku-4-5",
            "other/llama-small");
    var headers = Map.of("x-sluice-fallbacks", "quick");
    var client = new Client("s", null, null, null, headers);
    assertThat(plan(key, new Asking("r", client, request)))
        .containsExactly("north/claude-sonnet-5", "north/claude-haiku-4-5", "other/llama-small");
    var unread = request("claude-sonnet-5").with(MessagesRequest.Fallbacks.Unread.IT);
    assertThat(plan(key, new Asking("r", session("s"), unread)))
        .containsExactly("north/claude-sonnet-5", "other/llama-small");
  }

  @Test
  void a_fallback_is_the_first_grant_of_its_session_that_can_serve_it() {
    var key =
        key(fallbacks("claude-haiku-4-5"), grant("north", 0), grant("west", 1), grant("other", 1));
    assertThat(plan(key, asking("s", "llama-small")))
        .containsExactly("other/llama-small", "west/claude-haiku-4-5");
  }

  @Test
  void a_plan_is_short() {
    var key =
        key(
            fallbacks("llama-small"),
            grant("north", 1),
            grant("south", 1),
            grant("west", 1),
            grant("other", 1));
    var headers = Map.of("x-sluice-fallbacks", "llama-large,claude-haiku-4-5");
    var client = new Client("s", null, null, null, headers);
    assertThat(plan(key, new Asking("r", client, request("claude-sonnet-5"))))
        .hasSize(Router.PLAN_MAX)
        .endsWith("other/llama-large");
  }

  @Test
  void what_is_not_allowed_is_in_no_plan() {
    var routing = fallbacks("claude-opus-5-5", "other/llama-large", "south/claude-haiku-4-5");
    var key = key(routing, grant("north", 1), grant("other", 1, "llama-small"));
    assertThat(plan(key, asking("s", "claude-sonnet-5"))).containsExactly("north/claude-sonnet-5");
    var headers = Map.of("x-sluice-fallbacks", "claude-opus-5-5,south/claude-sonnet-5");
    var client = new Client("s", null, null, null, headers);
    assertThat(plan(key, new Asking("r", client, request("claude-sonnet-5"))))
        .containsExactly("north/claude-sonnet-5");
  }

  @Test
  void no_fallback_serves_what_is_refused() {
    var key = key(fallbacks("llama-small"), NORTH_AND_OTHER);
    assertRefused(key, "claude-opus-5-5", denied("claude-opus-5-5", "claude-opus-5-5"));
    assertRefused(key, "unheard-of", unknown("unheard-of"));
    assertRefused(key, "south/claude-haiku-4-5", unknown("south/claude-haiku-4-5"));
  }

  @Test
  void a_refusal_names_the_model_that_was_to_serve_and_the_asked_one() {
    var routed = key(rules(new Rule(ANY, "claude-opus-5-5")), NORTH_AND_OTHER);
    assertRefused(routed, "claude-sonnet-5", denied("claude-opus-5-5", "claude-sonnet-5"));
    assertRefused(
        key(Routing.NONE, NORTH_AND_OTHER),
        "fast",
        new Refusal.ModelUnknown(new RefusedModel("south/claude-haiku-4-5", "fast")));
    assertThat(RefusalAnswers.text(denied("claude-opus-5-5", "claude-sonnet-5")).message())
        .isEqualTo(
            "model claude-opus-5-5 in place of claude-sonnet-5 is not allowed for key alice");
    assertThat(RefusalAnswers.text(denied("claude-opus-5-5", "north/claude-opus-5-5")).message())
        .isEqualTo("model claude-opus-5-5 is not allowed for key alice");
  }

  private static Refusal denied(String model, String asked) {
    return new Refusal.ModelDenied(new RefusedModel(model, asked), "alice");
  }

  private static Refusal unknown(String asked) {
    return new Refusal.ModelUnknown(RefusedModel.asked(asked));
  }

  private void assertRefused(KeyPolicy key, String model, Refusal refusal) {
    assertThatThrownBy(() -> plan(key, asking("s", model)))
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.refusal()).isEqualTo(refusal));
  }
}
