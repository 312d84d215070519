package dev.sluice.mcp.rpc;

import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The error of an answer, with every field as it came.
public record RpcError(ObjectNode json) {

  public static final int PARSE_ERROR = -32700;
  public static final int INVALID_REQUEST = -32600;
  public static final int METHOD_NOT_FOUND = -32601;
  public static final int INVALID_PARAMS = -32602;
  public static final int INTERNAL_ERROR = -32603;

  /// Headers and body of a request differ, or a header is missing.
  public static final int HEADER_MISMATCH = -32020;

  public static final int MISSING_CLIENT_CAPABILITY = -32021;
  public static final int UNSUPPORTED_PROTOCOL_VERSION = -32022;

  public static RpcError of(int code, String message) {
    return new RpcError(
        JsonNodeFactory.instance.objectNode().put("code", code).put("message", message));
  }

  public RpcError with(JsonNode data) {
    var copy = json.deepCopy();
    copy.set("data", data);
    return new RpcError(copy);
  }

  public int code() {
    return json.path("code").intValue(0);
  }

  public String message() {
    return json.path("message").stringValue("");
  }

  public Optional<JsonNode> data() {
    return json.optional("data");
  }
}
