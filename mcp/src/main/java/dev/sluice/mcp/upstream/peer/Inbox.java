package dev.sluice.mcp.upstream.peer;

import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.upstream.call.CallFailure;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What has come for one call on a channel that it shares; the answer and the end always fit in.
final class Inbox {

  /// What comes out of it.
  sealed interface Event {}

  /// A message.
  record Came(Message message) implements Event {}

  /// There will be no message any more.
  record Over(CallFailure failure) implements Event {}

  private final int queuedMax;
  private final ArrayDeque<Message> queued = new ArrayDeque<>();
  private @Nullable Message answer;
  private @Nullable CallFailure failure;

  Inbox(int queuedMax) {
    this.queuedMax = queuedMax;
  }

  /// False where it is full, and the message is lost.
  synchronized boolean offer(Message message) {
    if (queued.size() >= queuedMax) {
      return false;
    }
    queued.addLast(message);
    notifyAll();
    return true;
  }

  synchronized void answer(Message message) {
    answer = answer == null ? message : answer;
    notifyAll();
  }

  synchronized void fail(CallFailure why) {
    failure = failure == null ? why : failure;
    notifyAll();
  }

  /// Empty where nothing came in that time. A failure goes first: who cancels waits for nothing.
  synchronized Optional<Event> take(long nanosMax) throws InterruptedException {
    var end = System.nanoTime() + nanosMax;
    while (failure == null && queued.isEmpty() && answer == null) {
      var left = end - System.nanoTime();
      if (left <= 0) {
        return Optional.empty();
      }
      TimeUnit.NANOSECONDS.timedWait(this, Math.max(left, 1_000_000));
    }
    if (answer == null && failure != null) {
      return Optional.of(new Over(failure));
    }
    return Optional.of(new Came(queued.isEmpty() ? known(answer) : queued.removeFirst()));
  }

  private static Message known(@Nullable Message message) {
    if (message == null) {
      throw new IllegalStateException("BUG: an inbox that is neither empty nor has a message");
    }
    return message;
  }
}
