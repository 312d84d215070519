package dev.sluice.mcp.govern;

import dev.sluice.core.usage.ToolRecord.Outcome;
import dev.sluice.mcp.rpc.RpcError;
import dev.sluice.mcp.upstream.call.CallResult;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// What became of a call, or of another message.
///
/// @param answer to the caller
/// @param reason see [dev.sluice.core.usage.ToolRecord]
/// @param charged whether its price is posted
/// @param said what the server said, before it was bounded; null where it said nothing
record End(
    CallResult answer,
    Outcome outcome,
    @Nullable String reason,
    boolean charged,
    @Nullable JsonNode said,
    long saidBytes,
    long cutBytes) {

  /// Without a word of the server.
  static End silent(CallResult answer, Outcome outcome, String reason, boolean charged) {
    return new End(answer, outcome, reason, charged, null, 0, 0);
  }

  /// What a caller hears in place of an answer: where a tool was called the model reads it, all
  /// else has no result for a sentence.
  static CallResult told(Asked asked, String sentence) {
    return asked.ofTool()
        ? sentence(sentence)
        : new CallResult.Refused(RpcError.of(RpcError.INVALID_REQUEST, sentence));
  }

  /// A result that tells the model why there is none.
  static CallResult sentence(String sentence) {
    var result = JsonNodeFactory.instance.objectNode();
    result.putArray("content").addObject().put("type", "text").put("text", sentence);
    return new CallResult.Result(result.put("isError", true));
  }
}
