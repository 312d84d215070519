package dev.sluice.mcp.govern;

import dev.sluice.core.mcp.Admissions.Admitted;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.usage.ToolRecord;
import dev.sluice.core.usage.ToolRecord.Outcome;
import dev.sluice.core.usage.UsageSink;
import dev.sluice.ledger.Ledger;
import dev.sluice.mcp.catalog.Offered;
import dev.sluice.mcp.govern.hold.CallHolds;
import dev.sluice.mcp.govern.hold.HoldTimes;
import dev.sluice.mcp.govern.hold.Holding;
import dev.sluice.mcp.rpc.RpcError;
import dev.sluice.mcp.tools.ToolDefinition;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallResult;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/// Calls tools for callers, and passes on their other messages, within their permissions, their
/// limits and their money. A program calls long after its key was let in: each call is judged by
/// what the key is then. It owns neither the ledger nor the sink.
public final class GovernedCalls implements ToolCalls, AutoCloseable {

  private final CallHolds holds;
  private final CallRecorder recorder;
  private final ToolMeters meters;
  private final InstantSource clock;
  private final Function<Admitted, Optional<Admitted>> present;
  private final UnderWay underWay = new UnderWay();
  private final OwnCalls own;

  /// @param registry of this gateway's meters; two gateways need two
  /// @param present who was let in, as the policy in force has the key; empty where it has none
  public GovernedCalls(
      Ledger ledger,
      UsageSink sink,
      InstantSource clock,
      HoldTimes times,
      PrometheusRegistry registry,
      Function<Admitted, Optional<Admitted>> present) {
    this.clock = clock;
    this.present = present;
    meters = new ToolMeters(registry);
    holds = new CallHolds(ledger, clock, times, meters::dropped);
    meters.waiting(holds::waiting);
    recorder = new CallRecorder(sink, meters);
    own = new OwnCalls(holds, recorder, meters, clock, present);
  }

  /// The error for a tool that the caller does not have, by the name that the caller used: that of
  /// a tool that is not there must be the same.
  public static RpcError unknownTool(String name) {
    var sentence = new CallRefusal.ToolUnknown(name).sentence();
    return RpcError.of(RpcError.INVALID_PARAMS, sentence);
  }

  @Override
  public CallResult call(Caller asking, Offered server, String tool, Call call) {
    if (!call.params().path("name").stringValue("").equals(tool)) {
      throw new IllegalStateException("BUG: one tool is asked for, and another one is called");
    }
    var now = present.apply(asking.admitted());
    var caller = now.map(asking::as).orElse(asking);
    var definition = definition(caller, server, tool);
    var asked = Asked.of(caller, server.declared(), tool, definition, call, clock.instant());
    var refusal = CallRefusal.of(now, asked.startedAt());
    if (refusal.isPresent()) {
      return refused(asked, refusal.get());
    }
    if (definition.isEmpty()) {
      return refused(asked, missing(caller, server, tool));
    }
    return entered(asked, server);
  }

  @Override
  public CallResult pass(Caller asking, Offered server, Call call) {
    if (call.method().equals(ToolRecord.CALL)) {
      throw new IllegalStateException("BUG: the call of a tool is to be judged as one");
    }
    var now = present.apply(asking.admitted());
    var caller = now.map(asking::as).orElse(asking);
    var declared = server.declared();
    var name = recorder.name(declared, call);
    var asked = Asked.of(caller, declared, name, Optional.empty(), call, clock.instant());
    var refusal = CallRefusal.of(now, asked.startedAt());
    return refusal.isPresent() ? refused(asked, refusal.get()) : entered(asked, server);
  }

  @Override
  public CallResult own(Caller asking, String tool, Call call, Supplier<CallResult> run) {
    return own.call(asking, tool, call, run);
  }

  private CallResult entered(Asked asked, Offered server) {
    var key = asked.key().name();
    var name = asked.server().name();
    if (!underWay.enter(key, name)) {
      return refused(
          asked, new CallRefusal.TooManyCalls(key.label(), name.label(), UnderWay.CALLS_MAX));
    }
    try {
      return held(asked, server);
    } finally {
      underWay.leave(key, name);
    }
  }

