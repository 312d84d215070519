package dev.sluice.operator.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.Compilation;
import dev.sluice.compiler.Compiler;
import dev.sluice.compiler.LastGood;
import dev.sluice.compiler.MadeKeys;
import dev.sluice.compiler.catalogue.Catalogue;
import dev.sluice.compiler.manifest.ManifestFile;
import dev.sluice.compiler.manifest.Manifests;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.operator.world.ObjectId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What a round found out.
class OutcomeTest {

  private static final ObjectName NAME = new ObjectName("default", "alice");
  private static final ObjectId KEY = new ObjectId("VirtualKey", NAME);
  private static final ObjectId TEAM = new ObjectId("Team", NAME);
  private static final String MANIFESTS =
      """
      apiVersion: sluice.dev/v1alpha1
      kind: Team
      metadata: { name: alice }
      spec: {}
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: VirtualKey
      metadata: { name: alice }
      spec: { team: alice }
      """;

  private static Compilation compile(Map<ObjectName, String> values) {
    var world = Manifests.read(List.of(new ManifestFile("all.yaml", MANIFESTS)));
    return new Compiler(Catalogue.anthropic()).compile(world, LastGood.NONE, MadeKeys.of(values));
  }

  @Test
  void a_key_is_published_once_it_has_a_value() {
    var good = Set.of(KEY, TEAM);
    assertThat(Outcome.published(good, compile(Map.of()))).containsExactly(TEAM);
    var made = compile(Map.of(NAME, "sk-slc-0123456789abcdef"));
    assertThat(Outcome.published(good, made)).containsExactlyInAnyOrder(KEY, TEAM);
  }
}
