package dev.sluice.operator.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.mcp.ServerReport.Tool;
import dev.sluice.core.mcp.ServerReport.Verdict;
import dev.sluice.core.policy.ObjectName;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// How often the status of a server of tools changes, however often the server does.
class CalmTest {

  private static final Instant START = Instant.parse("2026-11-30T08:00:00Z");
  private static final ObjectName GITHUB = new ObjectName("default", "github");
  private static final ObjectName WIKI = new ObjectName("default", "wiki");

  private final Calm calm = new Calm();

  private static ServerStanding standing(boolean connected, int digest) {
    var tool = new Tool("echo", "sha256:" + digest, Verdict.CHANGED, List.of());
    return new ServerStanding(connected, false, "2026-07-28", List.of(tool), List.of(), null);
  }

  private ServerStanding calmed(ServerStanding seen, long second) {
    var all = calm.calmed(Map.of(GITHUB, seen), START.plusSeconds(second));
    return all.getOrDefault(GITHUB, standing(false, -1));
  }

  /// A server that has another list at each look, for a time.
  ///
  /// @return the last status
  private ServerStanding churn(long from, long to, TreeSet<Long> changes) {
    var last = standing(true, -1);
    for (long second = from; second < to; second += 3) {
      var now = calmed(standing(true, (int) second), second);
      if (!now.equals(last)) {
        changes.add(second);
      }
      last = now;
    }
    return last;
  }

  @Test
  void a_list_that_changes_at_each_look_changes_the_status_once_a_minute() {
    var changes = new TreeSet<Long>();
    churn(0, 3_600, changes);
    assertThat(changes.headSet(60L)).hasSize(1 + Calm.CHANGES_AT_ONCE);
    assertThat(changes).hasSizeBetween(60, 66);
  }

  @Test
  void a_change_after_a_quiet_time_passes_at_once_and_the_last_one_in_the_end() {
    var last = churn(0, 60, new TreeSet<>());
    assertThat(calmed(standing(true, 1_000), 60)).isEqualTo(last);
    assertThat(calmed(standing(true, 1_000), 63)).isEqualTo(standing(true, 1_000));
    assertThat(calmed(standing(true, 1_001), 66)).isEqualTo(standing(true, 1_000));
    assertThat(calmed(standing(true, 1_001), 122)).isEqualTo(standing(true, 1_000));
    assertThat(calmed(standing(true, 1_001), 123)).isEqualTo(standing(true, 1_001));
    assertThat(calmed(standing(true, 1_002), 900)).isEqualTo(standing(true, 1_002));
    assertThat(calmed(standing(true, 1_003), 903)).isEqualTo(standing(true, 1_003));
  }

  @Test
  void whether_a_server_is_connected_passes_at_once() {
    churn(0, 30, new TreeSet<>());
    assertThat(calmed(standing(false, 30), 30)).isEqualTo(standing(false, 30));
    assertThat(calmed(standing(true, 33), 33)).isEqualTo(standing(true, 33));
  }

  @Test
  void servers_do_not_share_and_one_that_is_gone_is_forgotten() {
    churn(0, 30, new TreeSet<>());
    var both = Map.of(GITHUB, standing(true, 1), WIKI, standing(true, 2));
    assertThat(calm.calmed(both, START.plusSeconds(30))).containsEntry(WIKI, standing(true, 2));
    assertThat(calm.calmed(Map.of(), START.plusSeconds(33))).isEmpty();
    assertThat(calmed(standing(true, 7), 36)).isEqualTo(standing(true, 7));
  }

  @Test
  void a_clock_that_goes_back_holds_nothing_for_ever() {
    churn(0, 30, new TreeSet<>());
    var held = calmed(standing(true, 1), -600);
    assertThat(calmed(standing(true, 1), 3_000)).isEqualTo(standing(true, 1));
    assertThat(held).isNotEqualTo(standing(true, 1));
  }
}
