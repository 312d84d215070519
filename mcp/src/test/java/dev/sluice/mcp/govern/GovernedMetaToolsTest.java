package dev.sluice.mcp.govern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.core.budget.Measure;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.usage.ToolRecord;
import dev.sluice.core.usage.ToolRecord.Kind;
import dev.sluice.core.usage.ToolRecord.Outcome;
import dev.sluice.ledger.MemoryLedger;
import dev.sluice.mcp.catalog.Visible;
import dev.sluice.mcp.codemode.CodeModeLimits;
import dev.sluice.mcp.codemode.MetaTools;
import dev.sluice.mcp.sandbox.Capacity;
import dev.sluice.mcp.sandbox.Sandbox;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallResult;
import dev.sluice.mcp.upstream.call.Cancellation;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Calls of the gateway's own tools count as requests and leave records, as other calls do.
final class GovernedMetaToolsTest {

  private static final Sandbox SANDBOX =
      new Sandbox(new Capacity(1, 2, 128L << 20), InstantSource.system());
  private static final String ONE_CALL = "return await servers.notes.echo({});";

  private final Governed governed = new Governed(new MemoryLedger(InstantSource.system()));
  private final MetaTools tools = new MetaTools(SANDBOX, governed.calls, CodeModeLimits.STANDARD);
  private final AtomicInteger runs = new AtomicInteger();
  private final Cancellation cancellation = new Cancellation();
  private final Keys alice = Keys.of("1");
  private Runnable happens = () -> {};

  @AfterEach
  void end() {
    governed.close();
  }

  @AfterAll
  static void close() {
    SANDBOX.close();
  }

  private CallResult called(Keys key, String tool, Call call) {
    var server =
        OfferedServer.at(
            "0.25",
            _ -> {
              runs.incrementAndGet();
              happens.run();
              var result = Governed.json();
              result.putArray("content").addObject().put("type", "text").put("text", "done");
              return new CallResult.Result(result);
            });
    var visible =
        server.tools().stream().map(t -> new Visible(server, t, "notes__" + t.name())).toList();
    return tools.call(key.caller(), visible, Map.of(), tool, call.with(cancellation));
  }

  private JsonNode program(Keys key, String code) {
    var call = Governed.tool("run_code", Governed.json().put("code", code));
    return Governed.result(called(key, "run_code", call));
  }

  private JsonNode search(Keys key) {
    var call = Governed.tool("search_tools", Governed.json().put("query", "echo"));
    return Governed.result(called(key, "search_tools", call));
  }

  private double counted(String tool, String outcome) {
    var labels = Labels.of("outcome", outcome, "tool", tool);
    return governed.registry.scrape("sluice_meta_tool_calls"::equals).stream()
        .flatMap(metric -> metric.getDataPoints().stream())
        .filter(point -> point.getLabels().equals(labels))
        .map(CounterDataPointSnapshot.class::cast)
        .mapToDouble(CounterDataPointSnapshot::getValue)
        .sum();
  }

  @Test
  void a_program_leaves_a_record_beside_those_of_its_calls() {
    assertThat(Governed.text(program(alice, ONE_CALL))).contains("done");
    assertThat(governed.records.all())
        .extracting(ToolRecord::kind)
        .containsExactly(Kind.TOOL, Kind.META_TOOL);
    var usage = governed.records.last();
    assertThat(usage.requestId()).isEqualTo("req-1");
    assertThat(usage.key()).isEqualTo("alice");
    assertThat(usage.owner()).isEqualTo("alice@example.com");
    assertThat(usage.team()).isEqualTo("payments");
    assertThat(usage.session()).hasSize(16).isEqualTo(governed.records.all().getFirst().session());
    assertThat(usage.toolUseId()).isEqualTo("toolu_1");
    assertThat(usage.server()).isNull();
    assertThat(usage.name()).isEqualTo("run_code");
    assertThat(usage.digest()).isNull();
    assertThat(usage.inputBytes()).isEqualTo(47);
    assertThat(usage.resultBytes()).isGreaterThan(30);
    assertThat(usage.outcome()).isEqualTo(Outcome.COMPLETED);
    assertThat(usage.cost()).isEqualTo(NanoUsd.ZERO);
    assertThat(usage.policyVersion()).isEqualTo("policy-1");
    assertThat(usage.input()).isNull();
    assertThat(usage.output()).isNull();
    assertThat(counted("run_code", "completed")).isEqualTo(1);
    assertThat(governed.balance(alice).posted()).isEqualTo(NanoUsd.parse("0.25"));
  }

