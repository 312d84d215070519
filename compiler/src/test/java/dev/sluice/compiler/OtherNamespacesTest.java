package dev.sluice.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.manifest.ManifestFile;
import dev.sluice.compiler.problem.Fault;
import dev.sluice.compiler.problem.Problem;
import dev.sluice.core.policy.Grant;
import dev.sluice.core.policy.KeyDigest;
import dev.sluice.core.policy.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which Providers of other namespaces a key may use.
class OtherNamespacesTest {

  private static final ObjectName SHARED = new ObjectName("platform", "anthropic");
  private static final KeyDigest ALICE = KeyDigest.of("alice-alice-alice-alice");
  private static final String NAMESPACE =
      """
      apiVersion: v1
      kind: Namespace
      metadata: { name: payments, labels: { tier: gold, region: eu } }
      ---
      """;
  private static final String KEY =
      """
      apiVersion: v1
      kind: Secret
      metadata: { name: s, namespace: payments }
      stringData: { alice: alice-alice-alice-alice }
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: VirtualKey
      metadata: { name: alice, namespace: payments }
      spec:
        keySecretRef: { name: s, key: alice }
        providers: [ { name: anthropic, namespace: platform } ]
      ---
      """;

  private static String provider(String allowed) {
    return """
    apiVersion: v1
    kind: Secret
    metadata: { name: s, namespace: platform }
    stringData: { provider: credential-1 }
    ---
    apiVersion: sluice.dev/v1alpha1
    kind: Provider
    metadata: { name: anthropic, namespace: platform }
    spec:
      type: Anthropic
      credentials: [ { name: main, secretRef: { name: s, key: provider } } ]
    """
        + allowed;
  }

  private static Compilation compile(LastGood last, String text) {
    return Worlds.compile(last, new ManifestFile("f", text));
  }

  @ParameterizedTest
  @CsvSource({
    "All, ''",
    "Selector, 'tier: gold'",
    "Selector, 'tier: gold, region: eu'",
    "Selector, ''",
  })
  void a_provider_that_lets_the_namespace_is_used(String from, String labels) {
    var selector = from.equals("All") ? "" : ", selector: { matchLabels: { " + labels + " } }";
    var allowed = "  allowedNamespaces: { from: " + from + selector + " }\n";
    var compilation = compile(LastGood.NONE, NAMESPACE + KEY + provider(allowed));
    assertThat(compilation.problems()).isEmpty();
    var key = compilation.snapshot().key(ALICE);
    assertThat(key.grants()).extracting(Grant::provider).containsExactly(SHARED);
  }

  @ParameterizedTest
  @CsvSource({"Same, ''", "Selector, 'tier: silver'", "Selector, 'tier: gold, region: us'"})
  void another_one_is_told_like_one_that_does_not_exist(String from, String labels) {
    var selector = from.equals("Same") ? "" : ", selector: { matchLabels: { " + labels + " } }";
    var allowed = "  allowedNamespaces: { from: " + from + selector + " }\n";
    var refused = compile(LastGood.NONE, NAMESPACE + KEY + provider(allowed));
    var missing = compile(LastGood.NONE, NAMESPACE + KEY);
    assertThat(refused.snapshot().keys()).isEmpty();
    assertThat(refused.problems())
        .extracting(Problem::fault)
        .singleElement()
        .isInstanceOf(Fault.NotPermitted.class)
        .isEqualTo(missing.problems().getFirst().fault());
  }

  @Test
  void a_permission_that_is_taken_away_ends_at_once() {
    var all = provider("  allowedNamespaces: { from: All }\n");
    var before = compile(LastGood.NONE, NAMESPACE + KEY + all);
    var after = compile(before.good(), NAMESPACE + KEY + provider(""));
    assertThat(after.problems()).hasSize(1);
    assertThat(after.snapshot().key(ALICE).grants()).isEmpty();
  }

  @Test
  void budgets_at_providers_of_one_name_are_told_apart() {
    var budget = "budgets: [ { limitUsd: \"1\", window: Day } ]";
    var own = provider("").replace("platform", "payments").replace("name: s,", "name: p,");
    own = own.replace("secretRef: { name: s,", "secretRef: { name: p,");
    var both =
        KEY.replace(
            "providers: [ { name: anthropic, namespace: platform } ]",
            "providers: [ { name: anthropic, "
                + budget
                + " },"
                + " { name: anthropic, namespace: platform, "
                + budget
                + " } ]");
    var all = provider("  allowedNamespaces: { from: All }\n") + "---\n" + own;
    var compilation = compile(LastGood.NONE, NAMESPACE + both + all);
    assertThat(compilation.problems()).isEmpty();
    assertThat(compilation.snapshot().budgets()).hasSize(2);
  }
}
