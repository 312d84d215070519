package dev.sluice.crds;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// Whoever applied a manifest of a released version can go on: nothing vanishes, nothing narrows.
class CompatibilityTest {

  private static final Path RELEASED = Path.of("released");
  private static final String SMALL =
      """
      spec:
        group: sluice.dev
        scope: Namespaced
        names: { kind: Thing, plural: things, singular: thing, shortNames: [th] }
        versions:
          - name: v1alpha1
            served: true
            schema:
              openAPIV3Schema:
                type: object
                properties:
                  spec:
                    type: object
                    required: [name]
                    properties:
                      name: { type: string, maxLength: 63 }
                      kind: { type: string, enum: [A, B] }
                      count: { type: integer, minimum: 1, maximum: 9 }
                      labels: { type: object, additionalProperties: { type: string } }
                      items:
                        type: array
                        maxItems: 4
                        x-kubernetes-list-type: atomic
                        items: { type: string, maxLength: 5 }
                    x-kubernetes-validations:
                      - { rule: "self.count > 1", message: more }
      """;

  /// `released/vX.Y.Z` holds the definitions of each release, as they were delivered.
  @Test
  void every_released_definition_is_kept() throws IOException {
    try (var released = Files.walk(RELEASED)) {
      for (var file : released.filter(path -> path.toString().endsWith(".yaml")).toList()) {
        var now = DefinitionsTest.CHART.resolve(file.getFileName());
        assertThat(Compatibility.problems(tree(file), tree(now))).as(file.toString()).isEmpty();
      }
    }
  }

  @Test
  void a_definition_breaks_nothing_of_itself() throws IOException {
    for (var kind : Definitions.KINDS) {
      var tree = Definitions.tree(kind);
      assertThat(Compatibility.problems(tree, tree)).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvFileSource(resources = "/breaking-changes.csv", delimiter = '|')
  void a_change_that_breaks_is_named(String before, String after, String problem) {
    assertThat(SMALL).contains(before);
    var later = tree(SMALL.replace(before, after));
    assertThat(Compatibility.problems(tree(SMALL), later)).containsExactly(problem);
  }

  @Test
  void a_change_that_widens_is_none() {
    var later =
        SMALL
            .replace("required: [name]", "required: []")
            .replace("enum: [A, B]", "enum: [A, B, C]")
            .replace("minimum: 1, maximum: 9", "maximum: 10")
            .replace("maxItems: 4", "maxItems: 5")
            .replace("- { rule: \"self.count > 1\", message: more }", "[]")
            .replace("shortNames: [th]", "shortNames: [th, thg]")
            .replace("count:", "more: { type: string, maxLength: 2 }\n                count:");
    assertThat(Compatibility.problems(tree(SMALL), tree(later))).isEmpty();
  }

  @Test
  void all_problems_are_named_at_once() {
    var later = SMALL.replace("enum: [A, B]", "enum: [A]").replace("maxItems: 4", "maxItems: 1");
    assertThat(Compatibility.problems(tree(SMALL), tree(later)))
        .isEqualTo(
            List.of(".spec.kind: B is gone", ".spec.items: maxItems: 1 (expected: 4 or more)"));
  }

  private static Map<String, Object> tree(Path file) throws IOException {
    return tree(Files.readString(file));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> tree(String yaml) {
    var load = new Load(LoadSettings.builder().build());
    return (Map<String, Object>) load.loadFromString(yaml);
  }
}
