package dev.sluice.extproc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import com.google.protobuf.Value;
import dev.sluice.core.budget.Budget;
import dev.sluice.core.budget.Limit;
import dev.sluice.core.envoy.DataPlane;
import dev.sluice.core.listing.LimitRow;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.policy.Globs;
import dev.sluice.core.policy.Grant;
import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.policy.Snapshot;
import dev.sluice.core.policy.TeamOfKey;
import dev.sluice.extproc.TestGateway.Request;
import dev.sluice.extproc.explain.Explainer;
import dev.sluice.extproc.explain.Explanation;
import dev.sluice.extproc.explain.Explanation.Step;
import dev.sluice.extproc.explain.Explanation.Verdict;
import dev.sluice.extproc.explain.Sketch;
import dev.sluice.ledger.Amounts;
import dev.sluice.ledger.Charge;
import dev.sluice.ledger.HoldRequest;
import dev.sluice.ledger.MemoryLedger;
import io.envoyproxy.envoy.data.accesslog.v3.ResponseFlags;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/// Explanations, and that the flow does what they say.
class ExplainerTest {

  private static final ResponseFlags FINE = ResponseFlags.getDefaultInstance();
  private static final ObjectName PAYMENTS = new ObjectName("default", "payments");
  private static final int REQUESTS_MAX = 25;

  private final ManualClock clock = new ManualClock();
  private final MemoryLedger ledger = new MemoryLedger(clock);
  private final TestGateway gateway =
      new TestGateway(ledger, clock, GatewayConfig.DEFAULT, TestGateway.Bodies.KNOWN);
  private final Snapshot snapshot = Policies.snapshot();

  @AfterEach
  void close() {
    gateway.close();
  }

