package dev.sluice.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.kubernetes.Access;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// What `kubectl apply` says of the same manifests, where a real API server has the definitions.
/// Every file of `invalid` ends with it (`-Dgolden=write` writes it); `accepted` is what only the
/// compile step can know.
class AppliedManifestsIT {

  private static final String APPLY = "# apply: ";
  private static final String ACCEPTED = "accepted";
  private static final String NAMESPACES =
      """
      apiVersion: v1
      kind: Namespace
      metadata: { name: tools }
      ---
      apiVersion: v1
      kind: Namespace
      metadata: { name: elsewhere }
      """;

  private static Access admin;

  static Stream<Path> valid() {
    return Worlds.files(Worlds.RESOURCES.resolve("valid"));
  }

  static Stream<Path> invalid() {
    return Worlds.files(Worlds.RESOURCES.resolve("invalid"));
  }

  @BeforeAll
  static void install() {
    admin = Definitions.install();
    admin.kubectlReading(NAMESPACES, "apply", "-f", "-").orThrow();
  }

  @ParameterizedTest
  @MethodSource("valid")
  void every_valid_manifest_is_accepted(Path path) throws IOException {
    assertThat(applied(path)).containsExactly(ACCEPTED);
  }

  @Test
  void the_manifests_that_the_invalid_ones_stand_beside_are_accepted() throws IOException {
    assertThat(applied(Worlds.RESOURCES.resolve("base.yaml"))).containsExactly(ACCEPTED);
  }

  @ParameterizedTest
  @MethodSource("invalid")
  void every_invalid_manifest_is_refused_as_it_says(Path path) throws IOException {
    var applied = applied(path);
    if ("write".equals(System.getProperty("golden"))) {
      var lines = new ArrayList<>(Files.readAllLines(path));
      lines.removeIf(line -> line.startsWith(APPLY));
      applied.forEach(line -> lines.add(APPLY + line));
      Files.write(path, lines);
    }
    // The API server tells what several patterns say in any order.
    assertThat(applied).containsExactlyInAnyOrderElementsOf(said(path)).isNotEmpty();
  }

  @Test
  void every_rule_of_the_definitions_refuses_something_here() throws IOException {
    var said = new StringBuilder();
    for (var path : invalid().toList()) {
      said(path).forEach(line -> said.append(line).append('\n'));
    }
    var messages = new HashSet<String>();
    for (var path : Worlds.files(Definitions.TEMPLATES).toList()) {
      var load = new Load(LoadSettings.builder().build());
      collect(load.loadFromString(Files.readString(path)), messages);
    }
    assertThat(messages).hasSizeGreaterThan(30);
    assertThat(messages).allSatisfy(message -> assertThat(said).contains(": " + message));
  }

  private static void collect(Object tree, Set<String> messages) {
    if (tree instanceof Map<?, ?> map) {
      if (map.get("rule") instanceof String && map.get("message") instanceof String message) {
        messages.add(message);
      }
      map.values().forEach(value -> collect(value, messages));
    }
    if (tree instanceof List<?> list) {
      list.forEach(value -> collect(value, messages));
    }
  }

  private static List<String> said(Path path) throws IOException {
    return Files.readAllLines(path).stream()
        .filter(line -> line.startsWith(APPLY))
        .map(line -> line.substring(APPLY.length()))
        .toList();
  }

  /// One line for each thing that is wrong.
  private static List<String> applied(Path path) throws IOException {
    var manifest =
        Files.readAllLines(path).stream()
            .filter(line -> !line.startsWith(APPLY))
            .collect(Collectors.joining("\n", "", "\n"));
    var printed = admin.kubectlReading(manifest, "apply", "--dry-run=server", "-f", "-");
    if (printed.exitCode() == 0) {
      return List.of(ACCEPTED);
    }
    return printed.stderr().lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
  }
}
