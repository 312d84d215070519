package dev.sluice.mcp.govern;

import dev.sluice.core.mcp.Admissions.Admitted;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.usage.ToolRecord.Outcome;
import dev.sluice.mcp.govern.bound.JsonSize;
import dev.sluice.mcp.govern.hold.CallHolds;
import dev.sluice.mcp.govern.hold.Holding;
import dev.sluice.mcp.govern.hold.Wanted;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallResult;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/// Calls of the gateway's own tools: each is a request, costs nothing, and leaves a record.
final class OwnCalls {

  private final CallHolds holds;
  private final CallRecorder recorder;
  private final ToolMeters meters;
  private final InstantSource clock;
  private final Function<Admitted, Optional<Admitted>> present;

  OwnCalls(
      CallHolds holds,
      CallRecorder recorder,
      ToolMeters meters,
      InstantSource clock,
      Function<Admitted, Optional<Admitted>> present) {
    this.holds = holds;
    this.recorder = recorder;
    this.meters = meters;
    this.clock = clock;
    this.present = present;
  }

  CallResult call(Caller asking, String tool, Call call, Supplier<CallResult> run) {
    var startedAt = clock.instant();
    long startedNanos = System.nanoTime();
    var now = present.apply(asking.admitted());
    var caller = now.map(asking::as).orElse(asking);
    var note = Asked.note(caller, null, tool, null, call);
    var end = bug();
    try {
      var wanted =
          new Wanted(
              caller.key(), NanoUsd.ZERO, note.text(), "meta-tool " + tool, call.cancellation());
      end =
          CallRefusal.of(now, startedAt)
              .map(OwnCalls::refused)
              .or(() -> stopped(wanted))
              .orElseGet(() -> ended(call, run.get()));
    } finally {
      recorder.write(note, tool, startedAt, System.nanoTime() - startedNanos, end);
    }
    return end.answer();
  }

  /// Counts it, and gives back at once what it held: the calls of a program need it.
  private Optional<End> stopped(Wanted wanted) {
    return switch (holds.hold(wanted)) {
      case Holding.Ready ready -> {
        if (ready instanceof Holding.Unledgered) {
          meters.unledgered();
        }
        holds.await(holds.ender().charge(ready, wanted));
        yield Optional.empty();
      }
      case Holding.Denied denied -> Optional.of(refused(CallRefusal.of(denied)));
      case Holding.Withdrawn _ -> {
        var answer = End.sentence("the call was withdrawn; the tool has not run");
        yield Optional.of(End.silent(answer, Outcome.CANCELLED, "withdrawn", false));
      }
    };
  }

  private static End refused(CallRefusal refusal) {
    return End.silent(End.sentence(refusal.sentence()), Outcome.REFUSED, refusal.word(), false);
  }

  private static End ended(Call call, CallResult result) {
    boolean cancelled = call.cancellation().cancelled();
    return switch (result) {
      case CallResult.Result(var said) -> said(said, result, cancelled);
      case CallResult.Refused(var error) -> failed(result, "rpc_error " + error.code(), cancelled);
      case CallResult.Failed(var failure) ->
          failed(result, failure.reason().name().toLowerCase(Locale.ROOT), cancelled);
    };
  }

  private static End said(JsonNode said, CallResult result, boolean cancelled) {
    long bytes = JsonSize.of(said).bytes();
    boolean error = said.path("isError").booleanValue(false);
    if (error && cancelled) {
      return new End(result, Outcome.CANCELLED, "withdrawn", false, said, bytes, 0);
    }
    var outcome = error ? Outcome.TOOL_ERROR : Outcome.COMPLETED;
    return new End(result, outcome, null, false, said, bytes, 0);
  }

  private static End failed(CallResult result, String reason, boolean cancelled) {
    return End.silent(result, cancelled ? Outcome.CANCELLED : Outcome.FAILED, reason, false);
  }

  /// Until it is known.
  private static End bug() {
    return End.silent(End.sentence("BUG"), Outcome.FAILED, "bug", false);
  }
}
