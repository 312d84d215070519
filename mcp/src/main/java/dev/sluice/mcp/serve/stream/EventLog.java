package dev.sluice.mcp.serve.stream;

import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.rpc.MessageCodec;
import dev.sluice.mcp.rpc.MessageLimits;
import dev.sluice.mcp.rpc.RpcId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// The events of one stream to a client, each with its number: those that are not sent yet, and
/// some that are, so that the client can take the stream up again.
///
/// Who tells something waits while the client is behind, for a bounded time; then, and where no
/// client is there, the oldest events make room. The answers come last, and so they stay.
public final class EventLog {

  private static final MessageCodec CODEC = new MessageCodec(MessageLimits.STANDARD);

  /// One event.
  ///
  /// @param status of HTTP, for an answer that is sent alone
  public record Event(long number, byte[] data, int status) {}

  /// What there is for who reads.
  public sealed interface Taken {
    record Next(Event event) implements Taken {}

    /// Nothing for a while.
    record Quiet() implements Taken {}

    /// There will be nothing more, or another reader has taken over.
    record Over() implements Taken {}

    /// The reader was too slow: events are gone that it has not read.
    record Behind() implements Taken {}
  }

  private final String id;
  private final StreamLimits limits;
  private final Deque<Event> events = new ArrayDeque<>();
  private long bytes;
  private long last;
  private long read;
  private int readers;
  private boolean attached;
  private boolean told;
  private boolean ended;
  private int answersDue;

  /// @param requests that it answers; none: it lasts until it is ended
  public EventLog(List<RpcId> requests, StreamLimits limits) {
    this.id = EventId.stream(requests);
    this.limits = limits;
    this.answersDue = requests.size();
    this.attached = !requests.isEmpty();
  }

  public String id() {
    return id;
  }

  /// Adds what a server tells; while the client is behind, it waits.
  public synchronized void tell(Message message) {
    var end = System.nanoTime() + limits.behindMax().toNanos();
    try {
      while (attached && full() && end - System.nanoTime() > 0) {
        TimeUnit.NANOSECONDS.timedWait(this, Math.max(1_000_000, end - System.nanoTime()));
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    push(message);
  }

  /// Adds an event at once.
  public synchronized void push(Message message) {
    told = true;
    add(CODEC.write(message), 200);
  }

  /// Adds an answer; the last one ends the stream.
  public synchronized void answer(Message message, int status) {
    if (ended) {
      return;
    }
    add(CODEC.write(message), status);
    if (--answersDue <= 0) {
      end();
    }
  }

  public synchronized void end() {
    ended = true;
    notifyAll();
  }

  public synchronized boolean ended() {
    return ended;
  }

  /// Whether somebody reads it, or is about to.
  public synchronized boolean attached() {
    return attached;
  }

  public synchronized long bytes() {
    return bytes;
  }

  private boolean full() {
    return last - read >= limits.eventsMax() || bytes >= limits.bytesMax();
  }

  private void add(byte[] data, int status) {
    if (ended) {
      return;
    }
    events.add(new Event(++last, data, status));
    bytes += data.length;
    while (events.size() > 1 && (events.size() > limits.eventsMax() || bytes > limits.bytesMax())) {
      bytes -= events.remove().data().length;
    }
    notifyAll();
  }

  /// The answers, where nothing else came before them and all came in time.
  ///
  /// @param max how long to wait
  public synchronized Optional<List<Event>> onlyAnswers(Duration max) throws InterruptedException {
    var end = System.nanoTime() + max.toNanos();
    while (!ended && !told && end - System.nanoTime() > 0) {
      TimeUnit.NANOSECONDS.timedWait(this, Math.max(1_000_000, end - System.nanoTime()));
    }
    return ended && !told ? Optional.of(new ArrayList<>(events)) : Optional.empty();
  }

  /// Begins to read after that event; whoever read before is sent away.
  public synchronized int attach(long after) {
    attached = true;
    read = Math.min(after, last);
    notifyAll();
    return ++readers;
  }

  public synchronized void detach(int reader) {
    if (reader == readers) {
      attached = false;
      notifyAll();
    }
  }

  /// The next event for that reader.
  public synchronized Taken take(int reader, Duration max) throws InterruptedException {
    var end = System.nanoTime() + max.toNanos();
    while (reader == readers && last <= read && !ended && end - System.nanoTime() > 0) {
      TimeUnit.NANOSECONDS.timedWait(this, Math.max(1_000_000, end - System.nanoTime()));
    }
    if (reader != readers || (last <= read && ended)) {
      return new Taken.Over();
    }
    if (last <= read) {
      return new Taken.Quiet();
    }
    var next = next();
    var lost = read > 0 && next.number() > read + 1;
    read = next.number();
    notifyAll();
    return lost ? new Taken.Behind() : new Taken.Next(next);
  }

  private Event next() {
    for (var event : events) {
      if (event.number() > read) {
        return event;
      }
    }
    throw new IllegalStateException("BUG: an event that is not read is not kept");
  }

  /// For a client that takes it up again: what it missed and is gone cannot be had any more.
  public synchronized int resume(long after) {
    var reader = attach(after);
    if (!events.isEmpty() && events.element().number() > read + 1) {
      read = events.element().number() - 1;
    }
    return reader;
  }
}
