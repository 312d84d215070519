package dev.sluice.mcp.serve.ask;

import dev.sluice.core.policy.ObjectName;
import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.rpc.RpcId;
import dev.sluice.mcp.serve.session.Kept;
import dev.sluice.mcp.serve.stream.EventLog;
import dev.sluice.mcp.upstream.call.CallSink;
import dev.sluice.mcp.upstream.call.Cancellation;
import dev.sluice.mcp.upstream.call.ClientProfile;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Relays what a server tells during a call to a client of the modern era. What the server asks
/// ends the request with a result that says so; the call goes on when the client sends it again.
public final class RequestSink implements CallSink {

  static final String QUESTION = "asked";

  /// The request that the client waits for now.
  private record Turn(RpcId id, EventLog log) {}

  private final ObjectName key;
  private final ClientProfile client;
  private final Cancellation cancellation;
  private final Parked parked;
  private final Duration askMax;
  private final Optional<String> logLevel;
  private @Nullable Turn turn;
  private @Nullable JsonNode response;
  private boolean asking;

  /// @param logLevel from which on the client asked for log messages; without one it gets none
  public RequestSink(
      ObjectName key,
      ClientProfile client,
      Cancellation cancellation,
      Parked parked,
      Duration askMax,
      Optional<String> logLevel) {
    this.key = key;
    this.client = client;
    this.cancellation = cancellation;
    this.parked = parked;
    this.askMax = askMax;
    this.logLevel = logLevel;
  }

  public Cancellation cancellation() {
    return cancellation;
  }

  /// The client waits at that request from here on.
  public synchronized void turn(RpcId id, EventLog log) {
    turn = new Turn(id, log);
    notifyAll();
  }

  /// The client came back, with what it answers.
  public synchronized void resume(RpcId id, EventLog log, JsonNode responses) {
    response = responses.path(QUESTION);
    turn(id, log);
  }

  @Override
  public void notification(Message.Notification notification) {
    if (!hears(notification)) {
      return;
    }
    Optional<Turn> now;
    synchronized (this) {
      now = Optional.ofNullable(turn);
    }
    now.ifPresent(t -> t.log().tell(notification));
  }

  private boolean hears(Message.Notification notification) {
    var level = notification.params().path("level").stringValue("");
    return !notification.method().equals("notifications/message")
        || logLevel.map(from -> Kept.heard(from, level)).orElse(false);
  }

  @Override
  public synchronized Message request(Message.Request question) throws InterruptedException {
    var lacking = Abilities.lacking(question, client);
    if (lacking.isPresent()) {
      return lacking.get();
    }
    var end = System.nanoTime() + askMax.toNanos();
    while ((asking || turn == null) && waits(end)) {
      // Another question of the same call is with the client.
    }
    var now = turn;
    var state = now == null || asking ? Optional.<String>empty() : parked.park(key, this);
    if (now == null || state.isEmpty()) {
      return Asks.failed(question, "The client cannot be asked now");
    }
    asking = true;
    turn = null;
    response = null;
    now.log().answer(Parked.asking(now.id(), question, state.get()), 200);
    try {
      while (response == null && waits(end)) {
        // The client asks its user.
      }
      var came = response;
      if (came == null || came.isMissingNode()) {
        parked.remove(this);
        return Asks.failed(question, "The client did not answer within " + askMax);
      }
      return new Message.Answer(question.id(), came);
    } finally {
      asking = false;
      notifyAll();
    }
  }

  /// The call is done: the answer goes to the request that the client waits for.
  public synchronized void finish(Answered answered) {
    var end = System.nanoTime() + askMax.toNanos();
    try {
      while (turn == null && !cancellation.cancelled() && waits(end)) {
        // The client has not come back yet.
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    parked.remove(this);
    var now = turn;
    if (now != null) {
      now.log().answer(answered.to(now.id()), answered.status());
    }
  }

  /// What became of a call, for whichever request it answers.
  public interface Answered {
    Message to(RpcId id);

    int status();
  }

  /// False when the time is over.
  private boolean waits(long end) throws InterruptedException {
    var left = end - System.nanoTime();
    if (left > 0) {
      TimeUnit.NANOSECONDS.timedWait(this, Math.max(1_000_000, left));
    }
    return left > 0;
  }
}
