package dev.sluice.mcp.codemode.run;

import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.rpc.RpcError;
import dev.sluice.mcp.rpc.RpcId;
import dev.sluice.mcp.sandbox.ToolName;
import dev.sluice.mcp.upstream.call.CallSink;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;

/// Hears what a server tells of one call of a program, and asks the client what the server asks.
final class InnerSink implements CallSink {
  private static final int NOTE_CHARS_MAX = 200;

  private final ToolName tool;
  private final Relay relay;
  private final Map<RpcId, RpcId> asked = new ConcurrentHashMap<>();

  InnerSink(ToolName tool, Relay relay) {
    this.tool = tool;
    this.relay = relay;
  }

  @Override
  public void notification(Message.Notification notification) {
    switch (notification.method()) {
      case "notifications/progress" -> progress(notification.params());
      case "notifications/cancelled" -> withdrawn(notification);
      default -> relay.pass(notification);
    }
  }

  /// The client has one line of progress for the whole program; so this is a note of it.
  private void progress(JsonNode params) {
    var text = params.path("message").stringValue("");
    if (text.isEmpty()) {
      text = params.path("progress").asString("");
    }
    relay.note(tool + ": " + text.substring(0, Math.min(text.length(), NOTE_CHARS_MAX)));
  }

  private void withdrawn(Message.Notification notification) {
    RpcId.of(notification.params().get("requestId"))
        .flatMap(id -> Optional.ofNullable(asked.get(id)))
        .ifPresent(
            id -> {
              var params = notification.params().deepCopy();
              params.set("requestId", id.json());
              relay.pass(notification.with(params));
            });
  }

  @Override
  public Message request(Message.Request request) throws InterruptedException {
    var id = relay.id();
    asked.put(request.id(), id);
    try {
      return switch (relay.ask(request.with(id))) {
        case Message.Answer(_, var result, var rest) ->
            new Message.Answer(request.id(), result, rest);
        case Message.Failure(_, var error, var rest) ->
            new Message.Failure(Optional.of(request.id()), error, rest);
        case Message.Request _, Message.Notification _ ->
            new Message.Failure(
                request.id(), RpcError.of(RpcError.INTERNAL_ERROR, "The client gave no answer"));
      };
    } finally {
      asked.remove(request.id());
    }
  }
}
