package dev.sluice.mcp.serve.ask;

import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.rpc.RpcError;
import dev.sluice.mcp.upstream.call.ClientProfile;
import java.util.Optional;

/// What a client can be asked for.
final class Abilities {

  private Abilities() {}

  /// The failure for a question that the client has not said it can answer. What is not known here
  /// passes.
  static Optional<Message> lacking(Message.Request question, ClientProfile client) {
    var ability =
        switch (question.method()) {
          case "elicitation/create" -> Optional.of("elicitation");
          case "sampling/createMessage" -> Optional.of("sampling");
          case "roots/list" -> Optional.of("roots");
          default -> Optional.<String>empty();
        };
    return ability
        .filter(name -> !client.capabilities().has(name))
        .map(
            name ->
                new Message.Failure(
                    question.id(),
                    RpcError.of(
                        RpcError.METHOD_NOT_FOUND, "The client has no capability " + name)));
  }
}
