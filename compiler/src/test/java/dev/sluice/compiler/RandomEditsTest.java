package dev.sluice.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.manifest.ManifestFile;
import dev.sluice.core.budget.Budget;
import dev.sluice.core.budget.Level;
import dev.sluice.core.policy.KeyPolicy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Random edits, good and bad. Every version of an object carries its number (a key in `owner`, a
/// team in its budget's limit), so that it can be told which one is in force.
///
/// 1. A key that is in force is there, and its version is the one of now or the one that was in
///    force before; it is suspended if either says so.
/// 2. It has no provider that its version does not list, and the budget of every team above it.
/// 3. An object that no problem names is in force as it is written.
/// 4. The order of files means nothing, and the same input gives the same version.
class RandomEditsTest {

  private static final long SEED = 20261120;
  private static final int RUNS = 40;
  private static final int STEPS = 40;
  private static final int NAMES = 4;

  /// A version of a team or a key. `up`: the team above; `secret`: where a key's value is.
  private record Version(
      int number,
      @Nullable String up,
      Set<String> providers,
      @Nullable String secret,
      boolean suspended,
      String flaw) {}

  private final Random random = new Random(SEED);
  private final Map<String, Version> teams = new TreeMap<>();
  private final Map<String, Version> keys = new TreeMap<>();
  private final Set<String> providers = new HashSet<>();
  private final Map<String, String> secrets = new TreeMap<>();

  /// Every version since the object was last made, by kind and name.
  private final Map<String, Map<Integer, Version>> history = new HashMap<>();

  private final Map<String, Integer> inForce = new HashMap<>();
  private int number;

  @Test
  void random_edits_never_widen_a_key_beyond_its_last_good_or_its_new_version() {
    System.out.println("seed " + SEED);
    int checked = 0;
    for (int run = 0; run < RUNS; run++) {
      reset();
      var last = LastGood.NONE;
      for (int step = 0; step < STEPS; step++) {
        edit();
        forgetDeleted();
        var compilation = compile(last);
        checked += check(compilation);
        last = compilation.good();
      }
    }
    assertThat(checked).isGreaterThan(RUNS * STEPS / 2);
  }

  private void reset() {
    List.of(teams, keys, secrets, history, inForce).forEach(Map::clear);
    providers.clear();
    providers.addAll(Set.of("p0", "p1"));
    for (int i = 0; i < NAMES; i++) {
      secrets.put("s" + i, "value-of-a-key-" + i + "-0000000");
      put("t" + i, teams, version(i == 0 ? null : "t0", ""));
      put("k" + i, keys, version("t" + i, ""));
    }
  }

  private void edit() {
    int edits = 1 + random.nextInt(3);
    for (int i = 0; i < edits; i++) {
      switch (random.nextInt(8)) {
        case 0, 1 -> put(name("t"), teams, version(maybe(name("t")), flaw()));
        case 2, 3, 4 -> put(name("k"), keys, version(maybe(name("t")), flaw()));
        case 5 -> delete();
        case 6 -> secrets.put(name("s"), value());
        default -> toggle("p" + random.nextInt(2));
      }
    }
  }

  private void delete() {
    var name = random.nextBoolean() ? name("t") : name("k");
    teams.remove(name);
    keys.remove(name);
    if (random.nextInt(4) == 0) {
      secrets.remove(name("s"));
    }
  }

  private void forgetDeleted() {
    history.keySet().removeIf(name -> !teams.containsKey(name) && !keys.containsKey(name));
    inForce.keySet().retainAll(history.keySet());
  }

  private void toggle(String provider) {
    if (!providers.remove(provider)) {
      providers.add(provider);
    }
  }

  private void put(String name, Map<String, Version> objects, Version version) {
    objects.put(name, version);
    history.computeIfAbsent(name, _ -> new HashMap<>()).put(version.number(), version);
  }

  private Version version(@Nullable String up, String flaw) {
    var granted = random.nextBoolean() ? Set.of("p0") : Set.of("p0", "p1");
    return new Version(++number, up, granted, name("s"), random.nextInt(5) == 0, flaw);
  }

  private String flaw() {
    return switch (random.nextInt(7)) {
      case 0 -> "  colour: red\n";
      case 1 -> "  budgets: 7\n";
      case 2 -> "  owner: \"\n";
      default -> "";
    };
  }

  private String value() {
    return random.nextInt(4) == 0 ? "short" : "value-of-a-key-" + random.nextInt(6) + "-0000000";
  }

  private String name(String kind) {
    return kind + random.nextInt(NAMES);
  }

  private @Nullable String maybe(String name) {
    return random.nextInt(4) == 0 ? null : name;
  }

  private Compilation compile(LastGood last) {
    var files = new ArrayList<ManifestFile>();
    secrets.forEach((name, value) -> files.add(secret(name, value)));
    files.add(secret("p", "credential"));
    providers.forEach(name -> files.add(provider(name)));
    teams.forEach((name, version) -> files.add(team(name, version)));
    keys.forEach((name, version) -> files.add(key(name, version)));
    var compilation = Worlds.compile(last, files.toArray(ManifestFile[]::new));
    Collections.shuffle(files, random);
    var again = Worlds.compile(last, files.toArray(ManifestFile[]::new));
    assertThat(again.snapshot()).isEqualTo(compilation.snapshot());
    assertThat(again.problems()).isEqualTo(compilation.problems());
    return compilation;
  }

  private static ManifestFile secret(String name, String value) {
    var head = "apiVersion: v1\nkind: Secret\nmetadata: { name: " + name + " }\n";
    return new ManifestFile(name, head + "stringData: { v: " + value + " }\n");
  }

  private static ManifestFile provider(String name) {
    var spec = "  type: Anthropic\n  credentials: [{ name: a, secretRef: { name: p, key: v } }]\n";
    return new ManifestFile(name, head("Provider", name) + spec + "  models: []\n");
  }

  private static ManifestFile team(String name, Version version) {
    var up = version.up() == null ? "" : "  parent: " + version.up() + "\n";
    var limit = "  budgets: [{ limitUsd: \"" + version.number() + "\", window: Day }]\n";
    return new ManifestFile(name, head("Team", name) + up + limit + version.flaw());
  }

  private static ManifestFile key(String name, Version version) {
    var up = version.up() == null ? "" : "  team: " + version.up() + "\n";
    var granted =
        version.providers().stream()
            .map(provider -> "{ name: " + provider + " }")
            .collect(Collectors.joining(", ", "  providers: [", "]\n"));
    var rest =
        "  owner: v%d\n  suspended: %s\n  keySecretRef: { name: %s, key: v }\n"
            .formatted(version.number(), version.suspended(), version.secret());
    return new ManifestFile(name, head("VirtualKey", name) + up + granted + rest + version.flaw());
  }

  private static String head(String kind, String name) {
    var version = "apiVersion: sluice.dev/v1alpha1\nkind: ";
    return version + kind + "\nmetadata: { name: " + name + " }\nspec:\n";
  }

  private int check(Compilation compilation) {
    var policies =
        compilation.snapshot().keysByName().stream()
            .collect(Collectors.toMap(policy -> policy.name().name(), policy -> policy));
    policies.forEach((name, policy) -> check(name, policy, compilation));
    keys.forEach(
        (name, version) -> {
          if (blameless("VirtualKey default/" + name, name, compilation)) {
            assertThat(policies.get(name).owner()).isEqualTo("v" + version.number());
          }
        });
    policies.forEach((name, policy) -> inForce.put(name, versionOf(policy)));
    return policies.size();
  }

  private void check(String name, KeyPolicy policy, Compilation compilation) {
    var now = keys.get(name);
    assertThat(now).as("a deleted key").isNotNull();
    assertThat(versionOf(policy)).isIn(now.number(), inForce.get(name));
    var version = history.get(name).get(versionOf(policy));
    assertThat(versionOf(policy) == now.number() && !now.flaw().isEmpty()).isFalse();
    boolean readable = !now.flaw().contains("\"");
    assertThat(policy.suspended()).isEqualTo(version.suspended() || (readable && now.suspended()));
    assertThat(secrets).containsKey(version.secret());
    var granted = policy.grants().stream().map(grant -> grant.provider().name()).toList();
    assertThat(version.providers()).containsAll(granted);
    assertThat(providers).containsAll(granted);
    checkTeams(version.up(), policy, compilation);
  }

  /// Follows the teams upwards, each in the version that its budget names.
  private void checkTeams(@Nullable String first, KeyPolicy policy, Compilation compilation) {
    var budgets = policy.budgets().stream().filter(b -> b.level() == Level.TEAM).toList();
    var up = first;
    for (Budget budget : budgets) {
      assertThat(budget.name()).isEqualTo(up);
      assertThat(teams).containsKey(up);
      int number = Integer.parseInt(budget.limit().toUsd());
      if (blameless("Team default/" + up, up, compilation)) {
        assertThat(number).isEqualTo(teams.get(up).number());
      }
      up = history.get(up).get(number).up();
    }
    assertThat(up).as("every team up to the root binds").isNull();
  }

  private static boolean blameless(String object, String file, Compilation compilation) {
    return compilation.problems().stream()
        .noneMatch(problem -> problem.object().equals(object) || problem.file().equals(file));
  }

  private static int versionOf(KeyPolicy policy) {
    return Integer.parseInt(policy.owner().substring(1));
  }
}
