package dev.sluice.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.catalogue.Catalogue;
import dev.sluice.compiler.manifest.ManifestFile;
import dev.sluice.compiler.manifest.Manifests;
import dev.sluice.compiler.manifest.Unread;
import dev.sluice.compiler.problem.Problem;
import dev.sluice.core.policy.KeyDigest;
import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.provider.Credential;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What stays in force when a manifest goes bad, and what does not.
class LastGoodTest {

  private static final String SECRETS =
      """
      apiVersion: v1
      kind: Secret
      metadata: { name: s }
      stringData:
        { provider: credential-1, alice: alice-alice-alice-alice, bob: bob-bob-bob-bob-bob-bob }
      """;
  private static final String PROVIDER =
      """
      apiVersion: sluice.dev/v1alpha1
      kind: Provider
      metadata: { name: anthropic }
      spec:
        type: Anthropic
        credentials: [ { name: main, secretRef: { name: s, key: provider } } ]
        models: [ { name: claude-haiku-4-5 } ]
      """;
  private static final String TEAM =
      """
      apiVersion: sluice.dev/v1alpha1
      kind: Team
      metadata: { name: dev }
      spec:
        budgets: [ { limitUsd: "500", window: Month } ]
      """;
  private static final String ALICE =
      """
      apiVersion: sluice.dev/v1alpha1
      kind: VirtualKey
      metadata: { name: alice }
      spec:
        team: dev
        owner: alice@example.com
        keySecretRef: { name: s, key: alice }
        providers: [ { name: anthropic } ]
        budgets: [ { limitUsd: "50", window: Day } ]
      """;
  private static final String BOB = ALICE.replace("alice", "bob");

  private static Compilation compile(LastGood last, String... texts) {
    var files = new ManifestFile[texts.length];
    for (int i = 0; i < texts.length; i++) {
      files[i] = new ManifestFile("f" + i + ".yaml", texts[i]);
    }
    return Worlds.compile(last, files);
  }

  private static LastGood good() {
    var compilation = compile(LastGood.NONE, SECRETS, PROVIDER, TEAM, ALICE);
    assertThat(compilation.problems()).isEmpty();
    return compilation.good();
  }

  private static List<String> keys(Compilation compilation) {
    return compilation.snapshot().keysByName().stream().map(key -> key.name().name()).toList();
  }

