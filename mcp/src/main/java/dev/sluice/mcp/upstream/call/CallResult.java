package dev.sluice.mcp.upstream.call;

import dev.sluice.mcp.rpc.RpcError;
import tools.jackson.databind.JsonNode;

/// What became of a call.
public sealed interface CallResult {

  /// The server's result, as it came.
  record Result(JsonNode result) implements CallResult {}

  /// The server's error, as it came.
  record Refused(RpcError error) implements CallResult {}

  /// No answer of the server.
  record Failed(CallFailure failure) implements CallResult {}

  static CallResult failed(CallFailure.Reason reason, CallFailure.Effect effect, String detail) {
    return new Failed(new CallFailure(reason, effect, detail));
  }
}
