package dev.sluice.mcp.upstream.peer;

import dev.sluice.mcp.rpc.Era;
import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallException;
import dev.sluice.mcp.upstream.call.CallFailure;
import dev.sluice.mcp.upstream.call.CallFailure.Effect;
import dev.sluice.mcp.upstream.call.CallFailure.Reason;
import dev.sluice.mcp.upstream.call.CallResult;
import dev.sluice.mcp.upstream.call.ServerCard;
import dev.sluice.mcp.upstream.call.ServerListener;
import dev.sluice.mcp.upstream.call.UpstreamLimits;
import dev.sluice.mcp.upstream.resource.Subscriptions;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;

/// A server at the other end of one channel: a program, or an old server with one stream of events.
public final class DuplexPeer implements Peer {

  private final Duplex duplex;
  private final Dialect dialect;
  private final UpstreamLimits limits;
  private final OpenCalls calls;
  private final Dispatch dispatch;
  private final Lifetime lifetime = new Lifetime();
  private volatile @Nullable ServerCard card;
  private volatile @Nullable Subscriptions subscriptions;

  public DuplexPeer(
      Duplex duplex, Dialect dialect, UpstreamLimits limits, OpenCalls calls, Dispatch dispatch) {
    this.duplex = duplex;
    this.dialect = dialect;
    this.limits = limits;
    this.calls = calls;
    this.dispatch = dispatch;
  }

  /// Begins to read what the server says.
  public void start() {
    Thread.ofVirtual().name("mcp-channel").start(this::readAll);
  }

  /// From here on it is known who the server is.
  public void known(ServerCard value) {
    card = value;
  }

  /// Begins to listen for changes, as the modern era has it.
  public void listen(ServerListener listener) {
    new Changes(this::call, card(), listener, limits, lifetime).start();
    subscriptions =
        new Subscriptions(this::call, listener, limits, wait -> lifetime.ended(wait).isEmpty());
  }

  @Override
  public Optional<Subscriptions> subscriptions() {
    return Optional.ofNullable(subscriptions);
  }

  @Override
  public ServerCard card() {
    var known = card;
    if (known == null) {
      throw new IllegalStateException("BUG: a server that was not asked who it is");
    }
    return known;
  }

  @Override
  public CallResult call(Call call) {
    var watching = subscriptions;
    if (watching != null && Subscriptions.takes(call)) {
      return watching.call(call);
    }
    return InputRounds.run(call, limits, this::once);
  }

  private CallResult once(Call call) {
    try {
      var exchange = calls.open(call, dialect);
      try {
        return run(exchange);
      } finally {
        dispatch.end(exchange);
      }
    } catch (CallException e) {
      return new CallResult.Failed(e.failure());
    }
  }

  private CallResult run(Exchange exchange) throws CallException {
    var cancellation = exchange.call().cancellation();
    var cancelled =
        new CallFailure(Reason.CANCELLED, Effect.MAY_HAVE_RUN, "the caller cancelled it");
    try (var _ = cancellation.onCancel(() -> exchange.inbox().fail(cancelled))) {
      // After the call was put into the list, so that an end in between is not missed.
      lifetime.ended().ifPresent(exchange.inbox()::fail);
      if (cancellation.cancelled()) {
        return CallResult.failed(
            Reason.CANCELLED, Effect.NEVER_RUN, "the caller cancelled it before it was sent");
      }
      send(exchange);
      return await(exchange);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return gaveUp(exchange, cancelled);
    }
  }

  private void send(Exchange exchange) throws CallException {
    try {
      duplex.send(exchange.request(), exchange.left());
    } catch (CallException e) {
      // Why a channel has ended says more than that it takes nothing any more.
      var end = lifetime.ended();
      throw end.isEmpty()
          ? e
          : CallException.of(end.get().reason(), e.failure().effect(), end.get().detail());
    } catch (IOException e) {
      throw CallException.of(
          Reason.CUT, Effect.MAY_HAVE_RUN, "the channel broke: " + e.getClass().getSimpleName());
    }
  }

