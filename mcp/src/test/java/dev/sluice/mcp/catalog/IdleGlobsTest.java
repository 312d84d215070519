package dev.sluice.mcp.catalog;

import static dev.sluice.mcp.catalog.Declared.http;
import static dev.sluice.mcp.catalog.Declared.server;
import static dev.sluice.mcp.catalog.Declared.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.policy.Globs;
import dev.sluice.mcp.catalog.judge.Sight;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

/// What a declaration says of tools that its server does not have.
final class IdleGlobsTest {

  private static List<String> idle(List<String> allowed, List<String> denied, String... tools) {
    var declared =
        with(
            server("one", http(URI.create("https://one.example.com/mcp"))),
            new Globs(allowed),
            new Globs(denied));
    var items =
        Stream.of(tools).map(name -> JsonNodeFactory.instance.objectNode().put("name", name));
    return Sight.of(declared, items.toList(), Optional.of(Map.of())).idle();
  }

  @Test
  void a_glob_that_no_tool_has_is_told() {
    assertThat(idle(List.of("get_*"), List.of("delet_*", "delete_*"), "get_it", "delete_it"))
        .containsExactly(
            "spec.tools.deny: delet_* (expected: the name of one of its tools, or a glob that"
                + " matches one)");
    assertThat(idle(List.of("list_*"), List.of(), "get_it"))
        .containsExactly(
            "spec.tools.allow: list_* (expected: the name of one of its tools, or a glob that"
                + " matches one)");
  }

  @Test
  void of_a_list_that_is_empty_nothing_is_told() {
    assertThat(idle(List.of("*"), List.of("delete_*"))).isEmpty();
  }
}
