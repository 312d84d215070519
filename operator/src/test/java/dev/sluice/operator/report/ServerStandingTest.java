package dev.sluice.operator.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.core.mcp.ServerReport;
import dev.sluice.core.mcp.ServerReport.Tool;
import dev.sluice.core.mcp.ServerReport.Verdict;
import dev.sluice.core.mcp.ToolChange;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.crds.McpServer;
import dev.sluice.feed.codec.ToolWords;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What the reports of all gateways are together, and what of it is news.
class ServerStandingTest {

  private static final Instant NOW = Instant.parse("2026-11-30T08:00:00Z");
  private static final ObjectName GITHUB = new ObjectName("default", "github");

  private static Tool tool(String name, Verdict verdict) {
    return new Tool(name, "sha256:" + name, verdict, List.of());
  }

  private static ServerReport connected(Tool... tools) {
    return new ServerReport(GITHUB, true, NOW, "2026-07-28", List.of(tools), null, false);
  }

  private static ServerReport troubled(String error, Tool... tools) {
    return new ServerReport(GITHUB, true, NOW, "2026-07-28", List.of(tools), error, true);
  }

  private static ServerReport away(String error, Tool... tools) {
    return new ServerReport(GITHUB, false, NOW, null, List.of(tools), error, true);
  }

  private static ToolWords said(ServerReport... reports) {
    return new ToolWords(List.of(reports), List.of());
  }

  private static ServerStanding standing(ServerReport... reports) {
    var byGateway = new HashMap<String, ToolWords>();
    for (int i = 0; i < reports.length; i++) {
      byGateway.put("gw-" + i, said(reports[i]));
    }
    return ServerStanding.of(byGateway).get(GITHUB);
  }

  private static List<String> states(ServerStanding standing) {
    return standing.shown().stream().map(tool -> tool.name() + " " + tool.state()).toList();
  }

  private static JsonNode status(ServerStanding standing) {
    var status =
        new McpServer.Status(
            1L, List.of(), true, null, null, standing.shown(), null, List.of(), null);
    return JsonMapper.builder().build().valueToTree(status);
  }

  @Test
  void it_is_connected_where_every_gateway_is_that_reports() {
    assertThat(standing(connected(), connected()).connected()).isTrue();
    var one = standing(connected(), away("connect: refused"), away("timeout"));
    assertThat(one.connected()).isFalse();
    assertThat(one.lastError()).isEqualTo("connect: refused");
    assertThat(one.protocol()).isEqualTo("2026-07-28");
    assertThat(ServerStanding.of(Map.of("gw-0", said()))).isEmpty();
  }

  @Test
  void trouble_of_a_gateway_that_is_connected_is_told_and_may_leave_no_tool() {
    var echo = tool("echo", Verdict.SERVED);
    assertThat(standing(connected(echo)).lastError()).isNull();
    var stale = standing(connected(echo), troubled("tools/list: no answer", echo));
    assertThat(stale.connected()).isTrue();
    assertThat(stale.toolless()).isFalse();
    assertThat(stale.lastError()).isEqualTo("tools/list: no answer");
    var hidden = tool("echo", Verdict.NEW);
    var toolless = standing(troubled("prompts/list: no answer", echo), troubled("away", hidden));
    assertThat(toolless.connected()).isTrue();
    assertThat(toolless.toolless()).isTrue();
    assertThat(toolless.lastError()).isEqualTo("away");
    assertThat(standing(troubled("away", hidden), away("refused")).lastError())
        .isEqualTo("refused");
  }

  @Test
  void a_server_whose_prompts_alone_fail_says_that_and_is_not_toolless() {
    var promptless =
        new ServerReport(
            GITHUB, true, NOW, "2026-07-28", List.of(), "prompts/list: no answer", false);
    assertThat(standing(promptless).toolless()).isFalse();
    assertThat(standing(promptless).lastError()).isEqualTo("prompts/list: no answer");
  }

  @Test
  void a_server_that_has_nothing_to_serve_and_no_trouble_is_not_toolless() {
    assertThat(standing(connected()).toolless()).isFalse();
    assertThat(standing(connected(tool("echo", Verdict.NOT_APPROVED))).toolless()).isFalse();
  }

  @Test
  void servers_are_apart() {
    var other = new ObjectName("tools", "github");
    var report = new ServerReport(other, false, NOW, null, List.of(), "gone", true);
    var standings = ServerStanding.of(Map.of("gw-0", said(connected(), report)));
    assertThat(standings.get(GITHUB).connected()).isTrue();
    assertThat(standings.get(other).connected()).isFalse();
  }

  @Test
  void what_one_gateway_hides_is_shown_as_hidden_and_hidden_ones_come_first() {
    var standing =
        standing(
            connected(tool("a", Verdict.SERVED), tool("b", Verdict.SERVED)),
            connected(tool("a", Verdict.SERVED), tool("b", Verdict.CHANGED)));
    assertThat(states(standing)).containsExactly("b Changed", "a Served");
  }

