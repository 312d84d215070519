package dev.sluice.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.catalogue.Catalogue;
import dev.sluice.compiler.manifest.ManifestFile;
import dev.sluice.compiler.manifest.Manifests;
import dev.sluice.compiler.problem.Fault;
import dev.sluice.compiler.problem.Problem;
import dev.sluice.core.budget.Budget;
import dev.sluice.core.budget.Cap;
import dev.sluice.core.policy.KeyDigest;
import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.core.policy.LedgerAway;
import dev.sluice.core.policy.ObjectName;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What binds a key whose teams are of other namespaces.
class TeamsOfOtherNamespacesTest {

  private static final KeyDigest ALICE = KeyDigest.of("alice-alice-alice-alice");
  private static final String NAMESPACE =
      """
      apiVersion: v1
      kind: Namespace
      metadata: { name: payments, labels: { tier: gold, region: eu } }
      ---
      apiVersion: v1
      kind: Secret
      metadata: { name: s, namespace: payments }
      stringData: { alice: alice-alice-alice-alice }
      """;
  private static final String COMPANY =
      """
      apiVersion: sluice.dev/v1alpha1
      kind: Team
      metadata: { name: company, namespace: platform }
      spec:
        budgets: [ { limitUsd: "5000", window: Month } ]
        rateLimits: [ { requests: 600, window: Minute } ]
        models: { allow: ["claude-*"] }
        aliases: [ { name: fast, to: claude-haiku-4-5 }, { name: good, to: claude-opus-4-6 } ]
        minOutputTokens: 1024
        degrade: [ { at: 90, model: claude-haiku-4-5 } ]
        caps: { sessionUsd: "20" }
        whenLedgerUnavailable: Allow
      """;
  private static final String ALL = "  allowedNamespaces: { from: All }\n";

  /// Of the same name as its parent.
  private static final String TEAM =
      """
      apiVersion: sluice.dev/v1alpha1
      kind: Team
      metadata: { name: company, namespace: payments }
      spec:
        parent: platform/company
        budgets: [ { limitUsd: "500", window: Month } ]
        models: { allow: ["*-haiku-*"] }
        aliases: [ { name: good, to: claude-sonnet-4-6 } ]
      """;

  private static final String KEY =
      """
      apiVersion: sluice.dev/v1alpha1
      kind: VirtualKey
      metadata: { name: alice, namespace: payments }
      spec:
        owner: alice
        keySecretRef: { name: s, key: alice }
        team: %s
      """;
  private static final String BELOW = KEY.formatted("company");
  private static final String BESIDE = KEY.formatted("platform/company");

  private static List<ManifestFile> files(String... texts) {
    return Stream.of(texts)
        .map(
            text -> {
              var kind = text.lines().filter(line -> line.startsWith("kind:")).findFirst();
              var name = text.lines().filter(line -> line.startsWith("metadata:")).findFirst();
              return new ManifestFile(kind.orElseThrow() + name.orElseThrow(), text);
            })
        .toList();
  }

  private static Compilation compile(LastGood last, String... texts) {
    return Worlds.compile(last, files(texts).toArray(ManifestFile[]::new));
  }

  private static Compilation good(String... texts) {
    var compilation = compile(LastGood.NONE, texts);
    assertThat(compilation.problems()).isEmpty();
    return compilation;
  }

  private static @Nullable KeyPolicy alice(Compilation compilation) {
    return compilation.snapshot().key(ALICE);
  }

  private static List<String> limits(@Nullable KeyPolicy key) {
    assertThat(key).isNotNull();
    return key.budgets().stream().map(b -> b.id() + " " + b.limit().toUsd()).toList();
  }

  @Test
  void all_that_goes_by_team_goes_up_to_a_root_of_another_namespace() {
    var key = alice(good(NAMESPACE, COMPANY + ALL, TEAM, BELOW));
    assertThat(key).isNotNull();
    assertThat(key.team()).isEqualTo(new ObjectName("payments", "company"));
    assertThat(key.budgets())
        .extracting(Budget::id)
        .containsExactly(
            "team:payments/company:Month.rolling", "team:platform/company:Month.rolling");
    assertThat(key.budgets())
        .extracting(Budget::name)
        .containsExactly("payments/company", "platform/company");
    assertThat(key.rateLimits()).extracting("owner").containsExactly("platform/company");
    assertThat(key.models()).hasSize(2);
    assertThat(key.models()).allMatch(globs -> globs.matches("claude-haiku-4-5"));
    assertThat(key.models().getFirst().matches("claude-opus-4-6")).isFalse();
    assertThat(key.models().getLast().matches("gpt-haiku-4")).isFalse();
    assertThat(key.aliases())
        .isEqualTo(Map.of("fast", "claude-haiku-4-5", "good", "claude-sonnet-4-6"));
    assertThat(key.minOutputTokens()).isEqualTo(1024);
    assertThat(key.ladders()).singleElement().extracting("budgets").asList().hasSize(1);
    assertThat(key.whenLedgerAway()).isEqualTo(LedgerAway.ALLOW);
  }

  @Test
  void keys_of_one_name_have_sessions_of_their_own_below_one_team() {
    var other = BESIDE.replace("payments", "platform").replace("team: platform/", "team: ");
    var secret = NAMESPACE.substring(NAMESPACE.indexOf("---") + 4);
    secret = secret.replace("payments", "platform").replace(": alice-alice", ": other-alice");
    var compilation = good(NAMESPACE, secret, COMPANY + ALL, BESIDE, other);
    var caps = compilation.snapshot().keysByName().stream().flatMap(key -> key.caps().stream());
    assertThat(caps)
        .extracting(Cap::carrier)
        .containsExactlyInAnyOrder(
            "platform/team/company/alice", "platform/team/company/payments/alice");
  }

