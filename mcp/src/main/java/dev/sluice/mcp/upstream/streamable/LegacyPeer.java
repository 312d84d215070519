package dev.sluice.mcp.upstream.streamable;

import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallException;
import dev.sluice.mcp.upstream.call.CallFailure;
import dev.sluice.mcp.upstream.call.CallFailure.Effect;
import dev.sluice.mcp.upstream.call.CallFailure.Reason;
import dev.sluice.mcp.upstream.call.CallResult;
import dev.sluice.mcp.upstream.call.Cancellation;
import dev.sluice.mcp.upstream.call.ServerCard;
import dev.sluice.mcp.upstream.http.HttpQuery.Repeatable;
import dev.sluice.mcp.upstream.http.HttpReply;
import dev.sluice.mcp.upstream.http.Patience;
import dev.sluice.mcp.upstream.peer.Dialect;
import dev.sluice.mcp.upstream.peer.Dispatch;
import dev.sluice.mcp.upstream.peer.Exchange;
import dev.sluice.mcp.upstream.peer.Handshake;
import dev.sluice.mcp.upstream.peer.Lifetime;
import dev.sluice.mcp.upstream.peer.OpenCalls;
import dev.sluice.mcp.upstream.peer.Peer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.databind.node.JsonNodeFactory;

/// A server of the legacy era behind HTTP: a session, a stream of its own messages, and streams
/// that can be taken up again.
final class LegacyPeer implements Peer {

  private static final int NOT_FOUND = 404;

  private final Line line;
  private final Dialect dialect;
  private final OpenCalls calls;
  private final Dispatch dispatch;
  private final Session session;
  private final ServerCard card;
  private final Posting posting;
  private final ServerStream serverStream;
  private final Lifetime lifetime = new Lifetime();

  /// Cancellations on their way, and the end of the session.
  private final Phaser telling = new Phaser(1);

  private LegacyPeer(
      Line line,
      Dialect dialect,
      OpenCalls calls,
      Dispatch dispatch,
      Session session,
      ServerCard card) {
    this.line = line;
    this.dialect = dialect;
    this.calls = calls;
    this.dispatch = dispatch;
    this.session = session;
    this.card = card;
    this.posting = new Posting(line, dispatch, this::send, this::resume);
    this.serverStream =
        new ServerStream(line, session, m -> dispatch.shared(m, this::send), lifetime);
  }

  /// Begins a session.
  static LegacyPeer open(Line line, Dialect dialect, OpenCalls calls, Dispatch dispatch)
      throws CallException {
    var posting = new Posting(line, dispatch, _ -> {}, Posting.Resumption.NONE);
    var call = Handshake.initialize(dialect.profile());
    var exchange = calls.open(call.within(line.limits().times().firstByteMax()), dialect);
    try {
      var posted = posting.run(exchange, List.of());
      if (posted.status() >= 400) {
        throw Replies.failure(posted.status()).exception();
      }
      var card = Handshake.initialized(posted.result());
      var session = new Session(card.version(), posted.headers().stream().findFirst());
      var spoken = new Dialect(card.version(), dialect.profile());
      var peer = new LegacyPeer(line, spoken, calls, dispatch, session, card);
      peer.send(new Message.Notification(Handshake.INITIALIZED));
      peer.serverStream.start();
      return peer;
    } finally {
      dispatch.end(exchange);
    }
  }

  @Override
  public ServerCard card() {
    return card;
  }

  @Override
  public CallResult call(Call call) {
    try {
      var exchange = calls.open(call, dialect);
      try {
        return judged(run(exchange), exchange);
      } finally {
        dispatch.end(exchange);
      }
    } catch (CallException e) {
      return new CallResult.Failed(e.failure());
    }
  }

  private CallResult run(Exchange exchange) {
    try {
      var posted = posting.run(exchange, session.headers());
      return session.id().isPresent() && posted.status() == NOT_FOUND
          ? new CallResult.Failed(lost())
          : posted.result();
    } catch (CallException e) {
      var gone = e.failure().reason() == Reason.NOT_THERE;
      return new CallResult.Failed(gone ? lost() : e.failure());
    }
  }

  private static CallFailure lost() {
    return new CallFailure(
        Reason.SESSION_LOST, Effect.NEVER_RUN, "the server does not know the session any more");
  }

