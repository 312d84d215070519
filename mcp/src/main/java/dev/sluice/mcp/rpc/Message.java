package dev.sluice.mcp.rpc;

import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// One JSON-RPC 2.0 message.
///
/// The trees in it are shared, not copied: results are large. Nobody writes to them. `rest` holds
/// the fields of the message that JSON-RPC does not know.
public sealed interface Message {

  ObjectNode rest();

  /// Asks for an answer. Empty parameters are the same as none.
  record Request(RpcId id, String method, ObjectNode params, ObjectNode rest) implements Message {

    public Request(RpcId id, String method, ObjectNode params) {
      this(id, method, params, JsonNodeFactory.instance.objectNode());
    }

    public Request with(RpcId other) {
      return new Request(other, method, params, rest);
    }

    public Request with(ObjectNode other) {
      return new Request(id, method, other, rest);
    }
  }

  /// Tells something, and has no answer.
  record Notification(String method, ObjectNode params, ObjectNode rest) implements Message {

    public Notification(String method, ObjectNode params) {
      this(method, params, JsonNodeFactory.instance.objectNode());
    }

    public Notification(String method) {
      this(method, JsonNodeFactory.instance.objectNode());
    }

    public Notification with(ObjectNode other) {
      return new Notification(method, other, rest);
    }
  }

  /// The good answer to a request.
  record Answer(RpcId id, JsonNode result, ObjectNode rest) implements Message {

    public Answer(RpcId id, JsonNode result) {
      this(id, result, JsonNodeFactory.instance.objectNode());
    }
  }

  /// The error that answers a request; without an id where the request could not be read.
  record Failure(Optional<RpcId> id, RpcError error, ObjectNode rest) implements Message {

    public Failure(RpcId id, RpcError error) {
      this(Optional.of(id), error, JsonNodeFactory.instance.objectNode());
    }
  }

  /// The message as JSON: its own fields first, then the unknown ones.
  default ObjectNode json() {
    var json = JsonNodeFactory.instance.objectNode().put("jsonrpc", "2.0");
    switch (this) {
      case Request(var id, var method, var params, _) -> {
        json.set("id", id.json());
        call(json, method, params);
      }
      case Notification(var method, var params, _) -> call(json, method, params);
      case Answer(var id, var result, _) -> json.set("id", id.json()).set("result", result);
      case Failure(var id, var error, _) -> {
        id.ifPresent(known -> json.set("id", known.json()));
        json.set("error", error.json());
      }
    }
    return json.setAll(rest());
  }

  private static void call(ObjectNode json, String method, ObjectNode params) {
    json.put("method", method);
    if (!params.isEmpty()) {
      json.set("params", params);
    }
  }
}
