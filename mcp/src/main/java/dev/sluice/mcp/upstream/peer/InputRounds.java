package dev.sluice.mcp.upstream.peer;

import dev.sluice.mcp.rpc.InputRequired;
import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.rpc.RpcId;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallFailure.Effect;
import dev.sluice.mcp.upstream.call.CallFailure.Reason;
import dev.sluice.mcp.upstream.call.CallResult;
import dev.sluice.mcp.upstream.call.UpstreamLimits;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/// Sends a call again with what its sink answers, for as long as the server asks for input.
public final class InputRounds {

  private InputRounds() {}

  /// One call, or as many as the input takes, all within the time of one.
  public static CallResult run(Call call, UpstreamLimits limits, Function<Call, CallResult> once) {
    int roundsMax = limits.inputRoundsMax();
    var totalMax = call.totalMax().orElse(limits.times().totalMax());
    var end = System.nanoTime() + totalMax.toNanos();
    var round = call;
    for (var rounds = 0; rounds <= roundsMax; rounds++) {
      var result = once.apply(round);
      if (call.input() == Call.InputPolicy.RELAYED
          || !(result instanceof CallResult.Result(var json))) {
        return result;
      }
      var asked = InputRequired.of(json);
      if (asked.isEmpty()) {
        return result;
      }
      var answers = new LinkedHashMap<String, JsonNode>();
      var failure = collect(asked.get(), call, answers);
      if (failure.isPresent()) {
        return failure.get();
      }
      var left = Duration.ofNanos(Math.max(1, end - System.nanoTime()));
      round = call.with(asked.get().answered(round.params(), answers)).within(left);
    }
    return CallResult.failed(
        Reason.TOO_MANY_ROUNDS,
        Effect.MAY_HAVE_RUN,
        "inputRounds: over %d (expected: at most that)".formatted(roundsMax));
  }

  /// Asks for one thing after the other; the first that is not answered ends the call.
  private static Optional<CallResult> collect(
      InputRequired asked, Call call, Map<String, JsonNode> answers) {
    for (var entry : asked.requests().entrySet()) {
      var request =
          new Message.Request(
              RpcId.of("input:" + entry.getKey()),
              entry.getValue().method(),
              entry.getValue().params());
      try {
        switch (call.sink().request(request)) {
          case Message.Answer(_, var result, _) -> answers.put(entry.getKey(), result);
          case Message.Failure(_, var error, _) -> {
            return Optional.of(new CallResult.Refused(error));
          }
          case Message.Request _, Message.Notification _ ->
              throw new IllegalStateException("BUG: a sink answers with no answer");
        }
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return Optional.of(
            CallResult.failed(
                Reason.CANCELLED, Effect.NEVER_RUN, "interrupted while asking for input"));
      }
    }
    return Optional.empty();
  }
}
