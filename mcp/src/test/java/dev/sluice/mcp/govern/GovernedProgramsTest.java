package dev.sluice.mcp.govern;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.mcp.Admissions.Admitted;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.usage.ToolRecord;
import dev.sluice.core.usage.ToolRecord.Outcome;
import dev.sluice.ledger.MemoryLedger;
import dev.sluice.mcp.catalog.Visible;
import dev.sluice.mcp.codemode.CodeModeLimits;
import dev.sluice.mcp.codemode.MetaTools;
import dev.sluice.mcp.sandbox.Capacity;
import dev.sluice.mcp.sandbox.Sandbox;
import dev.sluice.mcp.upstream.call.CallResult;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/// Calls of programs are judged one by one, by what the key is and has at that moment.
final class GovernedProgramsTest {

  private static final Sandbox SANDBOX =
      new Sandbox(new Capacity(1, 2, 128L << 20), InstantSource.system());

  /// What each of four calls, one after the other, comes to.
  private static final String FOUR_CALLS =
      """
      const heard = [];
      for (let i = 0; i < 4; i++) {
        try {
          heard.push(await servers.notes.echo({}));
        } catch (e) {
          heard.push(e.message);
        }
      }
      return heard;
      """;

  private final Governed governed = new Governed(new MemoryLedger(InstantSource.system()));
  private final MetaTools tools = new MetaTools(SANDBOX, governed.calls, CodeModeLimits.STANDARD);
  private final AtomicInteger runs = new AtomicInteger();

  @AfterEach
  void end() {
    governed.close();
  }

  @AfterAll
  static void close() {
    SANDBOX.close();
  }

  /// Runs the program; while its second call is under way something happens.
  private List<String> heard(Keys key, String price, Runnable happens) {
    var server =
        OfferedServer.at(
            price,
            _ -> {
              if (runs.incrementAndGet() == 2) {
                happens.run();
              }
              return said("done " + runs.get());
            });
    var visible =
        server.tools().stream().map(t -> new Visible(server, t, "notes__" + t.name())).toList();
    var call = Governed.tool("run_code", Governed.json().put("code", FOUR_CALLS));
    var result = tools.call(key.caller(), visible, Map.of(), "run_code", call);
    return JsonMapper.shared()
        .readTree(Governed.text(Governed.result(result)))
        .valueStream()
        .map(one -> one.asString())
        .toList();
  }

  private static CallResult said(String text) {
    var result = Governed.json();
    result.putArray("content").addObject().put("type", "text").put("text", text);
    return new CallResult.Result(result);
  }

  /// From now on the key is this one.
  private void become(Keys key) {
    governed.policy.set(
        admitted ->
            Optional.of(new Admitted(admitted.requestId(), key.caller().key(), "policy-2")));
  }

  private void assertRefused(String reason, String policyVersion) {
    assertThat(runs.get()).isEqualTo(2);
    var inner =
        governed.records.all().stream().filter(one -> one.kind() == ToolRecord.Kind.TOOL).toList();
    assertThat(inner).hasSize(4).filteredOn(one -> one.outcome() == Outcome.COMPLETED).hasSize(2);
    assertThat(inner)
        .filteredOn(one -> one.outcome() == Outcome.REFUSED)
        .hasSize(2)
        .allMatch(one -> reason.equals(one.reason()))
        .allMatch(one -> policyVersion.equals(one.policyVersion()))
        .extracting(ToolRecord::toolUseId)
        .containsOnly("toolu_1");
  }

  @Test
  void a_key_that_is_suspended_meanwhile_calls_nothing_more() {
    var alice = Keys.of("1");
    var suspended = "key alice is suspended";
    assertThat(heard(alice, "0", () -> become(alice.withSuspension())))
        .containsExactly("done 1", "done 2", suspended, suspended);
    assertRefused("key_suspended", "policy-2");
  }

  @Test
  void a_key_that_is_deleted_meanwhile_calls_nothing_more() {
    var unknown = "the key is unknown to this gateway";
    assertThat(heard(Keys.of("1"), "0", () -> governed.policy.set(_ -> Optional.empty())))
        .containsExactly("done 1", "done 2", unknown, unknown);
    assertRefused("key_unknown", "policy-1");
  }

  @Test
  void a_grant_that_is_lost_meanwhile_is_lost_to_the_program() {
    var alice = Keys.of("1");
    var unknown = "Unknown tool: echo";
    assertThat(heard(alice, "0", () -> become(alice.granted("other"))))
        .containsExactly("done 1", "done 2", unknown, unknown);
    assertRefused("tool_unknown", "policy-2");
  }

  @Test
  void a_budget_that_ends_meanwhile_ends_the_calls() {
    var alice = Keys.of("0.5");
    assertThat(heard(alice, "0.25", () -> {}))
        .startsWith("done 1", "done 2")
        .hasSize(4)
        .last()
        .asString()
        .contains("alice", "used up");
    assertRefused("budget_exhausted", "policy-1");
    assertThat(governed.balance(alice).posted()).isEqualTo(NanoUsd.parse("0.5"));
    assertThat(governed.balance(alice).held()).isEqualTo(NanoUsd.ZERO);
  }
}