  private CallResult judged(CallResult result, Exchange exchange) {
    if (!(result instanceof CallResult.Failed(var failure))) {
      return result;
    }
    switch (failure.reason()) {
      case SESSION_LOST, UNREACHABLE -> end(failure);
      case CUT, MALFORMED -> dispatch.giveUp(exchange);
      case CANCELLED, FIRST_BYTE_TIMEOUT, IDLE_TIMEOUT, TOTAL_TIMEOUT, TOO_LARGE ->
          cancel(exchange, failure.effect());
      case FORBIDDEN_ADDRESS,
          BACKING_OFF,
          UNAUTHORIZED,
          CONNECT_TIMEOUT,
          NOT_THERE,
          HTTP_REFUSED,
          HTTP_FAILED,
          UNKNOWN_VERSION,
          TOO_MANY_ROUNDS,
          TOO_MANY_CALLS,
          CLOSED -> {
        // The server either does not work on it, or knows that we are gone.
      }
    }
    return result;
  }

  /// Hanging up is no cancellation in this era: the server is told, where it knows of the call.
  private void cancel(Exchange exchange, Effect effect) {
    dispatch.giveUp(exchange);
    if (effect == Effect.NEVER_RUN) {
      return;
    }
    var params = JsonNodeFactory.instance.objectNode();
    params.set("requestId", exchange.id().json());
    params.put("reason", exchange.call().cancellation().reason().orElse("timeout"));
    var notification = new Message.Notification("notifications/cancelled", params);
    telling.register();
    Thread.ofVirtual()
        .name("mcp-cancel")
        .start(
            () -> {
              try {
                send(notification);
              } catch (CallException _) {
                // The server goes on in vain; nobody waits for it.
              } finally {
                telling.arriveAndDeregister();
              }
            });
  }

  @Override
  public void tell(Message.Notification notification) throws CallException {
    send(notification);
  }

  /// Sends what has no answer: 202, and nothing else.
  private void send(Message message) throws CallException {
    var body = line.codec().write(message);
    var patience = line.patience(line.limits().times().firstByteMax());
    try (var reply =
        line.post(
            line.url(), body, session.headers(), Repeatable.NO, patience, new Cancellation())) {
      if (!reply.succeeded()) {
        throw Replies.failure(reply.status()).exception();
      }
    }
  }

  private Optional<HttpReply> resume(Stream stream, Patience patience) throws CallException {
    if (stream.lastId().isEmpty() || slept(stream.retry().orElse(Duration.ZERO), patience)) {
      return Optional.empty();
    }
    var reply = line.stream(session.after(stream.lastId().get()), patience, new Cancellation());
    if (reply.succeeded() && reply.type().equals(Replies.EVENTS)) {
      return Optional.of(reply);
    }
    reply.close();
    return Optional.empty();
  }

  /// Waits as long as the server asks for; true where the time of the call or of the connection is
  /// over before.
  private boolean slept(Duration wait, Patience patience) {
    return wait.compareTo(patience.left()) >= 0 || lifetime.endsWithin(wait);
  }

  @Override
  public CallResult check(Duration max) {
    return call(Call.of("ping").within(max));
  }

  @Override
  public Optional<CallFailure> ended(Duration wait) throws InterruptedException {
    return lifetime.ended(wait);
  }

  private void end(CallFailure failure) {
    lifetime.end(failure);
    serverStream.close();
  }

  @Override
  public void close() {
    var known = lifetime.ended().isEmpty() && session.id().isPresent();
    end(new CallFailure(Reason.CLOSED, Effect.MAY_HAVE_RUN, "the connection was closed"));
    if (known) {
      Thread.ofVirtual().name("mcp-session-end").start(this::delete);
    }
  }

  /// The end of a session is told after what was cancelled in it, which a server may go on with.
  private void delete() {
    var max = line.limits().times().connectMax();
    try {
      telling.awaitAdvanceInterruptibly(telling.arrive(), max.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      // A server that does not hear the one need not hear the other.
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return;
    }
    try (var _ = line.delete(session.headers(), line.patience(max))) {
      // A server may not let a client end its session: 405.
    } catch (CallException _) {
      // It ends by itself some time.
    }
  }
}
