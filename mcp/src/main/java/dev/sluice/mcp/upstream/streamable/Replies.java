package dev.sluice.mcp.upstream.streamable;

import dev.sluice.mcp.rpc.MalformedMessageException;
import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.rpc.MessageCodec;
import dev.sluice.mcp.rpc.RpcError;
import dev.sluice.mcp.upstream.call.CallException;
import dev.sluice.mcp.upstream.call.CallFailure;
import dev.sluice.mcp.upstream.call.CallFailure.Effect;
import dev.sluice.mcp.upstream.call.CallFailure.Reason;
import dev.sluice.mcp.upstream.http.HttpReply;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// What the answers of HTTP mean in the protocol.
final class Replies {

  static final String EVENTS = "text/event-stream";
  static final String JSON = "application/json";

  private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");
  private static final int ERROR_BYTES_MAX = 64 * 1024;

  private Replies() {}

  /// The failure that a status means, if none of the protocol came with it.
  static CallFailure failure(int status) {
    var detail = "the server answered " + status;
    return switch (status) {
      case 401, 403 -> new CallFailure(Reason.UNAUTHORIZED, Effect.NEVER_RUN, detail);
      case 404, 405 -> new CallFailure(Reason.NOT_THERE, Effect.NEVER_RUN, detail);
      default -> other(status, detail);
    };
  }

  private static CallFailure other(int status, String detail) {
    return switch (status / 100) {
      case 4 -> new CallFailure(Reason.HTTP_REFUSED, Effect.NEVER_RUN, detail);
      case 3 ->
          new CallFailure(
              Reason.HTTP_FAILED, Effect.NEVER_RUN, detail + " (redirects are not followed)");
      default -> new CallFailure(Reason.HTTP_FAILED, Effect.MAY_HAVE_RUN, detail);
    };
  }

  /// The error of the protocol in an answer that is no success, where there is one.
  static Optional<Message.Failure> error(HttpReply reply, MessageCodec codec) {
    if (!reply.type().equals(JSON)) {
      return Optional.empty();
    }
    try {
      var bytes = reply.all(ERROR_BYTES_MAX);
      return bytes.length <= ERROR_BYTES_MAX && codec.read(bytes) instanceof Message.Failure failure
          ? Optional.of(failure)
          : Optional.empty();
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  /// The messages of an answer of JSON.
  static List<Message> messages(HttpReply reply, MessageCodec codec) throws IOException {
    var max = codec.limits().messageBytesMax();
    var length = reply.header("content-length").filter(l -> LENGTH.matcher(l).matches());
    if (length.isPresent() && Long.parseLong(length.get()) > max) {
      throw CallException.of(
          Reason.TOO_LARGE,
          Effect.MAY_HAVE_RUN,
          "messageBytes: %s (expected: at most %d)".formatted(length.get(), max));
    }
    return codec.readAll(reply.all(max));
  }

  /// What a message that cannot be read means for the call.
  static CallException unreadable(MalformedMessageException e) {
    return CallException.of(
        e.fault() == MalformedMessageException.Fault.TOO_LARGE
            ? Reason.TOO_LARGE
            : Reason.MALFORMED,
        Effect.MAY_HAVE_RUN,
        String.valueOf(e.getMessage()));
  }

  static CallException malformed(String detail) {
    return CallException.of(Reason.MALFORMED, Effect.MAY_HAVE_RUN, detail);
  }

  /// The error of a server that has lost our session without the status that says so.
  static boolean lostSession(int status, Optional<Message.Failure> error) {
    return status == 400
        && error.isPresent()
        && error.get().id().isEmpty()
        && serverMade(error.get().error());
  }

  private static boolean serverMade(RpcError error) {
    return error.code() <= -32000 && error.code() > -32020;
  }
}
