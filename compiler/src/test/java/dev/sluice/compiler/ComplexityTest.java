package dev.sluice.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.policy.Globs;
import dev.sluice.core.policy.Routing;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What is simple for a key, by its manifest and those of its teams.
class ComplexityTest {

  private static Routing routing(Compilation compilation, String name) {
    return compilation.snapshot().keysByName().stream()
        .filter(key -> key.name().name().equals(name))
        .findFirst()
        .orElseThrow()
        .routing();
  }

  @Test
  void what_is_simple_is_said_by_the_key_its_nearest_team_or_nobody_each_field_for_itself() {
    var compilation =
        Worlds.compile(
            LastGood.NONE,
            Worlds.base(),
            Worlds.file(Worlds.RESOURCES.resolve("valid/complexity.yaml")));
    var routing = routing(compilation, "bob");
    assertThat(routing.simplicity())
        .isEqualTo(
            new Routing.Simplicity(
                60_000, 4, false, new Globs(List.of()), new Globs(List.of("explore*"))));
    assertThat(routing.rules().getFirst().match())
        .isEqualTo(
            new Routing.Match(
                null,
                null,
                Map.of(),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                2L,
                Routing.Complexity.SIMPLE));
    assertThat(routing.rules().getLast().match().toolsMin()).isEqualTo(20);
    assertThat(routing.rules().getLast().match().complexity())
        .isEqualTo(Routing.Complexity.COMPLEX);
    assertThat(routing(compilation, "alice")).isEqualTo(Routing.NONE);
  }
}