  private static KeyPolicy key(Compilation compilation, String name) {
    return compilation.snapshot().keysByName().stream()
        .filter(key -> key.name().name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void a_bad_key_keeps_its_last_good_version() {
    var bad = ALICE.replace("\"50\"", "\"x\"").replace("alice@", "new@");
    var compilation = compile(good(), SECRETS, PROVIDER, TEAM, bad);
    assertThat(compilation.problems()).hasSize(1);
    assertThat(key(compilation, "alice").owner()).isEqualTo("alice@example.com");
    assertThat(key(compilation, "alice").budgets()).hasSize(2);
  }

  @Test
  void the_last_good_version_outlives_several_bad_ones() {
    var last = good();
    for (int i = 0; i < 3; i++) {
      last = compile(last, SECRETS, PROVIDER, TEAM, ALICE + "  x" + i + ": 1\n").good();
    }
    assertThat(keys(compile(last, SECRETS, PROVIDER, TEAM, ALICE + "  x: 1\n")))
        .containsExactly("alice");
  }

  @Test
  void a_key_that_was_never_good_is_left_out_and_the_rest_takes_effect() {
    var compilation = compile(good(), SECRETS, PROVIDER, TEAM, ALICE, BOB + "  x: 1\n");
    assertThat(keys(compilation)).containsExactly("alice");
  }

  @Test
  void a_bad_key_that_says_suspended_is_suspended() {
    for (var how : List.of("suspended: true", "suspended: \"true\"", "suspended: yes")) {
      var bad = ALICE + "  " + how + "\n  x: 1\n";
      var compilation = compile(good(), SECRETS, PROVIDER, TEAM, bad);
      assertThat(key(compilation, "alice").suspended()).isTrue();
    }
  }

  @Test
  void a_bad_key_does_not_end_the_suspension_of_its_last_good_version() {
    var last = compile(good(), SECRETS, PROVIDER, TEAM, ALICE + "  suspended: true\n").good();
    var bad = ALICE + "  suspended: false\n  x: 1\n";
    assertThat(key(compile(last, SECRETS, PROVIDER, TEAM, bad), "alice").suspended()).isTrue();
    var mended = ALICE + "  suspended: false\n";
    assertThat(key(compile(last, SECRETS, PROVIDER, TEAM, mended), "alice").suspended()).isFalse();
  }

  @Test
  void a_deleted_key_is_gone_even_beside_bad_objects_of_the_same_file() {
    var last = compile(LastGood.NONE, SECRETS, PROVIDER, TEAM, ALICE + "---\n" + BOB).good();
    var compilation = compile(last, SECRETS, PROVIDER, TEAM, BOB + "  x: 1\n");
    assertThat(keys(compilation)).containsExactly("bob");
  }

  @Test
  void a_file_that_cannot_be_read_keeps_what_it_held() {
    var compilation = compile(good(), SECRETS, PROVIDER, TEAM, ALICE + "  owner: \"\n");
    assertThat(keys(compilation)).containsExactly("alice");
    assertThat(compilation.problems()).hasSize(1);
    var mended = compile(compilation.good(), SECRETS, PROVIDER, TEAM, "");
    assertThat(keys(mended)).isEmpty();
  }

  @Test
  void an_object_of_unknown_kind_keeps_only_objects_of_its_name() {
    var last = compile(LastGood.NONE, SECRETS, PROVIDER, TEAM, ALICE + "---\n" + BOB).good();
    var typo = ALICE.replace("VirtualKey", "VirtualKye");
    assertThat(keys(compile(last, SECRETS, PROVIDER, TEAM, typo))).containsExactly("alice");
  }

  @Test
  void a_key_whose_team_is_deleted_is_gone_and_comes_back_with_it() {
    var without = compile(good(), SECRETS, PROVIDER, "", ALICE);
    assertThat(keys(without)).isEmpty();
    assertThat(without.problems()).hasSize(1);
    var again = compile(without.good(), SECRETS, PROVIDER, TEAM, ALICE);
    assertThat(keys(again)).containsExactly("alice");
    assertThat(again.problems()).isEmpty();
  }

  @Test
  void a_bad_team_keeps_its_last_good_version_and_its_keys() {
    var bad = TEAM.replace("\"500\"", "five hundred");
    var compilation = compile(good(), SECRETS, PROVIDER, bad, ALICE);
    assertThat(key(compilation, "alice").budgets().get(1).limit().toUsd()).isEqualTo("500");
  }

  @Test
  void a_key_moved_to_a_team_that_is_bad_stays_with_its_old_team() {
    var ops = TEAM.replace("dev", "ops") + "  x: 1\n";
    var moved = ALICE.replace("team: dev", "team: ops");
    var compilation = compile(good(), SECRETS, PROVIDER, TEAM + "---\n" + ops, moved);
    assertThat(key(compilation, "alice").team()).isEqualTo(new ObjectName("default", "dev"));
  }

  @Test
  void an_edit_that_closes_a_cycle_of_teams_is_not_in_force() {
    var child = TEAM.replace("name: dev", "name: child") + "  parent: dev\n";
    var last = compile(good(), SECRETS, PROVIDER, TEAM + "---\n" + child, ALICE).good();
    var closing = TEAM + "  parent: child\n---\n" + child;
    var compilation = compile(last, SECRETS, PROVIDER, closing, ALICE);
    assertThat(compilation.problems()).hasSize(1);
    assertThat(compilation.problems().getFirst().object()).isEqualTo("Team default/dev");
    assertThat(key(compilation, "alice").budgets()).hasSize(2);
  }

  @Test
  void a_key_whose_secret_is_deleted_is_gone() {
    var without = SECRETS.replace("alice: alice-alice-alice-alice, ", "");
    assertThat(keys(compile(good(), without, PROVIDER, TEAM, ALICE))).isEmpty();
  }

  @Test
  void a_rotated_key_takes_effect_even_if_the_key_object_is_bad() {
    var rotated = SECRETS.replace("alice-alice-alice-alice", "alice-rotated-alice-rotated");
    var compilation = compile(good(), rotated, PROVIDER, TEAM, ALICE + "  x: 1\n");
    assertThat(key(compilation, "alice").digest())
        .isEqualTo(KeyDigest.of("alice-rotated-alice-rotated"));
  }

  @Test
  void a_malformed_value_keeps_the_last_good_one() {
    var malformed = SECRETS.replace("alice-alice-alice-alice", "short");
    var compilation = compile(good(), malformed, PROVIDER, TEAM, ALICE);
    assertThat(compilation.problems()).hasSize(1);
    assertThat(key(compilation, "alice").digest())
        .isEqualTo(KeyDigest.of("alice-alice-alice-alice"));
  }

  @Test
  void of_two_keys_with_one_value_the_one_that_had_it_keeps_it() {
    var same = SECRETS.replace("bob-bob-bob-bob-bob-bob", "alice-alice-alice-alice");
    var compilation = compile(good(), same, PROVIDER, TEAM, ALICE + "---\n" + BOB);
    assertThat(keys(compilation)).containsExactly("alice");
    assertThat(compilation.problems()).hasSize(1);
    assertThat(compilation.problems().getFirst().object()).isEqualTo("VirtualKey default/bob");
  }

  @Test
  void a_key_that_takes_the_value_of_another_keeps_its_own() {
    var last = compile(good(), SECRETS, PROVIDER, TEAM, ALICE + "---\n" + BOB).good();
    var same = SECRETS.replace("bob-bob-bob-bob-bob-bob", "alice-alice-alice-alice");
    var compilation = compile(last, same, PROVIDER, TEAM, ALICE + "---\n" + BOB);
    assertThat(key(compilation, "bob").digest()).isEqualTo(KeyDigest.of("bob-bob-bob-bob-bob-bob"));
    assertThat(key(compilation, "alice").digest())
        .isEqualTo(KeyDigest.of("alice-alice-alice-alice"));
  }

  @Test
  void two_keys_can_swap_their_values() {
    var last = compile(good(), SECRETS, PROVIDER, TEAM, ALICE + "---\n" + BOB).good();
    var swapped =
        (ALICE + "---\n" + BOB).replace("key: alice", "key: b").replace("key: bob", "key: alice");
    var compilation =
        compile(last, SECRETS, PROVIDER, TEAM, swapped.replace("key: b }", "key: bob }"));
    assertThat(compilation.problems()).isEmpty();
    assertThat(key(compilation, "alice").digest())
        .isEqualTo(KeyDigest.of("bob-bob-bob-bob-bob-bob"));
  }

  @Test
  void a_deleted_provider_is_taken_from_its_keys() {
    var compilation = compile(good(), SECRETS, "", TEAM, ALICE);
    assertThat(compilation.problems()).hasSize(1);
    assertThat(key(compilation, "alice").grants()).isEmpty();
    assertThat(compilation.snapshot().upstreams()).isEmpty();
    assertThat(compilation.credentials().values()).isEmpty();
  }

  @Test
  void a_bad_provider_keeps_its_last_good_version() {
    var bad = PROVIDER.replace("Anthropic", "OpenAI");
    var compilation = compile(good(), SECRETS, bad, TEAM, ALICE);
    assertThat(compilation.snapshot().upstreams()).hasSize(1);
    assertThat(key(compilation, "alice").grants()).hasSize(1);
  }

  @Test
  void a_bad_secret_keeps_its_last_good_values() {
    var compilation = compile(good(), SECRETS + "type: tls\n", PROVIDER, TEAM, ALICE);
    assertThat(keys(compilation)).containsExactly("alice");
    assertThat(compilation.credentials().values())
        .containsValue(new Credential.Value("credential-1"));
  }

  @Test
  void a_second_object_of_the_same_name_leaves_the_first_version_in_force() {
    var other = ALICE.replace("\"50\"", "\"5000\"");
    var compilation = compile(good(), SECRETS, PROVIDER, TEAM, ALICE, other);
    assertThat(key(compilation, "alice").budgets().getFirst().limit().toUsd()).isEqualTo("50");
    var suspended = compile(good(), SECRETS, PROVIDER, TEAM, ALICE, ALICE + "  suspended: true\n");
    assertThat(key(suspended, "alice").suspended()).isTrue();
  }

  @Test
  void a_key_without_a_secret_is_generated_once_and_in_force_then() {
    var own = ALICE.replace("  keySecretRef: { name: s, key: alice }\n", "");
    var name = new ObjectName("default", "alice");
    var first = compile(LastGood.NONE, SECRETS, PROVIDER, TEAM, own);
    assertThat(first.keysToGenerate()).containsExactly(name);
    assertThat(first.problems()).isEmpty();
    assertThat(keys(first)).isEmpty();
    var made = "sk-slc-made-made-made-made";
    var files = List.of(SECRETS, PROVIDER, TEAM, own);
    var second =
        Worlds.compile(
            LastGood.NONE,
            Map.of(name, made),
            files.stream().map(text -> new ManifestFile("f", text)).toArray(ManifestFile[]::new));
    assertThat(second.keysToGenerate()).isEmpty();
    assertThat(key(second, "alice").digest()).isEqualTo(KeyDigest.of(made));
  }

  @Test
  void a_made_key_that_was_replaced_is_valid_for_a_while_beside_its_successor() {
    var own = ALICE.replace("  keySecretRef: { name: s, key: alice }\n", "");
    var name = new ObjectName("default", "alice");
    var until = Instant.parse("2026-12-01T00:00:00Z");
    var old = new MadeKeys.Replaced("sk-slc-old-old-old-old-old", until);
    var made = new MadeKeys(Map.of(name, "sk-slc-new-new-new-new-new"), Map.of(name, old));
    var files =
        Stream.of(SECRETS, PROVIDER, TEAM, own).map(text -> new ManifestFile("f", text)).toList();
    var snapshot =
        new Compiler(Catalogue.anthropic())
            .compile(Manifests.read(files), LastGood.NONE, made)
            .snapshot();
    var replaced = snapshot.key(KeyDigest.of(old.value()));
    var successor = snapshot.key(KeyDigest.of("sk-slc-new-new-new-new-new"));
    assertThat(replaced).isNotNull();
    assertThat(replaced.expiresAt()).isEqualTo(until);
    assertThat(replaced.budgets()).isEqualTo(successor.budgets());
    assertThat(snapshot.keysByName()).containsExactly(successor);
  }

  @Test
  void a_rotated_credential_is_a_new_version_and_in_no_text() {
    var before = compile(LastGood.NONE, SECRETS, PROVIDER, TEAM, ALICE);
    var rotated = SECRETS.replace("credential-1", "credential-2");
    var after = compile(before.good(), rotated, PROVIDER, TEAM, ALICE);
    assertThat(after.snapshot().version()).isNotEqualTo(before.snapshot().version());
    assertThat(after.credentials().values())
        .containsEntry("default/anthropic/main", new Credential.Value("credential-2"));
    assertThat(after.toString()).doesNotContain("credential-2").doesNotContain("alice-alice-alice");
  }

  @Test
  void what_a_folder_held_stays_while_the_folder_cannot_be_read() {
    var files =
        List.of(
            new ManifestFile("m/all.yaml", SECRETS + "---\n" + PROVIDER + "---\n" + TEAM),
            new ManifestFile("m/sub/a/alice.yaml", ALICE),
            new ManifestFile("m/subway/bob.yaml", BOB));
    var good = compile(LastGood.NONE, files, List.of());
    assertThat(keys(good)).containsExactly("alice", "bob");
    for (var unread : List.of(new Unread.Broken("m/sub", "why"), new Unread.Changing("m/sub"))) {
      var compilation = compile(good.good(), files.subList(0, 1), List.of(unread));
      assertThat(keys(compilation)).containsExactly("alice");
      var problems = compilation.problems().stream().map(Problem::toString).toList();
      assertThat(problems)
          .isEqualTo(
              unread instanceof Unread.Broken ? List.of("m/sub: cannot be read: why") : List.of());
    }
  }

  private static Compilation compile(LastGood last, List<ManifestFile> files, List<Unread> unread) {
    return new Compiler(Catalogue.anthropic())
        .compile(Manifests.read(files, unread), last, MadeKeys.of(Map.of()));
  }
}
