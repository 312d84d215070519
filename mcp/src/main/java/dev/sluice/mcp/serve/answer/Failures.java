package dev.sluice.mcp.serve.answer;

import dev.sluice.mcp.rpc.Era;
import dev.sluice.mcp.rpc.InputRequired;
import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.rpc.Meta;
import dev.sluice.mcp.rpc.RpcError;
import dev.sluice.mcp.rpc.RpcId;
import dev.sluice.mcp.upstream.call.CallFailure;
import dev.sluice.mcp.upstream.call.CallResult;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What became of a call, as the answer that a client of its era knows.
public final class Failures {

  private static final String TYPE = "resultType";

  private Failures() {}

  public static Message answer(RpcId id, CallResult result, Era era) {
    return switch (result) {
      case CallResult.Result(var json) -> new Message.Answer(id, typed(json, era));
      case CallResult.Refused(var error) -> new Message.Failure(id, error);
      case CallResult.Failed(var failure) -> new Message.Failure(id, error(failure));
    };
  }

  /// The modern era says of each result of which type it is; the legacy era has one type.
  private static JsonNode typed(JsonNode json, Era era) {
    if (!(json instanceof ObjectNode object)) {
      return json;
    }
    return switch (era) {
      case MODERN ->
          object.has(TYPE) ? object : Meta.shallow(object).put(TYPE, InputRequired.type(object));
      case LEGACY -> {
        if (!InputRequired.type(object).equals("complete") || !object.has(TYPE)) {
          yield object;
        }
        var plain = Meta.shallow(object);
        plain.remove(TYPE);
        yield plain;
      }
    };
  }

  private static RpcError error(CallFailure failure) {
    var effect =
        switch (failure.effect()) {
          case NEVER_RUN -> "the call was not run";
          case MAY_HAVE_RUN -> "the call may have run";
        };
    var data =
        JsonNodeFactory.instance
            .objectNode()
            .put("reason", failure.reason().name())
            .put("effect", failure.effect().name());
    return RpcError.of(
            RpcError.INTERNAL_ERROR,
            "The server did not answer: %s; %s".formatted(failure.detail(), effect))
        .with(data);
  }
}
