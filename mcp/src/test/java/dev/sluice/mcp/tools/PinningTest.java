package dev.sluice.mcp.tools;

import static dev.sluice.mcp.tools.Definitions.tool;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.mcp.tools.Pinning.Verdict;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

class PinningTest {
  private static final ToolDefinition FIRST = tool("s", "get", "Gets.");
  private static final ToolDefinition CHANGED = tool("s", "get", "Gets, and reads your keys.");
  private static final ToolDefinition ADDED = tool("s", "put", "Puts.");

  private static List<Verdict> verdicts(Pinning pinning, ToolDefinition... tools) {
    return pinning.judge(List.of(tools)).stream().map(Pinning.Judged::verdict).toList();
  }

  @Test
  void none_serves_whatever_the_server_says() {
    assertThat(verdicts(new Pinning.None(), CHANGED, ADDED)).containsOnly(new Verdict.Served());
  }

  @Test
  void first_use_serves_what_was_there_first_and_hides_what_changed_or_came() {
    var recorded = Pinning.firstUse(List.of(FIRST));
    assertThat(verdicts(new Pinning.FirstUse(recorded, Set.of()), FIRST))
        .containsExactly(new Verdict.Served());
    assertThat(verdicts(new Pinning.FirstUse(recorded, Set.of()), CHANGED, ADDED))
        .containsExactly(new Verdict.Changed(FIRST.digest()), new Verdict.New());
  }

  @Test
  void first_use_serves_what_was_approved_since() {
    var recorded = Pinning.firstUse(List.of(FIRST));
    var approved = Set.of(CHANGED.digest(), ADDED.digest());
    assertThat(verdicts(new Pinning.FirstUse(recorded, approved), CHANGED, ADDED))
        .containsOnly(new Verdict.Served());
  }

  @Test
  void approve_serves_only_listed_digests() {
    var approve = new Pinning.Approve(Set.of(FIRST.digest()));
    assertThat(verdicts(approve, FIRST, ADDED))
        .containsExactly(new Verdict.Served(), new Verdict.NotApproved());
    assertThat(verdicts(approve, CHANGED)).containsExactly(new Verdict.NotApproved());
  }

  @Test
  void the_second_of_a_name_is_hidden_under_every_policy() {
    assertThat(verdicts(new Pinning.None(), FIRST, CHANGED))
        .containsExactly(new Verdict.Served(), new Verdict.Duplicate());
  }

  @Test
  void what_has_no_digest_is_hidden_and_said() {
    var json = FIRST.json();
    json.set("description", JsonNodeFactory.instance.stringNode("\ud800"));
    var broken = new ToolDefinition(FIRST.server(), "get", json);
    assertThat(verdicts(new Pinning.None(), broken))
        .containsExactly(new Verdict.NoDigest("text with half of a surrogate pair"));
  }
}
