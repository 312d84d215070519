package dev.sluice.mcp.codemode.run;

import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.rpc.Meta;
import dev.sluice.mcp.rpc.RpcId;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallSink;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// What the client hears and is asked while its program runs: of all calls of the program, through
/// the one call that the client made.
final class Relay {
  private static final String PROGRESS = "notifications/progress";

  private final CallSink client;
  private final Optional<JsonNode> token;
  private final long nanosMin;
  private final AtomicLong calls = new AtomicLong();
  private final AtomicLong asked = new AtomicLong();
  private final ReentrantLock telling = new ReentrantLock();
  private long notes;
  private long toldNanos;
  private volatile boolean over;

  Relay(Call outer, long progressMillisMin) {
    client = outer.sink();
    token = Meta.of(outer.params()).optional(Meta.PROGRESS_TOKEN);
    nanosMin = TimeUnit.MILLISECONDS.toNanos(progressMillisMin);
    toldNanos = System.nanoTime() - nanosMin;
  }

  /// The token under which servers tell progress, where the client wants to hear of any.
  Optional<JsonNode> token() {
    return token;
  }

  /// One more call of the program has its answer.
  void answered() {
    long made = calls.incrementAndGet();
    note(made == 1 ? "1 call made" : made + " calls made");
  }

  /// Tells the client, unless it was told a moment ago or is being told now.
  void note(String text) {
    if (token.isEmpty() || over || !telling.tryLock()) {
      return;
    }
    try {
      if (System.nanoTime() - toldNanos >= nanosMin) {
        toldNanos = System.nanoTime();
        var params = JsonNodeFactory.instance.objectNode();
        params.set(Meta.PROGRESS_TOKEN, token.get());
        params.put("progress", ++notes).put("message", text);
        client.notification(new Message.Notification(PROGRESS, params));
      }
    } finally {
      telling.unlock();
    }
  }

  void pass(Message.Notification notification) {
    if (!over) {
      client.notification(notification);
    }
  }

  /// An id for a request of a server: those of several servers may be the same.
  RpcId id() {
    return RpcId.of("program-" + asked.incrementAndGet());
  }

  Message ask(Message.Request request) throws InterruptedException {
    return client.request(request);
  }

  /// From here on the client hears nothing more.
  void end() {
    over = true;
  }
}
