package dev.sluice.mcp.catalog.judge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.mcp.ServerReport;
import dev.sluice.core.policy.ObjectName;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CollisionsTest {

  private static ServerReport report(String namespace, String name, String... tools) {
    var all =
        Stream.of(tools)
            .map(tool -> new ServerReport.Tool(tool, "d", ServerReport.Verdict.SERVED, List.of()))
            .toList();
    return new ServerReport(
        new ObjectName(namespace, name), true, Instant.EPOCH, "2025-11-25", all, null, false);
  }

  private static List<String> suspicions(ServerReport... reports) {
    return Collisions.told(List.of(reports)).stream()
        .flatMap(report -> report.tools().stream())
        .flatMap(tool -> tool.suspicions().stream())
        .toList();
  }

  @Test
  void one_name_at_two_servers_is_no_suspicion_since_names_carry_the_server() {
    assertThat(suspicions(report("default", "a", "search"), report("default", "b", "search")))
        .isEmpty();
  }

  @Test
  void one_name_at_servers_of_one_name_is_a_suspicion() {
    assertThat(suspicions(report("default", "a", "search"), report("other", "a", "search")))
        .containsExactly(
            "other/a has a tool that would be called the same",
            "default/a has a tool that would be called the same");
  }

  @Test
  void names_that_look_alike_at_two_servers_are_a_suspicion() {
    assertThat(
            suspicions(
                report("default", "a", "search", "read"),
                report("default", "b", "se\u0430rch", "SEARCH"),
                report("default", "c", "write")))
        .containsExactly(
            "default/b has a tool whose name only looks like this one",
            "default/a has a tool whose name only looks like this one",
            "default/a has a tool whose name only looks like this one");
  }
}
