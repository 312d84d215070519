package dev.sluice.mcp.serve;

import dev.sluice.mcp.rpc.Era;
import dev.sluice.mcp.rpc.MalformedMessageException;
import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.rpc.MessageCodec;
import dev.sluice.mcp.rpc.Meta;
import dev.sluice.mcp.rpc.MirroredHeaders;
import dev.sluice.mcp.rpc.ProtocolVersion;
import dev.sluice.mcp.rpc.RpcError;
import dev.sluice.mcp.serve.http.BodyRoom;
import dev.sluice.mcp.serve.http.Incoming;
import dev.sluice.mcp.serve.http.Outgoing;
import dev.sluice.mcp.serve.http.RefusedException;
import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;

/// Tells by a request of which era its client is.
final class Eras {

  /// What a client posts.
  ///
  /// @param lease the memory that it takes
  record Body(List<Message> messages, boolean batch, BodyRoom.Lease lease) {}

  private static final Pattern DATE = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");

  private final MessageCodec codec;
  private final ServeLimits limits;
  private final BodyRoom bodies;
  private final ModernClients modern;
  private final SessionClients sessions;

  Eras(ServeLimits limits, BodyRoom bodies, ModernClients modern, SessionClients sessions) {
    this.codec = new MessageCodec(limits.message());
    this.limits = limits;
    this.bodies = bodies;
    this.modern = modern;
    this.sessions = sessions;
  }

  void serve(Entered entered, Incoming in, Outgoing out)
      throws RefusedException, IOException, InterruptedException {
    switch (in.method()) {
      case "POST" -> post(entered, in, out);
      case "GET", "DELETE" -> {
        if (modernByHeader(in)) {
          throw notAllowed(in);
        }
        if (in.method().equals("GET")) {
          sessions.listen(entered, in, out);
        } else {
          sessions.end(entered, in, out);
        }
      }
      default -> throw notAllowed(in);
    }
  }

  private static RefusedException notAllowed(Incoming in) {
    return RefusedException.of(
        405,
        RpcError.INVALID_REQUEST,
        "method: %s (expected: POST; with a session also GET and DELETE)"
            .formatted(Incoming.shown(in.method())));
  }

  private void post(Entered entered, Incoming in, Outgoing out)
      throws RefusedException, IOException, InterruptedException {
    if (!in.takesJson() && !in.takesEvents()) {
      throw in.notAcceptable("application/json, text/event-stream");
    }
    int most = limits.message().messageBytesMax();
    var lease = bodies.lease(entered.key(), in.checkedLength(most));
    try {
      var bytes = in.body(most, limits.bodyReadMax());
      lease.resize(BodyRoom.held(bytes));
      var body = new Body(read(bytes), isBatch(bytes), lease);
      if (modernByHeader(in) || modernByBody(body.messages())) {
        modern.post(entered, body, in, out);
      } else {
        sessions.post(entered, body, in, out);
      }
    } finally {
      lease.leave();
    }
  }

  private List<Message> read(byte[] body) throws RefusedException {
    try {
      return codec.readAll(body);
    } catch (MalformedMessageException e) {
      throw switch (e.fault()) {
        case TOO_LARGE ->
            RefusedException.of(413, RpcError.INVALID_REQUEST, String.valueOf(e.getMessage()));
        case NOT_JSON ->
            RefusedException.of(400, RpcError.PARSE_ERROR, "Parse error: " + e.getMessage());
        case NOT_JSON_RPC ->
            RefusedException.of(
                400, RpcError.INVALID_REQUEST, "Invalid request: " + e.getMessage());
      };
    }
  }

  private static boolean isBatch(byte[] body) {
    for (var character : body) {
      if (character > ' ') {
        return character == '[';
      }
    }
    return false;
  }

  private static boolean modernByHeader(Incoming in) {
    return in.header(MirroredHeaders.PROTOCOL_VERSION)
        .filter(date -> DATE.matcher(date).matches())
        .map(date -> new ProtocolVersion(date).era() == Era.MODERN)
        .orElse(false);
  }

  private static boolean modernByBody(List<Message> messages) {
    return messages.size() == 1
        && messages.getFirst() instanceof Message.Request request
        && Meta.version(request.params()).isPresent();
  }
}
