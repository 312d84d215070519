package dev.sluice.mcp.govern;

import static dev.sluice.mcp.govern.Governed.echo;
import static dev.sluice.mcp.govern.Governed.json;
import static dev.sluice.mcp.govern.Governed.text;
import static dev.sluice.mcp.govern.Governed.tool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.core.budget.Measure;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.usage.ToolRecord.Outcome;
import dev.sluice.ledger.MemoryLedger;
import dev.sluice.mcp.upstream.Opened;
import dev.sluice.mcp.upstream.call.CallResult;
import dev.sluice.mcp.upstream.call.Cancellation;
import dev.sluice.testkit.http.Ending;
import dev.sluice.testkit.mcp.McpScript;
import dev.sluice.testkit.mcp.ModernMcpSimulator;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Calls of a real connection, on the model of the ledger.
final class GovernedCallsIT {

  private final MemoryLedger ledger = new MemoryLedger(InstantSource.system());
  private final Governed governed = new Governed(ledger);
  private ModernMcpSimulator simulator = ModernMcpSimulator.start(McpScript.STANDARD);
  private Opened opened = Opened.http(simulator.url());
  private final Keys alice = Keys.of("1");

  @AfterEach
  void close() {
    governed.close();
    opened.close();
    simulator.close();
  }

  private OfferedServer server(String price) {
    return OfferedServer.at(price, call -> opened.call(call));
  }

  private void restart(McpScript script) {
    opened.close();
    simulator.close();
    simulator = ModernMcpSimulator.start(script);
    opened = Opened.http(simulator.url());
  }

  private NanoUsd posted() {
    assertThat(governed.balance(alice).held()).isEqualTo(NanoUsd.ZERO);
    assertThat(governed.records.cost()).isEqualTo(governed.balance(alice).posted());
    return governed.balance(alice).posted();
  }

  @Test
  void a_call_costs_its_price_and_leaves_one_record() {
    var server = server("0.25");
    assertThat(governed.text(alice, server, echo("grüße"))).isEqualTo("grüße");
    assertThat(posted()).isEqualTo(NanoUsd.parse("0.25"));
    assertThat(governed.records.all()).hasSize(1);
    var usage = governed.records.last();
    assertThat(usage.requestId()).isEqualTo("req-1");
    assertThat(usage.key()).isEqualTo("alice");
    assertThat(usage.owner()).isEqualTo("alice@example.com");
    assertThat(usage.team()).isEqualTo("payments");
    assertThat(usage.session()).hasSize(16).doesNotContain("session");
    assertThat(usage.toolUseId()).isEqualTo("toolu_1");
    assertThat(usage.server()).isEqualTo("notes");
    assertThat(usage.name()).isEqualTo("echo");
    assertThat(usage.digest()).isEqualTo(server.tools().getFirst().digest());
    assertThat(usage.inputBytes()).isEqualTo(18);
    assertThat(usage.resultBytes()).isGreaterThan(50);
    assertThat(usage.outcome()).isEqualTo(Outcome.COMPLETED);
    assertThat(usage.cost()).isEqualTo(NanoUsd.parse("0.25"));
    assertThat(usage.policyVersion()).isEqualTo("policy-1");
    assertThat(usage.input()).isNull();
    assertThat(usage.output()).isNull();
  }

  @Test
  void the_record_says_how_long_a_call_took() {
    var slow = tool("slow", json().put("steps", 1).put("millis", 300));
    assertThat(governed.text(alice, server("0"), slow)).isEqualTo("done");
    assertThat(governed.records.last().durationMs()).isBetween(250L, 19_000L);
  }