  @Test
  void each_of_them_leaves_a_record_with_how_it_ended() {
    search(alice);
    assertThat(governed.records.last().name()).isEqualTo("search_tools");
    assertThat(governed.records.last().outcome()).isEqualTo(Outcome.COMPLETED);
    called(alice, "list_tools", Governed.tool("list_tools", Governed.json()));
    assertThat(governed.records.last().name()).isEqualTo("list_tools");
    called(alice, "read_tools", Governed.tool("read_tools", Governed.json()));
    assertThat(governed.records.last().name()).isEqualTo("read_tools");
    assertThat(governed.records.last().outcome()).isEqualTo(Outcome.TOOL_ERROR);
    program(alice, "throw new Error('no')");
    assertThat(governed.records.last().name()).isEqualTo("run_code");
    assertThat(governed.records.last().outcome()).isEqualTo(Outcome.TOOL_ERROR);
    assertThat(governed.records.all()).hasSize(4);
  }

  @Test
  void a_rate_of_requests_counts_them_and_the_calls_of_programs_together() {
    var key = alice.limited(Measure.REQUESTS, 3);
    search(key);
    assertThat(Governed.text(program(key, ONE_CALL))).contains("done");
    var refused = program(key, ONE_CALL);
    assertThat(refused.path("isError").booleanValue()).isTrue();
    assertThat(Governed.text(refused))
        .startsWith("Rate limit of key alice is reached: 3 requests a year");
    assertThat(runs.get()).isEqualTo(1);
    var usage = governed.records.last();
    assertThat(usage.kind()).isEqualTo(Kind.META_TOOL);
    assertThat(usage.outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(usage.reason()).isEqualTo("rate_limited");
    assertThat(counted("run_code", "refused")).isEqualTo(1);
  }

  @Test
  void a_program_does_not_hold_the_only_place_that_its_call_needs() {
    var key = alice.limited(Measure.CONCURRENT, 1);
    assertThat(Governed.text(program(key, ONE_CALL))).contains("done");
    assertThat(governed.records.count(Outcome.COMPLETED)).isEqualTo(2);
    // The call has given its place back, too.
    assertThat(Governed.text(program(key, ONE_CALL))).contains("done");
    assertThat(governed.records.count(Outcome.COMPLETED)).isEqualTo(4);
  }

  @Test
  void a_spent_budget_refuses_the_calls_of_a_program_and_not_the_program() {
    var result = program(Keys.of("0"), ONE_CALL.replace("return", "return 1 +"));
    assertThat(Governed.text(result)).contains("Budget of key alice used up");
    assertThat(runs.get()).isZero();
    assertThat(governed.records.all())
        .extracting(ToolRecord::kind, ToolRecord::outcome)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(Kind.TOOL, Outcome.REFUSED),
            org.assertj.core.groups.Tuple.tuple(Kind.META_TOOL, Outcome.TOOL_ERROR));
  }

  @Test
  void a_key_that_is_suspended_runs_nothing() {
    var refused = program(alice.withSuspension(), ONE_CALL);
    assertThat(Governed.text(refused)).isEqualTo("key alice is suspended");
    assertThat(runs.get()).isZero();
    assertThat(governed.records.last().reason()).isEqualTo("key_suspended");
  }

  @Test
  void a_program_that_is_cancelled_is_recorded_as_that() {
    happens = () -> cancellation.cancel("enough");
    var call = Governed.tool("run_code", Governed.json().put("code", ONE_CALL + " while (true);"));
    var _ = called(alice, "run_code", call);
    await()
        .untilAsserted(
            () ->
                assertThat(governed.records.all())
                    .filteredOn(one -> one.kind() == Kind.META_TOOL)
                    .extracting(ToolRecord::outcome)
                    .containsExactly(Outcome.CANCELLED));
  }
}
