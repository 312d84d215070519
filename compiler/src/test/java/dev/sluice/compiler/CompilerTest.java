package dev.sluice.compiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.sluice.compiler.manifest.ManifestFile;
import dev.sluice.core.budget.Budget;
import dev.sluice.core.budget.RateLimit;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.money.PerMTok;
import dev.sluice.core.policy.Globs;
import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.core.policy.Ladder;
import dev.sluice.core.policy.LedgerAway;
import dev.sluice.core.policy.Model;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.policy.Routing;
import dev.sluice.core.policy.TeamOfKey;
import dev.sluice.core.policy.TeamOfKey.Withheld;
import dev.sluice.core.policy.Upstream;
import dev.sluice.core.price.Price;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What good manifests mean.
class CompilerTest {

  private static final Path SAMPLES = Path.of("..", "samples");
  private static final String VERSION = "apiVersion: sluice.dev/";

  static Stream<Path> valid() {
    return Worlds.files(Worlds.RESOURCES.resolve("valid"));
  }

  /// The folders that have objects of ours; others are for what stands around us.
  static Stream<Path> samples() {
    return Worlds.files(SAMPLES)
        .filter(Files::isDirectory)
        .filter(folder -> ours(folder).anyMatch(file -> file.text().contains(VERSION)));
  }

  /// A file that has an object of ours, or a Secret, has nothing else: `sluice up` reads it.
  private static Stream<ManifestFile> ours(Path folder) {
    return Worlds.tree(folder)
        .filter(path -> path.toString().endsWith(".yaml"))
        .map(Worlds::file)
        .filter(file -> file.text().contains(VERSION) || file.text().contains("\nkind: Secret\n"));
  }

  /// Where a store has the values, these are in their place.
  private static Stream<ManifestFile> stored(Path folder) {
    boolean stored =
        Worlds.tree(folder)
            .filter(Files::isRegularFile)
            .anyMatch(path -> Worlds.file(path).text().contains("\nkind: ExternalSecret\n"));
    return stored
        ? Stream.of(Worlds.file(SAMPLES.resolve("company").resolve("secrets.yaml")))
        : Stream.empty();
  }