  @Test
  void two_hundred_calls_at_once_meet_a_budget_of_fifty_exactly() throws Exception {
    var key = Keys.of("0.5");
    var results = governed.atOnce(200, key, server("0.01"), echo("x"));
    assertThat(simulator.runs()).isEqualTo(50);
    assertThat(results.stream().filter(one -> text(Governed.result(one)).equals("x"))).hasSize(50);
    assertThat(governed.records.all()).hasSize(200);
    assertThat(governed.records.count(Outcome.COMPLETED)).isEqualTo(50);
    assertThat(governed.records.count(Outcome.REFUSED)).isEqualTo(150);
    assertThat(governed.balance(key).posted()).isEqualTo(NanoUsd.parse("0.5"));
    assertThat(governed.records.cost()).isEqualTo(NanoUsd.parse("0.5"));
    var refused = governed.result(key, server("0.01"), echo("x"));
    assertThat(refused.path("isError").booleanValue()).isTrue();
    assertThat(text(refused)).startsWith("Budget of key alice used up: $0.50 of $0.50 a year");
    assertThat(governed.records.last().reason()).isEqualTo("budget_exhausted");
  }

  @Test
  void a_rate_of_requests_counts_calls_though_they_are_free() throws Exception {
    var key = alice.limited(Measure.REQUESTS, 7);
    governed.atOnce(20, key, server("0"), echo("x"));
    assertThat(simulator.runs()).isEqualTo(7);
    assertThat(governed.text(key, server("0"), echo("x")))
        .startsWith("Rate limit of key alice is reached: 7 requests a year");
    assertThat(governed.records.last().reason()).isEqualTo("rate_limited");
  }

  @Test
  void a_limit_of_calls_at_once_gives_back_what_has_ended() throws Exception {
    var key = alice.limited(Measure.CONCURRENT, 1);
    var stop = new Cancellation();
    var stalled =
        Thread.startVirtualThread(
            () -> {
              var _ = governed.call(key, server("0"), tool("stall", json()).with(stop));
            });
    await().until(() -> simulator.runs() == 1);
    assertThat(governed.text(key, server("0"), echo("x")))
        .isEqualTo(
            "Rate limit of key alice (1 request at once) is held by requests in flight: try again"
                + " in a moment");
    assertThat(governed.records.last().reason()).isEqualTo("rate_busy");
    var withdrawn = new Cancellation();
    withdrawn.cancel("enough");
    assertThat(governed.text(key, server("0.1"), echo("x").with(withdrawn)))
        .isEqualTo("the call was withdrawn; the tool has not run");
    assertThat(governed.records.last().outcome()).isEqualTo(Outcome.CANCELLED);
    assertThat(governed.records.last().cost()).isEqualTo(NanoUsd.ZERO);
    stop.cancel("enough");
    stalled.join();
    for (int i = 0; i < 5; i++) {
      assertThat(governed.text(key, server("0"), echo("x"))).isEqualTo("x");
    }
  }

  @Test
  void a_limit_of_tokens_is_none_for_calls_of_tools() {
    var key = alice.limited(Measure.TOKENS, 1);
    assertThat(governed.text(key, server("0.1"), echo("x"))).isEqualTo("x");
  }

  @Test
  void a_tool_that_is_not_granted_and_one_that_is_not_there_are_told_alike() {
    var key = alice.granted("echo", "none");
    var denied = governed.call(key, server("0.1"), tool("other", json()));
    var absent = governed.call(key, server("0.1"), tool("none", json()));
    assertThat(denied).isInstanceOf(CallResult.Refused.class);
    assertThat(((CallResult.Refused) denied).error().code()).isEqualTo(-32602);
    assertThat(((CallResult.Refused) denied).error().message()).isEqualTo("Unknown tool: other");
    assertThat(absent).isEqualTo(new CallResult.Refused(GovernedCalls.unknownTool("none")));
    assertThat(governed.records.all())
        .hasSize(2)
        .allMatch(one -> "tool_unknown".equals(one.reason()));
    assertThat(simulator.runs()).isZero();
    assertThat(posted()).isEqualTo(NanoUsd.ZERO);
  }