  private CallResult held(Asked asked, Offered server) {
    return switch (holds.hold(asked.wanted())) {
      case Holding.Ready ready -> made(asked, server, ready);
      case Holding.Denied denied -> refused(asked, CallRefusal.of(denied));
      case Holding.Withdrawn _ -> withdrawn(asked);
    };
  }

  private static Optional<ToolDefinition> definition(Caller caller, Offered server, String tool) {
    if (!caller.permits(server.declared().name(), tool)) {
      return Optional.empty();
    }
    return server.tool(tool);
  }

  /// Of a server whose list is not known nobody can say what it has; who may use the tool is told
  /// so.
  private static CallRefusal missing(Caller caller, Offered server, String tool) {
    var declared = server.declared();
    boolean permitted =
        caller.permits(declared.name(), tool)
            && declared.allowed().matches(tool)
            && !declared.denied().matches(tool);
    var why = permitted && server.tools().isEmpty() ? server.away() : Optional.<String>empty();
    return why.isPresent()
        ? new CallRefusal.ServerUnavailable(declared.name().label(), why.get())
        : new CallRefusal.ToolUnknown(tool);
  }

  private CallResult refused(Asked asked, CallRefusal refusal) {
    meters.refused(asked.server().name().label(), refusal.word());
    var answer =
        refusal instanceof CallRefusal.ToolUnknown(var tool)
            ? new CallResult.Refused(unknownTool(tool))
            : End.told(asked, refusal.sentence());
    return recorded(asked, End.silent(answer, Outcome.REFUSED, refusal.word(), false));
  }

  private CallResult withdrawn(Asked asked) {
    return recorded(asked, notRun(asked));
  }

  private static End notRun(Asked asked) {
    var answer =
        asked.ofTool()
            ? End.sentence("the call was withdrawn; the tool has not run")
            : End.told(asked, "the request was withdrawn, and not sent");
    return End.silent(answer, Outcome.CANCELLED, "withdrawn", false);
  }

  private CallResult recorded(Asked asked, End end) {
    recorder.write(asked, end, recorder.content(asked, end), NanoUsd.ZERO);
    return end.answer();
  }

  private CallResult made(Asked asked, Offered server, Holding.Ready ready) {
    if (ready instanceof Holding.Unledgered) {
      meters.unledgered();
    }
    if (asked.call().cancellation().cancelled()) {
      return ended(asked, ready, notRun(asked));
    }
    var judged = false;
    try {
      var end = Judge.of(asked, sent(asked, server));
      judged = true;
      return ended(asked, ready, end);
    } finally {
      if (!judged) {
        // It may have run, and its hold must end.
        var _ =
            ended(asked, ready, End.silent(End.told(asked, "BUG"), Outcome.FAILED, "bug", true));
      }
    }
  }

  private static CallResult sent(Asked asked, Offered server) {
    var call = asked.call().within(total(asked));
    return asked
        .definition()
        .map(tool -> server.call(tool, call))
        .orElseGet(() -> server.call(call));
  }

  private static Duration total(Asked asked) {
    var declared = asked.server().timeouts().total();
    return asked.call().totalMax().filter(own -> own.compareTo(declared) < 0).orElse(declared);
  }

  /// Its hold ends before anything else is done, and its record is written once that is known.
  private CallResult ended(Asked asked, Holding.Ready ready, End end) {
    CompletableFuture<NanoUsd> added =
        end.charged() ? holds.ender().charge(ready, asked.wanted()) : holds.ender().release(ready);
    var content = recorder.content(asked, end);
    holds.await(added.thenAccept(more -> recorder.write(asked, end, content, more)));
    return end.answer();
  }

  /// Ends what goes on beside calls. Holds of calls that have not ended are left to the ledger.
  @Override
  public void close() {
    holds.close();
  }
}
