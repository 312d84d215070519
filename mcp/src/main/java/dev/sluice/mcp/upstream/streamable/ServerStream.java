package dev.sluice.mcp.upstream.streamable;

import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.upstream.call.CallException;
import dev.sluice.mcp.upstream.call.CallFailure;
import dev.sluice.mcp.upstream.call.CallFailure.Effect;
import dev.sluice.mcp.upstream.call.CallFailure.Reason;
import dev.sluice.mcp.upstream.call.Cancellation;
import dev.sluice.mcp.upstream.http.HttpReply;
import dev.sluice.mcp.upstream.peer.Lifetime;
import java.io.IOException;
import java.util.function.Consumer;

/// The stream on which a server of the legacy era tells what belongs to no request; asked for again
/// whenever it ends, from where it ended.
final class ServerStream {

  private final Line line;
  private final Session session;
  private final Consumer<Message> consumer;
  private final Lifetime lifetime;
  private final Cancellation cancellation = new Cancellation();

  ServerStream(Line line, Session session, Consumer<Message> consumer, Lifetime lifetime) {
    this.line = line;
    this.session = session;
    this.consumer = consumer;
    this.lifetime = lifetime;
  }

  void start() {
    Thread.ofVirtual().name("mcp-server-stream").start(this::run);
  }

  void close() {
    cancellation.cancel("closed");
  }

  private void run() {
    var stream = new Stream(line.codec());
    var wait = line.limits().times().backOffMin();
    while (!cancellation.cancelled()) {
      var offered = once(stream);
      if (!offered || lifetime.endsWithin(stream.retry().orElse(wait))) {
        return;
      }
      wait = line.limits().times().backOffAfter(wait);
    }
  }

  /// False where the server has no such stream.
  private boolean once(Stream stream) {
    var headers = stream.lastId().map(session::after).orElseGet(session::headers);
    try (var reply = line.stream(headers, line.listening(), cancellation)) {
      if (!reply.succeeded()) {
        return !refused(reply);
      }
      if (!reply.type().equals(Replies.EVENTS)) {
        return false;
      }
      stream.read(
          reply.body(),
          messages -> {
            messages.forEach(consumer);
            return false;
          });
      return true;
    } catch (CallException e) {
      return e.failure().reason() != Reason.FORBIDDEN_ADDRESS;
    } catch (IOException _) {
      // It broke, or something came that is no message: it is asked for anew.
      return true;
    }
  }

  private boolean refused(HttpReply reply) {
    if (reply.status() == 404 && session.id().isPresent()) {
      lifetime.end(
          new CallFailure(
              Reason.SESSION_LOST, Effect.NEVER_RUN, "the server does not know the session"));
    }
    // 409: the server has not seen yet that the stream before is gone.
    return reply.status() < 500 && reply.status() != 409;
  }
}