  @ParameterizedTest
  @CsvSource({"All, ''", "Selector, 'tier: gold'", "Selector, 'tier: gold, region: eu'"})
  void a_team_that_lets_the_namespace_is_above_its_keys_and_teams(String from, String labels) {
    var selector = from.equals("All") ? "" : ", selector: { matchLabels: { " + labels + " } }";
    var company = COMPANY + "  allowedNamespaces: { from: " + from + selector + " }\n";
    assertThat(limits(alice(good(NAMESPACE, company, BESIDE)))).hasSize(1);
    assertThat(limits(alice(good(NAMESPACE, company, TEAM, BELOW)))).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({"Same, ''", "Selector, 'tier: silver'", "Selector, 'tier: gold, region: us'"})
  void another_one_is_told_like_one_that_does_not_exist(String from, String labels) {
    var selector = from.equals("Same") ? "" : ", selector: { matchLabels: { " + labels + " } }";
    var company = COMPANY + "  allowedNamespaces: { from: " + from + selector + " }\n";
    for (var below : List.of(BESIDE, TEAM)) {
      var refused = compile(LastGood.NONE, NAMESPACE, company, below);
      var missing = compile(LastGood.NONE, NAMESPACE, below);
      assertThat(refused.snapshot().keys()).isEmpty();
      assertThat(refused.problems())
          .extracting(Problem::fault)
          .singleElement()
          .isInstanceOf(Fault.NotPermitted.class)
          .isEqualTo(missing.problems().getFirst().fault());
    }
  }

  @Test
  void a_key_that_is_not_let_any_more_stays_as_it_was_and_bound() {
    var last = good(NAMESPACE, COMPANY + ALL, BESIDE).good();
    var lower = COMPANY.replace("\"5000\"", "\"4000\"");
    var wider = BESIDE.replace("owner: alice", "owner: new");
    var compilation = compile(last, NAMESPACE, lower, wider);
    assertThat(compilation.problems()).hasSize(1);
    var key = alice(compilation);
    assertThat(limits(key)).containsExactly("team:platform/company:Month.rolling 4000");
    assertThat(key.owner()).isEqualTo("alice");
    var suspended = compile(last, NAMESPACE, COMPANY, wider + "  suspended: true\n");
    assertThat(alice(suspended).suspended()).isTrue();
    assertThat(alice(compile(compilation.good(), NAMESPACE, wider))).isNull();
  }

  @Test
  void a_team_that_is_not_let_any_more_stays_as_it_was_and_below() {
    var last = good(NAMESPACE, COMPANY + ALL, TEAM, BELOW).good();
    var more = TEAM.replace("\"500\"", "\"9000\"");
    for (int i = 0; i < 3; i++) {
      var compilation = compile(last, NAMESPACE, COMPANY, more, BELOW);
      assertThat(compilation.problems())
          .extracting(Problem::toString)
          .singleElement()
          .asString()
          .contains("Team payments/company: spec.parent: platform/company")
          .contains("a Team whose allowedNamespaces has payments");
      assertThat(limits(alice(compilation)))
          .containsExactly(
              "team:payments/company:Month.rolling 500",
              "team:platform/company:Month.rolling 5000");
      last = compilation.good();
    }
    assertThat(alice(compile(last, NAMESPACE, more, BELOW))).isNull();
    var free = TEAM.replace("  parent: platform/company\n", "");
    assertThat(limits(alice(compile(last, NAMESPACE, COMPANY, free, BELOW)))).hasSize(1);
  }

  @Test
  void what_was_in_force_is_recalled_though_it_is_not_let_any_more() {
    var texts = List.of(files(NAMESPACE, COMPANY, TEAM, BELOW), files(NAMESPACE, COMPANY, BESIDE));
    for (var manifests : texts) {
      var world = Manifests.read(manifests);
      var compiler = new Compiler(Catalogue.anthropic());
      var made = MadeKeys.of(Map.of());
      var refused = manifests.getLast().path();
      var above = manifests.get(manifests.size() - 2).path();
      var last = compiler.recall(world, Set.of(refused, above), made);
      var compilation = compiler.compile(world, last, made);
      assertThat(compilation.problems()).hasSize(1);
      assertThat(limits(alice(compilation))).contains("team:platform/company:Month.rolling 5000");
      var unkept = compiler.recall(world, Set.of(), made);
      assertThat(alice(compiler.compile(world, unkept, made))).isNull();
    }
  }

  @Test
  void an_edit_that_closes_a_cycle_across_namespaces_is_not_in_force() {
    var last = good(NAMESPACE, COMPANY + ALL, TEAM + ALL, BELOW).good();
    var root = COMPANY.replace("  whenLedgerUnavailable: Allow\n", "") + ALL;
    var closing = root + "  parent: payments/company\n";
    var compilation = compile(last, NAMESPACE, closing, TEAM + ALL, BELOW);
    assertThat(compilation.problems())
        .extracting(Problem::toString)
        .singleElement()
        .asString()
        .contains("Team platform/company: spec.parent: payments/company")
        .contains("no cycle of teams: payments/company, platform/company");
    assertThat(limits(alice(compilation))).hasSize(2);
  }

  @Test
  void a_team_of_a_namespace_that_is_not_watched_is_told_so() {
    var compiler = new Compiler(Catalogue.anthropic(), Set.of("payments", "sales"));
    for (var below : List.of(BESIDE, TEAM)) {
      var world = Manifests.read(files(NAMESPACE, below));
      assertThat(compiler.compile(world, LastGood.NONE, MadeKeys.of(Map.of())).problems())
          .extracting(Problem::fault)
          .containsExactly(
              new Fault.Unresolved(
                  "platform/company", "a Team of a namespace that is watched: payments, sales"));
    }
  }
}
