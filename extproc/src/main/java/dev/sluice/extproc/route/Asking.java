package dev.sluice.extproc.route;

import dev.sluice.extproc.decode.Client;
import dev.sluice.wire.anthropic.MessagesRequest;
import java.util.List;
import java.util.stream.Stream;

/// A request as far as its route depends on it.
public record Asking(String requestId, Client client, MessagesRequest request) {

  private static final String FALLBACKS = "x-sluice-fallbacks";

  /// What stays with one provider: an agent of a session; without a session, the request.
  public String run() {
    var session = client.sessionId();
    var agent = client.agentId();
    return session == null ? requestId : session + "\n" + (agent == null ? "" : agent);
  }

  /// What the client wants tried where the model that is chosen fails; aliases too. The header
  /// stands in place of the body's.
  public List<String> fallbacks() {
    var header = client.headers().get(FALLBACKS);
    return header == null
        ? ofBody()
        : Stream.of(header.split(",", -1))
            .map(String::strip)
            .filter(name -> !name.isEmpty())
            .limit(Router.PLAN_MAX)
            .toList();
  }

  private List<String> ofBody() {
    return switch (request.fallbacks()) {
      case null -> List.of();
      case MessagesRequest.Fallbacks.Unread _ -> List.of();
      case MessagesRequest.Fallbacks.Taken(var names) -> names;
    };
  }
}