  @ParameterizedTest
  @MethodSource("valid")
  void every_valid_manifest_has_no_problem(Path path) {
    var compilation = Worlds.compile(LastGood.NONE, Worlds.base(), Worlds.file(path));
    assertThat(compilation.problems()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void every_sample_compiles_and_all_that_it_declares_is_in_force(Path folder) {
    var files = Stream.concat(ours(folder), stored(folder)).toArray(ManifestFile[]::new);
    var compilation = Worlds.compile(LastGood.NONE, files);
    assertThat(compilation.problems()).isEmpty();
    assertThat(compilation.snapshot().upstreams()).hasSize(count(files, "Provider")).isNotEmpty();
    assertThat(compilation.good().teams()).hasSize(count(files, "Team"));
    assertThat(compilation.snapshot().servers()).hasSize(count(files, "McpServer"));
    assertThat(compilation.keysToGenerate()).isNotEmpty();
    int ofOnesOwn = compilation.snapshot().keys().size();
    assertThat(compilation.keysToGenerate()).hasSize(count(files, "VirtualKey") - ofOnesOwn);
  }

  private static int count(ManifestFile[] files, String kind) {
    return (int)
        Arrays.stream(files)
            .flatMap(file -> file.text().lines())
            .filter(line -> line.equals("kind: " + kind))
            .count();
  }

  @Test
  void the_samples_with_objects_of_ours_are_found() {
    var found = samples().map(folder -> folder.getFileName().toString()).toList();
    assertThat(String.join(" ", found))
        .isEqualTo("argocd company compliance credentials embeddings quickstart routing tools");
  }

  private static Compilation compile(String file) {
    return Worlds.compile(
        LastGood.NONE, Worlds.base(), Worlds.file(Worlds.RESOURCES.resolve("valid/" + file)));
  }

  private static KeyPolicy key(Compilation compilation, String name) {
    return compilation.snapshot().keysByName().stream()
        .filter(key -> key.name().name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static Upstream upstream(Compilation compilation, String name) {
    return compilation.snapshot().upstreams().get(new ObjectName("default", name));
  }

  @Test
  void a_key_carries_its_own_limits_first_and_then_its_teams_up_to_the_root() {
    var key = key(compile("key-full.yaml"), "bob");
    assertThat(key.owner()).isEqualTo("bob@example.com");
    assertThat(key.expiresAt()).isEqualTo(Instant.parse("2026-12-31T23:00:00Z"));
    assertThat(key.budgets().stream().map(Budget::id))
        .containsExactly(
            "key:default/bob:Day.rolling",
            "key:default/bob:Month.Europe/Berlin",
            "team:default/inner:Hour.UTC",
            "team:default/outer:Year.rolling");
    assertThat(key.grants().getFirst().budgets().stream().map(Budget::id))
        .containsExactly("providerConfig:default/bob/anthropic:Week.rolling");
    assertThat(key.grants().getFirst().models().patterns())
        .containsExactly("claude-haiku-*", "claude-opus-4-5");
    assertThat(key.models()).hasSize(1);
    assertThat(key.models().getFirst().patterns()).containsExactly("claude-*");
  }

  @Test
  void a_key_carries_the_rate_limits_of_its_own_and_of_its_teams() {
    var compilation = compile("limits.yaml");
    var key = key(compilation, "bob");
    assertThat(key.rateLimits().stream().map(limit -> limit.id() + " " + limit.most()))
        .containsExactly(
            "key:default/bob:tokens:Day.rolling 500000",
            "key:default/bob:requests:Hour.rolling 1000",
            "key:default/bob:concurrent:endless 8",
            "team:default/inner:requests:Day.rolling 5",
            "team:default/inner:requests:Day.UTC 5",
            "team:default/outer:concurrent:endless 100");
    assertThat(key.grants().getFirst().rateLimits().stream().map(RateLimit::id))
        .containsExactly("providerConfig:default/bob/limited:tokens:Hour.rolling");
    assertThat(upstream(compilation, "limited").rateLimits().stream().map(RateLimit::id))
        .containsExactly(
            "provider:default/limited:requests:Minute.rolling",
            "provider:default/limited:tokens:Month.Europe/Berlin");
  }

  @Test
  void a_grant_raises_every_budget_of_the_key_until_it_ends() {
    var budgets = key(compile("limits.yaml"), "bob").budgets();
    var now = Instant.parse("2026-11-21T10:00:00Z");
    assertThat(budgets.stream().map(budget -> budget.ceilingAt(now)))
        .containsExactly(124_000_000_000L, NanoUsd.parse("9007174.254740992").nanos());
    assertThat(budgets.getFirst().ceilingHolds(now).end()).isEqualTo("2099-11-30T23:00:00Z");
    assertThat(budgets.getFirst().ceilingAt(Instant.parse("2099-11-30T23:00:00Z")))
        .isEqualTo(50_000_000_000L);
  }

  @Test
  void caps_are_of_the_key_also_where_a_team_sets_them() {
    var compilation = compile("limits.yaml");
    assertThat(key(compilation, "bob").caps().stream().map(cap -> cap.of("s1").id()))
        .containsExactly(
            "session:default/key/bob/s1:Week.rolling",
            "agent:default/key/bob/s1:Week.rolling",
            "session:default/team/inner/bob/s1:Week.rolling",
            "agent:default/team/outer/bob/s1:Week.rolling");
    assertThat(key(compilation, "carol").caps()).isEmpty();
  }

  @Test
  void the_nearest_alias_and_the_nearest_minimum_win() {
    var compilation = compile("key-full.yaml");
    assertThat(key(compilation, "bob").aliases())
        .containsEntry("fast", "claude-haiku-4-5")
        .containsEntry("best", "anthropic/claude-opus-4-5")
        .containsEntry("cheap", "claude-haiku-4-5");
    assertThat(key(compilation, "bob").minOutputTokens()).isEqualTo(2000);
    assertThat(key(compilation, "alice").minOutputTokens()).isEqualTo(4096);
  }

  @Test
  void a_key_carries_its_routes_and_the_nearest_tiers_that_it_can_use() {
    var routing = key(compile("routing.yaml"), "bob").routing();
    assertThat(routing.rules().getFirst())
        .isEqualTo(
            new Routing.Rule(
                new Routing.Match(
                    new Globs(List.of("claude-haiku-*")),
                    Routing.Tier.HAIKU,
                    Map.of(),
                    true,
                    0L,
                    65_536L,
                    new Globs(List.of("0*")),
                    null,
                    null,
                    null,
                    null,
                    null),
                "spare/claude-haiku-4-5"));
    assertThat(routing.rules().get(2).match())
        .isEqualTo(
            new Routing.Match(
                null,
                null,
                Map.of(
                    "x-sluice-tag-env", new Globs(List.of("stag*")),
                    "user-agent", new Globs(List.of("claude-cli/* (external, *)"))),
                null,
                null,
                null,
                null,
                new Globs(List.of("general-*")),
                new Globs(List.of("subagent")),
                null,
                null,
                null));
    assertThat(routing.rules().stream().map(Routing.Rule::to))
        .containsExactly(
            "spare/claude-haiku-4-5",
            "claude-sonnet-4-5",
            "shared/claude-haiku-4-5",
            "claude-opus-4-5");
    assertThat(routing.fallbacks()).containsExactly("spare/claude-opus-4-5", "claude-haiku-4-5");
    // The inner team's opus is of a provider that the outer one withholds.
    assertThat(routing.tiers())
        .containsExactly(
            Map.entry(Routing.Tier.OPUS, "claude-sonnet-4-5"),
            Map.entry(Routing.Tier.SONNET, "spare/claude-sonnet-4-5"),
            Map.entry(Routing.Tier.HAIKU, "claude-haiku-4-5"));
    assertThat(key(compile("routing.yaml"), "alice").routing()).isEqualTo(Routing.NONE);
  }

  @Test
  void a_provider_that_a_team_does_not_allow_is_not_in_the_policy_and_the_team_is_told() {
    var compilation = compile("routing.yaml");
    var key = key(compilation, "bob");
    assertThat(key.grants().stream().map(grant -> grant.provider() + " " + grant.weight()))
        .containsExactly("default/anthropic 70", "default/spare 0", "tools/shared 1");
    assertThat(compilation.path(key))
        .extracting(team -> team.name().name(), TeamOfKey::withheld)
        .containsExactly(
            tuple("inner", List.of()),
            tuple("outer", List.of(new Withheld.Unlisted(new ObjectName("default", "abroad")))));
  }

  @Test
  void the_manifests_of_the_page_on_routing_are_good() {
    var page = Worlds.file(Path.of("..", "docs", "routing.md")).text();
    var blocks =
        Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL)
            .matcher(page)
            .results()
            .map(block -> block.group(1))
            .toList();
    assertThat(blocks).hasSizeGreaterThan(2);
    var file = new ManifestFile("routing.md", String.join("---\n", blocks));
    var compilation = Worlds.compile(LastGood.NONE, file);
    assertThat(compilation.problems()).isEmpty();
    assertThat(compilation.keysToGenerate()).isNotEmpty();
  }

  @Test
  void ladders_are_the_keys_own_first_with_the_highest_step_first() {
    var ladders = key(compile("degrade.yaml"), "bob").ladders();
    assertThat(ladders.stream().map(Ladder::steps))
        .containsExactly(
            List.of(
                new Ladder.Step(95, "claude-haiku-5-5"), new Ladder.Step(80, "claude-sonnet-5-5")),
            List.of(new Ladder.Step(50, "claude-sonnet-5-5")));
    assertThat(ladders.stream().map(ladder -> ladder.budgets().getFirst().id()))
        .containsExactly("key:default/bob:Day.rolling", "team:default/outer:Month.rolling");
  }

  @Test
  void the_root_team_says_what_happens_without_the_ledger() {
    var compilation = compile("degrade.yaml");
    assertThat(key(compilation, "bob").whenLedgerAway()).isEqualTo(LedgerAway.ALLOW);
    assertThat(key(compilation, "alice").whenLedgerAway()).isEqualTo(LedgerAway.REFUSE);
  }

  @Test
  void a_list_of_models_that_is_empty_allows_none_and_one_that_is_absent_all() {
    var compilation = compile("models-none.yaml");
    assertThat(key(compilation, "bob").grants().getFirst().models().matches("a")).isFalse();
    assertThat(key(compilation, "bob").models().getFirst().matches("a")).isFalse();
    assertThat(key(compilation, "alice").grants().getFirst().models().matches("a")).isTrue();
    assertThat(key(compilation, "alice").models()).isEmpty();
    assertThat(upstream(compilation, "none").models()).isEmpty();
  }

  @Test
  void a_provider_has_its_defaults_and_all_models_of_the_catalogue() {
    var upstream = upstream(compile("key-full.yaml"), "anthropic");
    assertThat(upstream.endpoint()).isEqualTo(URI.create("https://api.anthropic.com"));
    assertThat(upstream.timeouts())
        .isEqualTo(
            new Upstream.Timeouts(
                Duration.ofSeconds(5), Duration.ofSeconds(120), Duration.ofSeconds(300)));
    assertThat(upstream.accounts())
        .containsExactly(new Upstream.Account("default/anthropic/main", 1));
    assertThat(upstream.models()).containsKeys("claude-haiku-4-5", "claude-opus-4-5");
    assertThat(upstream.models().values()).allMatch(model -> model.price() != null);
    assertThat(upstream.ceilingPrice()).isNull();
  }

  @Test
  void a_provider_has_what_its_manifest_says() {
    var upstream = upstream(compile("provider-full.yaml"), "full");
    assertThat(upstream.endpoint()).isEqualTo(URI.create("http://localhost:8080/a/b"));
    assertThat(upstream.timeouts())
        .isEqualTo(
            new Upstream.Timeouts(
                Duration.ofMillis(500), Duration.ofSeconds(90), Duration.ofHours(1)));
    assertThat(upstream.budgets().stream().map(Budget::id))
        .containsExactly("provider:default/full:Minute.UTC");
  }

  @Test
  void prices_come_from_the_manifest_else_from_the_catalogue_by_either_name() {
    var models = upstream(compile("provider-full.yaml"), "full").models();
    assertThat(models.get("priced").price().rates().cacheRead().toUsd()).isEqualTo("0.3");
    assertThat(models.get("priced").price().webSearchPerUse().toUsd()).isEqualTo("0.01");
    assertThat(models.get("priced").price().above().getFirst().inputTokens()).isEqualTo(200_000);
    assertThat(models.get("sonnet").price().rates().output().toUsd()).isEqualTo("15");
    assertThat(models.get("sonnet").contextTokensMax()).isEqualTo(200_000);
    assertThat(models.get("sonnet").upstreamName()).isEqualTo("claude-sonnet-4-5-20250929");
    assertThat(models.get("claude-haiku-4-5").price().rates().output().toUsd()).isEqualTo("5");
  }

  @Test
  void a_model_that_lacks_the_price_of_a_class_is_unpriced_or_has_the_ceiling() {
    var refused = upstream(compile("provider-full.yaml"), "full").models();
    assertThat(refused.get("unknown").price()).isNull();
    assertThat(refused.get("incomplete").price()).isNull();
    assertThat(refused.get("incomplete-tier").price()).isNull();
    var ceiling = upstream(compile("provider-ceiling.yaml"), "ceiling");
    assertThat(ceiling.ceilingPrice().rates().output().toUsd()).isEqualTo("75");
    assertThat(ceiling.models().get("unknown").price()).isEqualTo(ceiling.ceilingPrice());
    assertThat(ceiling.models().get("claude-haiku-4-5").price().rates().output().toUsd())
        .isEqualTo("5");
  }

  @Test
  void a_model_that_embeds_costs_its_input_whatever_class_it_is_of() {
    var models = upstream(compile("providers-of-other-languages.yaml"), "embedder").models();
    var small = models.get("text-embedding-3-small");
    assertThat(small.kind()).isEqualTo(Model.Kind.EMBEDDING);
    assertThat(small.price()).isEqualTo(Price.ofInput(PerMTok.parse("0.02")));
    assertThat(small.price().rates().output().nanoUsd()).isZero();
    assertThat(models.get("text-embedding-3-large").price()).isNull();
    assertThat(models.get("gpt-5.1").kind()).isEqualTo(Model.Kind.TEXT);
  }

  @Test
  void equal_manifests_give_an_equal_version_and_any_change_another() {
    var one = compile("key-full.yaml");
    assertThat(compile("key-full.yaml").snapshot()).isEqualTo(one.snapshot());
    var versions =
        valid().map(path -> compile(path.getFileName().toString()).snapshot().version()).toList();
    assertThat(List.of(one.snapshot().version()))
        .allMatch(version -> version.matches("[0-9a-f]{64}"));
    assertThat(versions).filteredOn(version -> version.equals(one.snapshot().version())).hasSize(1);
  }

  @Test
  void keys_of_a_namespace_see_that_namespace_only() {
    var compilation = compile("namespace.yaml");
    var name = new ObjectName("tools", "bob");
    assertThat(compilation.snapshot().keysByName().stream().map(KeyPolicy::name)).contains(name);
    assertThat(compilation.snapshot().upstreams())
        .containsKey(new ObjectName("tools", "anthropic"))
        .containsKey(new ObjectName("default", "anthropic"));
  }

  @Test
  void a_list_is_read_as_its_items() {
    assertThat(key(compile("list.yaml"), "bob").aliases())
        .containsEntry("fast", "anthropic/claude-haiku-4-5");
  }
}
