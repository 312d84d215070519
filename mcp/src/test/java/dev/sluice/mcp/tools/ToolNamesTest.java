package dev.sluice.mcp.tools;

import static dev.sluice.mcp.tools.Definitions.tool;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.policy.ObjectName;
import java.util.List;
import org.junit.jupiter.api.Test;

class ToolNamesTest {

  private static List<String> names(ToolDefinition... tools) {
    return List.copyOf(ToolNames.of(List.of(tools)).all().keySet());
  }

  @Test
  void are_server_and_tool() {
    assertThat(names(tool("github", "get_issue"), tool("jira-eu", "Search")))
        .containsExactly("github__get_issue", "jira-eu__Search");
  }

  @Test
  void with_other_characters_or_too_long_end_with_a_hash_that_stays() {
    var longName = "x".repeat(80);
    var names =
        names(
            tool("git.hub", "a/b c"),
            tool("git.hub", "a b/c"),
            tool("s", longName),
            tool("s", longName + "y"));
    assertThat(names).hasSize(4).allMatch(name -> name.matches("[A-Za-z0-9_-]{1,45}"));
    // Clients keep it in their permissions: it is the same in each version of the gateway.
    assertThat(names.getFirst()).isEqualTo("git_hub__a_b_c_fa2156db");
    assertThat(names(tool("s", longName + "y"))).containsExactly(names.get(3));
  }

  @Test
  void of_two_servers_that_are_called_the_same_stay_apart() {
    var other = tool("github", "get_issue");
    var theirs = new ToolDefinition(new ObjectName("teams", "github"), "get_issue", other.json());
    var names = ToolNames.of(List.of(other, theirs));
    assertThat(names.all()).hasSize(2);
    assertThat(names.find("github__get_issue")).contains(other);
    assertThat(names.all().values()).containsExactly(other, theirs);
  }

  private static List<String> alone(ToolDefinition... tools) {
    return List.copyOf(ToolNames.ofServer(List.of(tools)).all().keySet());
  }

  @Test
  void of_one_server_alone_are_its_own() {
    assertThat(alone(tool("github", "get_issue"), tool("github", "x".repeat(45))))
        .containsExactly("get_issue", "x".repeat(45));
  }

  @Test
  void of_one_server_alone_that_no_provider_takes_end_with_a_hash_that_stays() {
    var names =
        alone(
            tool("git.hub", "a/b c"),
            tool("git.hub", "a b/c"),
            tool("s", "x".repeat(46)),
            tool("s", ""));
    assertThat(names).hasSize(4).allMatch(name -> name.matches("[A-Za-z0-9_-]{1,45}"));
    // The hash is that of the tool at the endpoint of all servers.
    assertThat(names.getFirst()).isEqualTo("a_b_c_fa2156db");
    assertThat(names.get(1)).startsWith("a_b_c_").isNotEqualTo(names.getFirst());
    assertThat(names.get(2)).startsWith("x".repeat(36) + "_");
  }

  @Test
  void that_nobody_has_are_not_found() {
    assertThat(ToolNames.of(List.of(tool("a", "b"))).find("a__c")).isEmpty();
  }
}
