package dev.sluice.mcp.serve;

import dev.sluice.core.policy.ObjectName;
import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.rpc.RpcError;
import dev.sluice.mcp.rpc.RpcId;
import dev.sluice.mcp.serve.answer.Failures;
import dev.sluice.mcp.serve.answer.Query;
import dev.sluice.mcp.serve.ask.RequestSink.Answered;
import dev.sluice.mcp.serve.http.BodyRoom;
import dev.sluice.mcp.serve.http.RefusedException;
import dev.sluice.mcp.serve.stream.Streams.Room;
import dev.sluice.mcp.upstream.call.CallResult;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs requests, each on a thread of its own, so that what is told on the way goes out meanwhile.
final class Runs {

  private static final Logger LOG = LoggerFactory.getLogger(Runs.class);

  private final Shared shared;

  Runs(Shared shared) {
    this.shared = shared;
  }

  /// Room for the answer to a body, which is held as long.
  Room enter(ObjectName key, BodyRoom.Lease lease) throws RefusedException {
    var room = enter(key);
    lease.share();
    room.with(lease::leave);
    return room;
  }

  Room enter(ObjectName key) throws RefusedException {
    var limits = shared.limits().streams();
    return shared
        .streams()
        .enter(key)
        .orElseThrow(
            () ->
                RefusedException.of(
                    429,
                    RpcError.INVALID_REQUEST,
                    "streams: one more than there may be (expected: at most %d of a key, %d in all)"
                        .formatted(limits.openOfKeyMax(), limits.openMax())));
  }

  void start(Query query, Room room, Consumer<Answered> done) {
    room.share();
    Thread.ofVirtual()
        .name("mcp-request")
        .start(
            () -> {
              try {
                done.accept(run(query));
              } finally {
                room.leave();
              }
            });
  }

  private Answered run(Query query) {
    try {
      return new Of(shared.methods().answer(query), query);
    } catch (RefusedException refused) {
      return new Refused(refused);
    } catch (RuntimeException bug) {
      LOG.error("BUG: {} could not be answered", query.method(), bug);
      return new Refused(RefusedException.of(500, RpcError.INTERNAL_ERROR, "The gateway failed"));
    }
  }

  /// What a server or a list said. The protocol names the one error of a server that has a status
  /// of its own.
  private record Of(CallResult result, Query query) implements Answered {
    @Override
    public Message to(RpcId id) {
      return Failures.answer(id, result, query.era());
    }

    @Override
    public int status() {
      return result instanceof CallResult.Refused(var error)
              && error.code() == RpcError.MISSING_CLIENT_CAPABILITY
          ? 400
          : 200;
    }
  }

  /// What the gateway refused.
  private record Refused(RefusedException refused) implements Answered {
    @Override
    public Message to(RpcId id) {
      return new Message.Failure(id, refused.error());
    }

    @Override
    public int status() {
      return refused.status();
    }
  }
}
