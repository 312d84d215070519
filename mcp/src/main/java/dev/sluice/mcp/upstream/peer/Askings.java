package dev.sluice.mcp.upstream.peer;

import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.rpc.RpcError;
import dev.sluice.mcp.rpc.RpcId;
import dev.sluice.mcp.upstream.call.Tally;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.JsonNodeFactory;

/// The requests of a server that are being answered, each by a thread of its own.
final class Askings {

  private static final Logger LOG = LoggerFactory.getLogger(Askings.class);

  private record Asking(Exchange exchange, Thread thread) {}

  private final int atOnceMax;
  private final Tally tally;
  private final Map<RpcId, Asking> open = new HashMap<>();
  private int withdrawing;

  Askings(int atOnceMax, Tally tally) {
    this.atOnceMax = atOnceMax;
    this.tally = tally;
  }

  /// Hands the request to whoever issued the call, and sends what comes of it. What nobody can be
  /// asked for is refused, so that the server need not wait.
  void ask(Message.Request request, Optional<Exchange> exchange, Reply reply) {
    if (request.method().equals("ping")) {
      var pong = new Message.Answer(request.id(), JsonNodeFactory.instance.objectNode());
      Thread.ofVirtual().name("mcp-pong").start(() -> send(pong, reply));
      return;
    }
    if (exchange.isEmpty() || !begun(request, exchange.get(), reply)) {
      tally.drop(Tally.Dropped.UNANSWERABLE_REQUEST);
      var error = RpcError.of(RpcError.INTERNAL_ERROR, "No client can answer this now");
      Thread.ofVirtual()
          .name("mcp-refusal")
          .start(() -> send(new Message.Failure(request.id(), error), reply));
    }
  }

  private synchronized boolean begun(Message.Request request, Exchange exchange, Reply reply) {
    if (open.size() + withdrawing >= atOnceMax || open.containsKey(request.id())) {
      return false;
    }
    var thread =
        Thread.ofVirtual().name("mcp-asked").unstarted(() -> answer(request, exchange, reply));
    open.put(request.id(), new Asking(exchange, thread));
    thread.start();
    return true;
  }

  private void answer(Message.Request request, Exchange exchange, Reply reply) {
    try {
      var answer = exchange.call().sink().request(request);
      if (ended(request.id())) {
        send(answer, reply);
      }
    } catch (InterruptedException _) {
      // The server has withdrawn the request, or its call has ended.
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.error("BUG: a caller could not answer a server", e);
      var error = RpcError.of(RpcError.INTERNAL_ERROR, "The client failed");
      if (ended(request.id())) {
        send(new Message.Failure(request.id(), error), reply);
      }
    } finally {
      var _ = ended(request.id());
    }
  }

  private synchronized boolean ended(RpcId id) {
    return open.remove(id) != null;
  }

  /// The server does not want the answer any more: true where somebody was asked.
  boolean withdraw(RpcId id, Message.Notification notification) {
    Optional<Asking> asking;
    synchronized (this) {
      asking = Optional.ofNullable(open.remove(id));
      withdrawing += asking.isPresent() ? 1 : 0;
    }
    // Who is told may be slow, and the channel is read on meanwhile.
    asking.ifPresent(
        a -> Thread.ofVirtual().name("mcp-withdrawal").start(() -> withdraw(a, notification)));
    return asking.isPresent();
  }

  private void withdraw(Asking asking, Message.Notification notification) {
    try {
      asking.exchange().call().sink().notification(notification);
    } finally {
      asking.thread().interrupt();
      withdrawn();
    }
  }

  private synchronized void withdrawn() {
    withdrawing--;
  }

  /// Ends those of a call that has ended.
  void end(Exchange exchange) {
    List<Asking> due;
    synchronized (this) {
      due = open.values().stream().filter(a -> a.exchange() == exchange).toList();
      open.values().removeIf(a -> a.exchange() == exchange);
    }
    due.forEach(a -> a.thread().interrupt());
  }

  private static void send(Message message, Reply reply) {
    try {
      reply.send(message);
    } catch (IOException e) {
      // The server will miss it; the call that it belongs to finds that out by itself.
      LOG.debug("an answer to a server was not delivered: {}", e.getClass().getSimpleName());
    }
  }
}