  @Test
  void two_definitions_of_one_name_are_both_shown() {
    var other = new Tool("a", "sha256:other", Verdict.CHANGED, List.of());
    assertThat(states(standing(connected(tool("a", Verdict.SERVED)), connected(other))))
        .containsExactly("a Changed", "a Served");
    var twice = new Tool("a", "sha256:a", Verdict.DUPLICATE, List.of());
    assertThat(states(standing(connected(tool("a", Verdict.SERVED), twice))))
        .containsExactly("a Duplicate", "a Served");
  }

  @Test
  void a_list_from_before_a_connection_broke_counts_only_where_there_is_no_other() {
    var old = away("refused", tool("old", Verdict.SERVED));
    assertThat(states(standing(old))).containsExactly("old Served");
    assertThat(states(standing(connected(tool("new", Verdict.SERVED)), old)))
        .containsExactly("new Served");
  }

  @Test
  void a_status_is_of_bounded_size() {
    var tools = new ArrayList<Tool>();
    for (int i = 0; i < 300; i++) {
      var odd = List.of("1", "2", "3", "4", "5");
      tools.add(new Tool("n".repeat(300) + i, "", Verdict.NO_DIGEST, odd));
    }
    var standing = standing(connected(tools.toArray(Tool[]::new)), away("e".repeat(5000)));
    assertThat(standing.shown()).hasSize(256);
    assertThat(standing.note()).isEqualTo("44 more tools are not listed here");
    var first = standing.shown().getFirst();
    assertThat(first.name()).hasSize(253);
    assertThat(first.digest()).isNull();
    assertThat(first.suspicions()).hasSize(4);
    assertThat(standing.shownError()).hasSize(1024);
    assertThat(standing(connected()).note()).isNull();
  }

  @Test
  void a_definition_that_waits_is_told_once_whole_and_as_far_as_it_fits() {
    var tools = new ArrayList<Tool>();
    var changes = new ArrayList<ToolChange>();
    for (int i = 10; i < 30; i++) {
      tools.add(tool("t" + i, Verdict.CHANGED));
      changes.add(change("t" + i, "\"" + "o".repeat(9_000) + "\"", "\"" + "n".repeat(9_000)));
    }
    tools.add(tool("huge", Verdict.NEW));
    changes.add(change("huge", null, "x".repeat(70_000)));
    tools.add(tool("a", Verdict.NEW));
    changes.add(change("a", null, "{}"));
    changes.add(change("gone", null, "{}"));
    var words = new ToolWords(List.of(connected(tools.toArray(Tool[]::new))), changes);
    var shown = ServerStanding.of(Map.of("gw-0", words, "gw-1", words)).get(GITHUB).waiting();
    assertThat(shown.getFirst()).isEqualTo(new McpServer.Waiting("a", "sha256:a", null, "{}"));
    assertThat(shown).hasSize(15).extracting(McpServer.Waiting::tool).doesNotHaveDuplicates();
    assertThat(shown.getLast().tool()).isEqualTo("t23");
  }

  private static ToolChange change(String tool, @Nullable String recorded, String current) {
    return new ToolChange(GITHUB, tool, recorded, current, "sha256:" + tool);
  }

  @Test
  void every_verdict_has_its_word() {
    for (var verdict : Verdict.values()) {
      assertThat(ServerStanding.word(verdict).toUpperCase(Locale.ROOT))
          .isEqualTo(verdict.name().replace("_", ""));
    }
  }

  @Test
  void a_definition_that_waits_for_approval_is_told_once() {
    var before = status(standing(connected(tool("a", Verdict.SERVED))));
    var now =
        status(
            standing(
                connected(
                    new Tool("a", "sha256:x", Verdict.CHANGED, List.of()),
                    tool("b", Verdict.NEW),
                    tool("c", Verdict.DENIED))));
    var news = ToolNews.between(before, now);
    assertThat(news)
        .extracting(dev.sluice.operator.report.Verdict::reason)
        .containsExactly("ToolChanged", "ToolNew");
    assertThat(news.getFirst().message())
        .isEqualTo(
            "tools are hidden, since their definitions have changed: a sha256:x (expected: these"
                + " digests in spec.approvedDigests)");
    assertThat(ToolNews.between(now, now)).isEmpty();
    assertThat(ToolNews.between(now, before)).isEmpty();
  }

  @Test
  void many_definitions_are_one_event() {
    var tools = new Tool[7];
    for (int i = 0; i < tools.length; i++) {
      tools[i] = tool("t" + i, Verdict.NOT_APPROVED);
    }
    var news = ToolNews.between(null, status(standing(connected(tools))));
    assertThat(news).hasSize(1);
    assertThat(news.getFirst().reason()).isEqualTo("ToolNotApproved");
    assertThat(news.getFirst().message()).contains("t4 sha256:t4; and 2 more").doesNotContain("t5");
  }
}
