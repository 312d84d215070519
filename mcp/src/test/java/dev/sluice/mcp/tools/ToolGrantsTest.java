package dev.sluice.mcp.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.policy.Globs;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.mcp.tools.ToolGrants.Grant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ToolGrantsTest {
  private static final ObjectName GITHUB = new ObjectName("default", "github");

  private static Grant grant(String... globs) {
    return new Grant(GITHUB, new Globs(List.of(globs)));
  }

  @Test
  void permit_nothing_without_an_entry() {
    assertThat(new ToolGrants(List.of(), List.of()).permit(GITHUB, "get")).isFalse();
    assertThat(new ToolGrants(List.of(List.of()), List.of()).permit(GITHUB, "get")).isFalse();
  }

  @Test
  void permit_what_every_list_has() {
    var grants =
        new ToolGrants(List.of(List.of(grant("*")), List.of(grant("get_*", "list_*"))), List.of());
    assertThat(grants.permit(GITHUB, "get_issue")).isTrue();
    assertThat(grants.permit(GITHUB, "delete_issue")).isFalse();
    assertThat(grants.permit(new ObjectName("other", "github"), "get_issue")).isFalse();
  }

  @Test
  void let_a_denial_win() {
    var grants = new ToolGrants(List.of(List.of(grant("*"))), List.of(grant("delete_*")));
    assertThat(grants.permit(GITHUB, "delete_issue")).isFalse();
    assertThat(grants.permit(GITHUB, "get_issue")).isTrue();
  }
}
