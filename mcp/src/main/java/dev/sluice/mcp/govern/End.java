package dev.sluice.mcp.govern;

import dev.sluice.core.usage.ToolRecord.Outcome;
import dev.sluice.mcp.upstream.call.CallResult;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// What became of a call.
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

  /// A result that tells the model why there is none.
  static CallResult sentence(String sentence) {
    var result = JsonNodeFactory.instance.objectNode();
    result.putArray("content").addObject().put("type", "text").put("text", sentence);
    return new CallResult.Result(result.put("isError", true));
  }
}
