package dev.sluice.mcp.govern;

import dev.sluice.core.usage.ToolRecord.Outcome;
import dev.sluice.mcp.govern.bound.JsonSize;
import dev.sluice.mcp.govern.bound.ResultBounds;
import dev.sluice.mcp.rpc.InputRequired;
import dev.sluice.mcp.rpc.RpcError;
import dev.sluice.mcp.upstream.call.CallFailure;
import dev.sluice.mcp.upstream.call.CallResult;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Says of what a server answered how the call ended, what the caller gets, and whether it costs
/// anything.
///
/// What was certainly not run is free, as is a question to the client, who sends the call again.
/// All else costs the price, since the server may bill it.
final class Judge {

  /// With these a server says that it did not take the call: it could not be read, there is no such
  /// method or tool, or something must come first. `-32603`, and a server's own codes, come from
  /// within the tool too.
  private static final Set<Integer> NEVER_RUN =
      Set.of(
          RpcError.PARSE_ERROR,
          RpcError.INVALID_REQUEST,
          RpcError.METHOD_NOT_FOUND,
          RpcError.INVALID_PARAMS,
          RpcError.HEADER_MISMATCH,
          RpcError.MISSING_CLIENT_CAPABILITY,
          RpcError.UNSUPPORTED_PROTOCOL_VERSION,
          -32042); // Of 2025-11-25: the user must visit a page first.

  private Judge() {}

  static End of(Asked asked, CallResult result) {
    return switch (result) {
      case CallResult.Result(var said) -> said(asked, said);
      case CallResult.Refused(var error) -> refused(asked, error);
      case CallResult.Failed(var failure) -> failed(asked, failure);
    };
  }

  private static End said(Asked asked, JsonNode said) {
    boolean asks = InputRequired.of(said).isPresent();
    boolean error = asked.ofTool() && said.path("isError").booleanValue(false);
    var outcome = asks ? Outcome.INPUT_REQUIRED : error ? Outcome.TOOL_ERROR : Outcome.COMPLETED;
    if (!asked.ofTool()) {
      // Of the results that are no tool's nobody knows what could be cut: they pass as they are.
      var answer = new CallResult.Result(said);
      return new End(answer, outcome, null, !asks, said, JsonSize.of(said).bytes(), 0);
    }
    var bounded = bounds(asked).bound(said);
    var answer = new CallResult.Result(bounded.result());
    return new End(answer, outcome, null, !asks, said, bounded.bytes(), bounded.cutBytes());
  }

  private static End refused(Asked asked, RpcError error) {
    var bounded = bounds(asked).bound(error);
    long bytes = JsonSize.of(error.json()).bytes();
    long left = JsonSize.of(bounded.json()).bytes();
    return new End(
        new CallResult.Refused(bounded),
        asked.call().cancellation().cancelled() ? Outcome.CANCELLED : Outcome.FAILED,
        "rpc_error " + error.code(),
        !NEVER_RUN.contains(error.code()),
        error.json(),
        bytes,
        Math.max(0, bytes - left));
  }

  private static ResultBounds bounds(Asked asked) {
    boolean promised = asked.definition().map(one -> one.json().has("outputSchema")).orElse(false);
    var server = asked.server();
    return new ResultBounds(server.name().label(), server.resultBytesMax(), promised);
  }

  private static End failed(Asked asked, CallFailure failure) {
    // What the end of the connection looks like is a matter of moments.
    boolean cancelled = asked.call().cancellation().cancelled();
    boolean mayHaveRun =
        switch (failure.effect()) {
          case NEVER_RUN -> false;
          case MAY_HAVE_RUN -> true;
        };
    var word = failure.reason().name().toLowerCase(Locale.ROOT);
    var answer =
        asked.ofTool()
            ? End.sentence(sentence(asked, failure, word, mayHaveRun))
            : new CallResult.Failed(failure);
    return End.silent(answer, cancelled ? Outcome.CANCELLED : Outcome.FAILED, word, mayHaveRun);
  }

  private static String sentence(
      Asked asked, CallFailure failure, String word, boolean mayHaveRun) {
    return "server %s gave no result: %s (%s); %s"
        .formatted(
            asked.server().name().label(),
            failure.detail(),
            word,
            mayHaveRun ? "the tool may have run" : "the tool has not run");
  }
}