  @Test
  void a_server_that_is_away_and_was_never_listed_is_named_to_those_who_may_use_the_tool() {
    var away = server("0.1").away("connection refused");
    assertThat(governed.text(alice, away, echo("x")))
        .isEqualTo("server notes is not available: connection refused; the tool has not run");
    assertThat(governed.records.last().outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(governed.records.last().reason()).isEqualTo("server_unavailable");
    assertThat(posted()).isEqualTo(NanoUsd.ZERO);
  }

  @Test
  void a_server_that_is_away_is_not_named_to_those_who_may_not_use_the_tool() {
    var away = server("0.1").away("connection refused");
    assertThat(governed.call(alice.granted("other"), away, echo("x")))
        .isEqualTo(new CallResult.Refused(GovernedCalls.unknownTool("echo")));
    assertThat(governed.call(alice, away, tool("denied", json())))
        .isEqualTo(new CallResult.Refused(GovernedCalls.unknownTool("denied")));
  }

  @Test
  void a_key_that_was_suspended_or_has_expired_calls_nothing() {
    assertThat(governed.text(alice.withSuspension(), server("0.1"), echo("x")))
        .isEqualTo("key alice is suspended");
    var expired = alice.expiring(Instant.parse("2020-01-01T00:00:00Z"));
    assertThat(governed.text(expired, server("0.1"), echo("x")))
        .isEqualTo("key alice expired at 2020-01-01T00:00:00Z");
    assertThat(simulator.runs()).isZero();
  }

  @Test
  void a_tool_that_fails_costs_its_price() {
    assertThat(governed.text(alice, server("0.1"), tool("fail", json()))).isEqualTo("it failed");
    assertThat(governed.records.last().outcome()).isEqualTo(Outcome.TOOL_ERROR);
    assertThat(posted()).isEqualTo(NanoUsd.parse("0.1"));
  }

  @Test
  void an_error_of_the_protocol_costs_nothing_and_one_of_the_tool_does() {
    var refused = governed.call(alice, server("0.1"), tool("missing", json()));
    assertThat(((CallResult.Refused) refused).error().message()).isEqualTo("Unknown tool");
    assertThat(governed.records.last().reason()).isEqualTo("rpc_error -32602");
    assertThat(posted()).isEqualTo(NanoUsd.ZERO);
    var own = governed.call(alice, server("0.1"), tool("error", json()));
    assertThat(((CallResult.Refused) own).error().data()).isPresent();
    assertThat(governed.records.last().outcome()).isEqualTo(Outcome.FAILED);
    assertThat(governed.records.last().reason()).isEqualTo("rpc_error 1234");
    assertThat(posted()).isEqualTo(NanoUsd.parse("0.1"));
  }

  @Test
  void a_server_that_is_gone_costs_nothing() {
    opened.close();
    simulator.close();
    opened = Opened.http(simulator.url());
    var failed = governed.result(alice, server("0.1"), echo("x"));
    assertThat(failed.path("isError").booleanValue()).isTrue();
    assertThat(text(failed)).startsWith("server notes gave no result: ").endsWith("has not run");
    assertThat(governed.records.last().outcome()).isEqualTo(Outcome.FAILED);
    assertThat(posted()).isEqualTo(NanoUsd.ZERO);
  }

  @Test
  void an_answer_that_is_cut_off_costs_the_price_since_the_tool_may_have_run() {
    restart(McpScript.STANDARD.with(new McpScript.Cut(20, Ending.RST)));
    assertThat(governed.text(alice, server("0.1"), echo("x")))
        .startsWith("server notes gave no result: ")
        .endsWith("the tool may have run");
    assertThat(simulator.runs()).isEqualTo(1);
    assertThat(governed.records.last().outcome()).isEqualTo(Outcome.FAILED);
    assertThat(posted()).isEqualTo(NanoUsd.parse("0.1"));
  }

  @Test
  void a_call_ends_with_its_time_and_costs_the_price() {
    // It is connected, which is not of the call's time.
    assertThat(governed.text(alice, server("0"), echo("x"))).isEqualTo("x");
    var server = server("0.1").within(Duration.ofMillis(300));
    assertThat(governed.text(alice, server, tool("stall", json()))).contains("(total_timeout)");
    assertThat(governed.records.last().reason()).isEqualTo("total_timeout");
    assertThat(posted()).isEqualTo(NanoUsd.parse("0.1"));
  }

  @Test
  void a_call_that_its_caller_withdraws_ends_and_costs_the_price() throws Exception {
    var stop = new Cancellation();
    var thread =
        Thread.startVirtualThread(
            () -> {
              var _ = governed.call(alice, server("0.1"), tool("stall", json()).with(stop));
            });
    await().until(() -> simulator.runs() == 1);
    stop.cancel("enough");
    thread.join();
    assertThat(governed.records.last().outcome()).isEqualTo(Outcome.CANCELLED);
    assertThat(posted()).isEqualTo(NanoUsd.parse("0.1"));
  }

  @Test
  void a_question_to_the_client_costs_nothing_yet() {
    var asking = tool("ask", json());
    var capabilities = json();
    capabilities.putObject("elicitation");
    var client = alice.caller().client().with(capabilities);
    var result = governed.result(alice, server("0.1"), asking.by(client));
    assertThat(result.path("resultType").stringValue("")).isEqualTo("input_required");
    assertThat(governed.records.last().outcome()).isEqualTo(Outcome.INPUT_REQUIRED);
    assertThat(posted()).isEqualTo(NanoUsd.ZERO);
  }

  @Test
  void a_result_that_is_too_large_is_cut_with_a_note() {
    var server = server("0.1").withResultBytesMax(10_000);
    var result = governed.result(alice, server, tool("huge", json().put("bytes", 3_000_000)));
    assertThat(text(result)).matches("x{9000,10000}");
    assertThat(result.path("content").path(1).path("text").stringValue(""))
        .matches("\\[the gateway cut 29\\d{5} bytes: results of notes may have 10000]");
    assertThat(governed.records.last().resultBytes()).isGreaterThan(3_000_000);
    assertThat(governed.records.last().cutBytes()).isBetween(2_990_000L, 3_000_000L);
    assertThat(governed.records.last().outcome()).isEqualTo(Outcome.COMPLETED);
  }

  @Test
  void content_is_recorded_where_the_policy_says_so_without_what_its_rules_hide() {
    var both = server("0").recording(true, true, "sk-[a-z0-9]+");
    assertThat(governed.text(alice, both, echo("key sk-abc123 ok"))).isEqualTo("key sk-abc123 ok");
    assertThat(governed.records.last().input()).isEqualTo("{\"text\":\"key [redacted] ok\"}");
    assertThat(governed.records.last().output())
        .contains("\"text\":\"key [redacted] ok\"")
        .doesNotContain("sk-");
    governed.text(alice, server("0").recording(true, false), echo("x"));
    assertThat(governed.records.last().output()).isNull();
  }

  @Test
  void a_rule_that_backtracks_for_ever_keeps_nothing_and_holds_nobody_up() {
    var server = server("0").recording(true, false, "(a+)+$");
    var began = System.nanoTime();
    assertThat(governed.text(alice, server, echo("a".repeat(5_000) + "b"))).startsWith("aaa");
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
    assertThat(governed.records.last().input()).startsWith("[left out: ");
  }

  @Test
  void half_of_a_pair_of_characters_is_recorded_as_another_one() {
    var half = echo("x");
    half.params().putObject("arguments").put("text", "a\ud800b");
    half.params().putObject("_meta").put("claudecode/toolUseId", "t\ud800");
    var server = OfferedServer.at("0", _ -> End.sentence("\udc00 no")).recording(true, true);
    assertThat(governed.result(alice, server, half)).isNotNull();
    assertThat(governed.records.last().input()).isEqualTo("{\"text\":\"a?b\"}");
    assertThat(governed.records.last().output()).contains("? no");
    assertThat(governed.records.last().toolUseId()).isEqualTo("t?");
  }

  @Test
  void meters_count_by_server() {
    governed.text(alice, server("0.1"), echo("x"));
    governed.text(alice.withSuspension(), server("0.1"), echo("x"));
    assertThat(counted("sluice_tool_calls")).isEqualTo(2);
    assertThat(counted("sluice_tool_refusals")).isEqualTo(1);
    assertThat(counted("sluice_tool_cost_usd")).isEqualTo(0.1);
  }

  private double counted(String name) {
    return governed.registry.scrape(name::equals).stream()
        .flatMap(metric -> metric.getDataPoints().stream())
        .map(
            io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot.class
                ::cast)
        .mapToDouble(point -> point.getValue())
        .sum();
  }
}
