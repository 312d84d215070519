package dev.sluice.mcp.codemode.run;

import dev.sluice.mcp.govern.Caller;
import dev.sluice.mcp.govern.ToolCalls;
import dev.sluice.mcp.sandbox.Exceeded;
import dev.sluice.mcp.sandbox.Limits;
import dev.sluice.mcp.sandbox.Outcome;
import dev.sluice.mcp.sandbox.Program;
import dev.sluice.mcp.sandbox.Sandbox;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallFailure;
import dev.sluice.mcp.upstream.call.CallResult;
import dev.sluice.mcp.upstream.call.Cancellation;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Runs programs of callers, each in an engine of its own that nothing is left of.
public final class CodeRuns {
  private final Sandbox sandbox;
  private final ToolCalls calls;
  private final RunLimits limits;
  private final Turns turns;

  public CodeRuns(Sandbox sandbox, ToolCalls calls, RunLimits limits) {
    this.sandbox = sandbox;
    this.calls = calls;
    this.limits = limits;
    turns = new Turns(limits.keyRunsMax());
    Thread.ofVirtual().name("code-rehearsal").start(this::rehearse);
  }

  /// Loads what the first run would load, beside the engines, which rehearse by themselves.
  private void rehearse() {
    var json = "{\"rehearsed\":[1]}";
    var _ = new Results(Media.NOTED, limits.program().resultBytesMax()).answer(Told.result(json));
    var endings = new Endings(limits.prettyBytesMax(), limits.program().outputBytesMax());
    var _ = endings.told(new Outcome.Returned(json, "", Outcome.Unawaited.NONE, 0));
  }

  /// Runs a program to its end, of which the result tells; the call's cancellation ends it sooner.
  public CallResult run(Caller caller, Asked asked, Call outer) {
    try (var _ = new Interruption(outer.cancellation())) {
      return inTurn(caller, asked, outer);
    } catch (InterruptedException _) {
      if (!outer.cancellation().cancelled()) {
        Thread.currentThread().interrupt();
      }
      return CallResult.failed(
          CallFailure.Reason.CANCELLED,
          CallFailure.Effect.MAY_HAVE_RUN,
          "the program was cancelled");
    }
  }

  private CallResult inTurn(Caller caller, Asked asked, Call outer) throws InterruptedException {
    long startedNanos = System.nanoTime();
    long millisMax = Math.min(asked.wallMillisMax(), limits.program().wallMillisMax());
    var taken = turns.take(caller.key().name(), millisMax);
    if (taken.isEmpty()) {
      return Told.error(
          "%d programs of your key are running, as many as may at once. "
                  .formatted(limits.keyRunsMax())
              + "Nothing was run; try again later.");
    }
    try (var _ = taken.get()) {
      long waited = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos);
      var program = limits.program().within(millisMax - waited);
      var outcome = run(caller, asked, outer, program);
      return new Endings(limits.prettyBytesMax(), program.outputBytesMax())
          .told(counted(outcome, waited));
    }
  }

  /// What a program waited for its turn is of its time.
  private static Outcome counted(Outcome outcome, long waitedMillis) {
    return outcome instanceof Outcome.Stopped(Exceeded.WallTime(var millis), var printed)
        ? new Outcome.Stopped(new Exceeded.WallTime(millis + waitedMillis), printed)
        : outcome;
  }

  private Outcome run(Caller caller, Asked asked, Call outer, Limits program)
      throws InterruptedException {
    var relay = new Relay(outer, limits.progressMillisMin());
    var end = new Cancellation();
    try (var _ = outer.cancellation().onCancel(() -> end.cancel("the program was cancelled"))) {
      var results = new Results(asked.media(), program.resultBytesMax());
      var tools = new InnerTools(caller, asked.tools(), calls, outer, end, relay, results);
      var names = List.copyOf(asked.tools().sequencedKeySet());
      return sandbox.run(new Program(asked.code(), names, asked.away()), program, tools);
    } finally {
      relay.end();
      end.cancel("the program has ended");
    }
  }

  /// Keys that have a program now, or want one.
  int keys() {
    return turns.keys();
  }
}