  private KeyPolicy key(String name) {
    return snapshot.keysByName().stream()
        .filter(key -> key.name().name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private Explanation explain(KeyPolicy key, String model) {
    var teams = List.of(new TeamOfKey(PAYMENTS, key.models().getFirst(), List.of()));
    var question =
        new Explainer.Question(key, snapshot, teams, model, Sketch.LEAST, clock.instant());
    return Explainer.explain(question, around(ledger::standings));
  }

  private Explanation explain(String key, String model) {
    return explain(key(key), model);
  }

  private void spend(List<? extends Limit> limits, String usd) {
    var amounts = Amounts.usd(NanoUsd.parse(usd));
    var all = List.<Limit>copyOf(limits);
    var id = UUID.randomUUID().toString();
    ledger.reserve(new HoldRequest(id, all, Amounts.ZERO, Amounts.ZERO, "", Duration.ofMinutes(5)));
    ledger.settle(id, new Charge(amounts, ""));
  }

  private static List<String> whys(Explanation explanation, String step) {
    return explanation.steps().stream()
        .filter(found -> found.step().equals(step))
        .map(Step::why)
        .toList();
  }

  private static List<String> stops(Explanation explanation) {
    return explanation.steps().stream()
        .filter(step -> step.verdict() == Verdict.Stops)
        .map(Step::step)
        .toList();
  }

  private static Explainer.Around around(Explainer.Standings standings) {
    return Explainer.Around.of(_ -> Optional.empty(), standings, Instant.EPOCH);
  }

  @Test
  void the_flow_does_what_is_explained_for_every_key_and_model_until_its_money_is_gone() {
    var models =
        List.of(
            "claude-opus-5-5",
            "claude-renamed",
            "claude-unpriced",
            "claude-elsewhere",
            "claude-slow",
            "kind-dear",
            "fast",
            "anthropic/claude-sonnet-5",
            "nobody-knows-this");
    int compared = 0;
    for (var key : snapshot.keysByName()) {
      for (var model : models) {
        for (int request = 0; request < REQUESTS_MAX; request++) {
          compared++;
          if (!agrees(key.name().name(), model)) {
            break;
          }
        }
      }
    }
    assertThat(compared).isGreaterThan(500);
  }

  /// @return whether it was served
  private boolean agrees(String key, String model) {
    var explained = explain(key, model).outcome();
    var said = gateway.send(request(key, model));
    assertThat(said.forwarded())
        .as("%s %s %s", key, model, explained)
        .isEqualTo(explained.served());
    if (!explained.served()) {
      assertThat(said.status()).isEqualTo(explained.status());
      var error = JsonMapper.shared().readTree(said.text()).path("error");
      assertThat(error.path("message").asString()).isEqualTo(explained.message());
      return false;
    }
    int before = gateway.usage.size();
    gateway.end(said, 200, FINE, answered());
    // There are many of them.
    Awaitility.await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(2))
        .until(() -> gateway.usage.size() > before);
    var usage = gateway.usage.getLast();
    assertThat("default/" + usage.provider()).isEqualTo(explained.provider());
    assertThat(usage.modelServed()).isEqualTo(explained.model());
    return true;
  }

  private static Request request(String key, String model) {
    var root = JsonMapper.shared().createObjectNode().put("model", model).put("max_tokens", 4_096);
    root.putArray("messages").addObject().put("role", "user").put("content", "hello");
    return Request.post(key, root.toString())
        .with("x-claude-code-session-id", UUID.randomUUID().toString())
        .with("x-claude-code-agent-id", UUID.randomUUID().toString());
  }

  private static Map<String, Value> answered() {
    var start = "{\"message\":{\"usage\":{\"input_tokens\":1000}}}";
    var delta = "{\"usage\":{\"output_tokens\":4000}}";
    return Map.of(
        DataPlane.METER_START, Value.newBuilder().setStringValue(start).build(),
        DataPlane.METER_DELTA, Value.newBuilder().setStringValue(delta).build(),
        DataPlane.METER_STOPPED, Value.newBuilder().setBoolValue(true).build(),
        DataPlane.METER_VISIBLE, Value.newBuilder().setStringValue("4000,0,0,5,-1,9000").build());
  }

  @Test
  void tells_every_step_of_a_request_that_is_served() {
    var explained = explain("alice", "claude-opus-5-5");
    assertThat(explained.steps())
        .extracting(Step::step)
        .containsExactly("key", "team", "model", "provider", "provider", "price", "bound", "limit");
    assertThat(whys(explained, "key")).containsExactly("key alice is good, without an end");
    assertThat(whys(explained, "team")).containsExactly("of team payments");
    assertThat(whys(explained, "model")).containsExactly("claude-opus-5-5 is no alias");
    assertThat(whys(explained, "provider"))
        .containsExactly(
            "anthropic: serves claude-opus-5-5; let pass by * of key alice, * of team payments",
            "other: does not have claude-opus-5-5");
    assertThat(whys(explained, "price").getFirst())
        .contains("input $5, output $25, cache read $0.5, cache write $6.25 (5 m) and $10 (1 h)")
        .contains("a web search $0.01")
        .endsWith("price table prices-1");
    assertThat(explained.limits())
        .extracting(LimitRow::level, LimitRow::limit, LimitRow::posted, LimitRow::remaining)
        .containsExactly(tuple("key", "50", "0", "50"));
    assertThat(explained.outcome().sentence())
        .isEqualTo(
            "would be served by anthropic as claude-opus-5-5; Budget of key alice leaves it $50");
    assertThat(explained.unseen()).isEmpty();
  }

  @Test
  void an_alias_and_a_name_of_the_client_are_told() {
    assertThat(whys(explain("alice", "fast"), "model"))
        .containsExactly("fast is an alias of the key or its teams, for anthropic/claude-sonnet-5");
    var opus = explain("alice", "opus");
    assertThat(whys(opus, "model").getFirst())
        .isEqualTo(
            "opus is no alias; Claude Code sends the id that its version knows for it, here taken"
                + " as claude-opus-5-5");
    assertThat(opus.outcome().model()).isEqualTo("claude-opus-5-5");
    assertThat(explain("alice", "haiku").outcome().message())
        .isEqualTo("model haiku is not known to this gateway");
  }

  @Test
  void the_list_that_stops_a_model_is_named() {
    var byTeam = explain("narrow", "claude-opus-5-5");
    assertThat(whys(byTeam, "provider").getFirst())
        .isEqualTo(
            "anthropic: has claude-opus-5-5, but team payments lets pass only: claude-sonnet-*");
    assertThat(byTeam.outcome().refusal()).isEqualTo("model_denied");
    assertThat(stops(byTeam)).containsExactly("provider");

    var grant = new Grant(Policies.ANTHROPIC, 1, new Globs(List.of()), List.of(), List.of());
    var byKey = explain(withGrants(key("alice"), List.of(grant)), "claude-opus-5-5");
    assertThat(whys(byKey, "provider").getFirst())
        .isEqualTo("anthropic: has claude-opus-5-5, but key alice lets pass only: nothing");
  }

  @Test
  void providers_without_a_price_are_told() {
    var unpriced = explain("alice", "claude-unpriced");
    assertThat(whys(unpriced, "provider").getFirst())
        .isEqualTo("anthropic: has no price for claude-unpriced");
    assertThat(unpriced.outcome().refusal()).isEqualTo("unpriced");
    assertThat(whys(explain(withGrants(key("alice"), List.of()), "x"), "provider"))
        .contains("the key has no provider that is in force");
  }

  private static Grant grant(ObjectName provider) {
    return new Grant(provider, 1, Globs.ALL, List.of(), List.of());
  }

  private static KeyPolicy withGrants(KeyPolicy key, List<Grant> grants) {
    return new KeyPolicy(
        key.name(),
        key.digest(),
        key.owner(),
        key.team(),
        key.suspended(),
        key.expiresAt(),
        key.models(),
        grants,
        key.aliases(),
        key.minOutputTokens(),
        key.budgets(),
        key.rateLimits(),
        key.caps(),
        key.ladders(),
        key.whenLedgerAway(),
        key.routing(),
        key.tools());
  }

  @Test
  void a_key_that_is_no_good_is_refused_and_the_rest_is_told_nonetheless() {
    var suspended = explain("suspended", "claude-opus-5-5");
    assertThat(stops(suspended)).containsExactly("key");
    assertThat(suspended.outcome().status()).isEqualTo(401);
    assertThat(suspended.outcome().message()).isEqualTo("key suspended is suspended");
    assertThat(whys(suspended, "price")).hasSize(1);
    assertThat(explain("expired", "nobody-knows-this").outcome().message())
        .isEqualTo("key expired expired at 2026-11-20T00:00:00Z");
  }

  @Test
  void the_reached_step_of_a_ladder_serves_and_before_a_refusal_the_cheapest() {
    var before = explain("stepped", "kind-dear");
    assertThat(whys(before, "ladder"))
        .containsExactly(
            "of key stepped: kind-cheap once 90 % of a budget is spent: it is not",
            "no step that is reached has a model that may serve: the asked one does");
    spend(key("stepped").budgets(), "9.1");
    var after = explain("stepped", "kind-dear");
    assertThat(whys(after, "ladder"))
        .containsExactly(
            "of key stepped: kind-cheap once 90 % of a budget is spent: it is",
            "kind-cheap serves sessions that begin, in place of kind-dear");
    assertThat(after.outcome().sentence())
        .isEqualTo(
            "would be served by kinds as kind-cheap in place of kind-dear, in a session that"
                + " begins; Budget of key stepped leaves it $0.9");

    var own = key("nested").budgets().subList(0, 1);
    spend(own, "0.895");
    var last = explain("nested", "kind-dear");
    assertThat(stops(last)).containsExactly("limit");
    assertThat(whys(last, "ladder").getLast())
        .isEqualTo(
            "kind-cheap still fits, and serves before the request is refused, in place of"
                + " kind-dear");
    assertThat(last.outcome().model()).isEqualTo("kind-cheap");
    spend(own, "0.09");
    assertThat(explain("nested", "kind-dear").outcome().refusal()).isEqualTo("budget_exhausted");
  }

  @Test
  void a_limit_whose_use_cannot_be_told_is_named_and_shown_without_it() {
    var question =
        new Explainer.Question(
            key("alice"), snapshot, List.of(), "claude-opus-5-5", Sketch.LEAST, clock.instant());
    var explained = Explainer.explain(question, around(_ -> List.of()));
    assertThat(explained.limits().getFirst().limit()).isEqualTo("50");
    assertThat(explained.limits().getFirst().posted()).isNull();
    assertThat(explained.unseen()).containsExactly("what is used of: Budget of key alice");
    assertThat(whys(explained, "limit"))
        .containsExactly("every limit that can be seen has room for it (0 of 1)");
    assertThat(explained.outcome().served()).isTrue();
    assertThat(whys(explained, "team")).containsExactly("of no team");
  }

  @Test
  void caps_are_those_of_a_session_that_begins() {
    assertThat(explain("capped", "claude-opus-5-5").limits())
        .extracting(LimitRow::level)
        .containsExactly("key", "session", "agent", "session");
    assertThat(explain("free", "claude-opus-5-5").limits()).isEmpty();
    assertThat(whys(explain("free", "claude-opus-5-5"), "limit"))
        .containsExactly("nothing limits it");
  }

  @Test
  void a_key_of_which_no_version_is_in_force_is_unknown_to_the_gateway() {
    var explained =
        Explainer.notInForce(new ObjectName("default", "bob"), "opus", "spec.team: nobody");
    assertThat(stops(explained)).containsExactly("key");
    assertThat(explained.outcome().status()).isEqualTo(401);
    assertThat(explained.outcome().message()).isEqualTo("the key is unknown to this gateway");
    var noted = explained.withFirst(new Step("key", Verdict.Tells, "first"));
    assertThat(noted.withUnseen(List.of("a")).unseen()).containsExactly("a");
    assertThat(noted.steps().getFirst().why()).isEqualTo("first");
  }

  @Test
  void budgets_that_are_spent_or_held_refuse_as_the_ledger_does() {
    List<Budget> budgets = key("poor").budgets();
    spend(budgets, "0.95");
    var little = explain("poor", "claude-opus-5-5");
    assertThat(little.outcome().message())
        .startsWith("Budget of key poor has too little left for this request: $0.95 of $1 a day");
    spend(budgets, "0.05");
    var gone = explain("poor", "claude-opus-5-5");
    assertThat(stops(gone)).containsExactly("limit");
    assertThat(gone.outcome().sentence())
        .startsWith("would be refused: 429 billing_error: Budget of key poor used up: $1 of $1");
  }
}
