package dev.sluice.core.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.mcp.ToolAccess.ToolGrant;
import dev.sluice.core.policy.Globs;
import dev.sluice.core.policy.ObjectName;
import java.util.List;
import org.junit.jupiter.api.Test;

class ToolAccessTest {
  private static final ObjectName GITHUB = new ObjectName("default", "github");
  private static final ObjectName OTHER = new ObjectName("other", "github");

  private static ToolGrant grant(String... globs) {
    return new ToolGrant(GITHUB, new Globs(List.of(globs)));
  }

  @Test
  void permits_nothing_without_an_entry() {
    assertThat(ToolAccess.NONE.permits(GITHUB, "get")).isFalse();
    assertThat(ToolAccess.NONE.names(GITHUB)).isFalse();
    assertThat(new ToolAccess(List.of(List.of())).permits(GITHUB, "get")).isFalse();
  }

  @Test
  void permits_what_every_list_has() {
    var access = new ToolAccess(List.of(List.of(grant("*")), List.of(grant("get_*", "list_*"))));
    assertThat(access.permits(GITHUB, "get_issue")).isTrue();
    assertThat(access.permits(GITHUB, "delete_issue")).isFalse();
    assertThat(access.permits(OTHER, "get_issue")).isFalse();
  }

  @Test
  void names_the_servers_that_every_list_has() {
    var both = List.of(grant("*"), new ToolGrant(OTHER, Globs.ALL));
    var access = new ToolAccess(List.of(both, List.of(grant("get_*"))));
    assertThat(access.names(GITHUB)).isTrue();
    assertThat(access.names(OTHER)).isFalse();
  }
}