  private CallResult await(Exchange exchange) throws InterruptedException {
    var silenceMax = exchange.lasting() ? exchange.left() : limits.times().firstByteMax();
    while (true) {
      var left = exchange.left();
      var wait = left.compareTo(silenceMax) < 0 ? left : silenceMax;
      var event = exchange.inbox().take(wait.toNanos());
      if (event.isEmpty()) {
        return gaveUp(exchange, silent(exchange, silenceMax));
      }
      switch (event.get()) {
        case Inbox.Over(var failure) -> {
          return gaveUp(exchange, failure);
        }
        case Inbox.Came(var message) -> {
          var result = dispatch.own(message, exchange, this::reply);
          if (result.isPresent()) {
            return result.get();
          }
        }
      }
      silenceMax = exchange.lasting() ? exchange.left() : limits.times().idleMax();
    }
  }

  private CallFailure silent(Exchange exchange, Duration silenceMax) {
    if (exchange.left().isZero()) {
      return new CallFailure(
          Reason.TOTAL_TIMEOUT, Effect.MAY_HAVE_RUN, "not done within " + exchange.totalMax());
    }
    var first = silenceMax.equals(limits.times().firstByteMax());
    return new CallFailure(
        first ? Reason.FIRST_BYTE_TIMEOUT : Reason.IDLE_TIMEOUT,
        Effect.MAY_HAVE_RUN,
        "silent for " + silenceMax);
  }

  /// Tells the server, so that it need not go on; the first words cannot be cancelled.
  private CallResult gaveUp(Exchange exchange, CallFailure failure) {
    dispatch.giveUp(exchange);
    var told = !exchange.call().method().equals(Handshake.INITIALIZE);
    if (told && lifetime.ended().isEmpty()) {
      var params = JsonNodeFactory.instance.objectNode();
      params.set("requestId", exchange.id().json());
      params.put("reason", exchange.call().cancellation().reason().orElse("timeout"));
      try {
        tell(new Message.Notification("notifications/cancelled", params));
      } catch (CallException _) {
        // The call has failed already, and with a better reason.
      }
    }
    return new CallResult.Failed(failure);
  }

  @Override
  public void tell(Message.Notification notification) throws CallException {
    try {
      reply(notification);
    } catch (CallException e) {
      throw e;
    } catch (IOException e) {
      throw CallException.of(
          Reason.CUT, Effect.MAY_HAVE_RUN, "the channel broke: " + e.getClass().getSimpleName());
    }
  }

  private void reply(Message message) throws IOException {
    duplex.send(message, limits.times().connectMax());
  }

  /// A program that works may do one thing at a time: while it does, it is not asked.
  @Override
  public CallResult check(Duration max) {
    if (calls.busy()) {
      return new CallResult.Result(JsonNodeFactory.instance.objectNode());
    }
    var call = dialect.version().era() == Era.MODERN ? Handshake.discover() : Call.of("ping");
    return call(call.within(max));
  }

  @Override
  public Optional<CallFailure> ended(Duration wait) throws InterruptedException {
    return lifetime.ended(wait);
  }

  @Override
  public void close() {
    end(new CallFailure(Reason.CLOSED, Effect.MAY_HAVE_RUN, "the connection was closed"));
  }

  private void end(CallFailure failure) {
    lifetime.end(failure);
    duplex.close();
    calls.failAll(failure);
  }

  private void readAll() {
    try {
      while (true) {
        for (var message : duplex.receive()) {
          dispatch.shared(message, this::reply);
        }
      }
    } catch (CallException e) {
      end(e.failure());
    } catch (IOException e) {
      end(
          new CallFailure(
              Reason.CUT,
              Effect.MAY_HAVE_RUN,
              "the channel ended: " + e.getClass().getSimpleName()));
    }
  }
}
