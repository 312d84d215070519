package dev.sluice.mcp.serve;

import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.rpc.MessageCodec;
import dev.sluice.mcp.rpc.MessageLimits;
import dev.sluice.mcp.rpc.MirroredHeaders;
import dev.sluice.mcp.rpc.ProtocolVersion;
import dev.sluice.mcp.rpc.RpcError;
import dev.sluice.mcp.rpc.RpcId;
import dev.sluice.mcp.serve.answer.Offer;
import dev.sluice.mcp.serve.answer.View;
import dev.sluice.mcp.serve.http.Incoming;
import dev.sluice.mcp.serve.http.Outgoing;
import dev.sluice.mcp.serve.http.RefusedException;
import dev.sluice.mcp.serve.session.Session;
import dev.sluice.mcp.serve.session.SessionTokens;
import dev.sluice.mcp.upstream.call.ClientProfile;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Clients of the legacy era: a session that begins with `initialize`, and that every replica knows
/// by its token.
final class SessionClients {

  private static final String SESSION = "Mcp-Session-Id";
  private static final MessageCodec CODEC = new MessageCodec(MessageLimits.STANDARD);

  private final Shared shared;
  private final SessionTokens tokens;
  private final SessionCalls calls;
  private final SessionStreams streams;

  SessionClients(Shared shared, SessionTokens tokens, SessionCalls calls, SessionStreams streams) {
    this.shared = shared;
    this.tokens = tokens;
    this.calls = calls;
    this.streams = streams;
  }

  void post(Entered entered, Eras.Body body, Incoming in, Outgoing out)
      throws RefusedException, IOException, InterruptedException {
    if (!body.batch()
        && body.messages().getFirst() instanceof Message.Request request
        && request.method().equals("initialize")) {
      initialize(entered, request, in, out);
      return;
    }
    var session = session(entered, in);
    if (body.batch() && session.version().namedInHeader()) {
      throw RefusedException.of(
          400,
          RpcError.INVALID_REQUEST,
          "a batch (expected: one message; only 2025-03-26 has batches)");
    }
    calls.run(new SessionCalls.Posted(entered, session, body), in, out);
  }

  private void initialize(Entered entered, Message.Request request, Incoming in, Outgoing out)
      throws RefusedException, IOException {
    if (!in.takesJson()) {
      throw in.notAcceptable("application/json");
    }
    var params = request.params();
    var asked = params.path("protocolVersion").stringValue("");
    if (asked.isEmpty() || !(params.path("clientInfo") instanceof ObjectNode client)) {
      throw RefusedException.of(
          400,
          RpcError.INVALID_PARAMS,
          "initialize without %s (expected: protocolVersion, clientInfo and capabilities)"
              .formatted(asked.isEmpty() ? "protocolVersion" : "clientInfo"));
    }
    var capabilities =
        params.path("capabilities") instanceof ObjectNode object
            ? object
            : JsonNodeFactory.instance.objectNode();
    var version = agreed(new ProtocolVersion(asked));
    var session = tokens.begun(entered.key(), version, new ClientProfile(client, capabilities));
    var caller = entered.caller(Optional.of(session.id()), session.client());
    var view = View.of(shared.parts().catalog(), caller, entered.scope());
    var answer = new Message.Answer(request.id(), Offer.initialized(view, version));
    out.json(200, Map.of(SESSION, tokens.token(session)), CODEC.write(answer));
  }

  /// The version that the client asks for, or the newest one.
  private static ProtocolVersion agreed(ProtocolVersion asked) {
    return Offer.spokenLegacy().contains(asked) ? asked : Offer.spokenLegacy().getFirst();
  }

  private Session session(Entered entered, Incoming in) throws RefusedException {
    var token = in.header(SESSION);
    if (token.isEmpty()) {
      throw RefusedException.of(
          400,
          RpcError.INVALID_REQUEST,
          "Mcp-Session-Id: none (expected: the session that initialize began)");
    }
    var opened = tokens.opened(token.get(), entered.key());
    opened.ifPresent(known -> shared.neighbours().meet(known.id()));
    var session =
        opened
            .filter(known -> !shared.kept().ended(known.id()))
            .orElseThrow(
                () ->
                    RefusedException.of(
                        404,
                        RpcError.INVALID_REQUEST,
                        "Session not found (expected: one of this key that has not ended)"));
    var named = in.header(MirroredHeaders.PROTOCOL_VERSION).map(ProtocolVersion::new);
    // Some clients name an older one than they agreed on, which changes nothing here.
    if (named.isPresent() && !Offer.spokenLegacy().contains(named.get())) {
      throw RefusedException.of(
          400,
          RpcError.INVALID_REQUEST,
          "MCP-Protocol-Version: %s (expected: %s, the session's)"
              .formatted(Incoming.shown(named.get().date()), session.version()));
    }
    return session;
  }

  void listen(Entered entered, Incoming in, Outgoing out)
      throws RefusedException, IOException, InterruptedException {
    if (!in.takesEvents()) {
      throw in.notAcceptable("text/event-stream");
    }
    streams.open(entered, session(entered, in), in.header("Last-Event-ID"), out);
  }

  void end(Entered entered, Incoming in, Outgoing out) throws RefusedException, IOException {
    var session = session(entered, in);
    shared.neighbours().ended(session.id());
    out.empty(204, Map.of());
  }

  /// What a request is told that ran elsewhere, where no gateway says that it has it.
  static Message lost(RpcId id) {
    return new Message.Failure(
        id,
        RpcError.of(
            RpcError.INTERNAL_ERROR,
            "The call ran at another gateway, or at one that is gone; it may have done its work"));
  }
}
