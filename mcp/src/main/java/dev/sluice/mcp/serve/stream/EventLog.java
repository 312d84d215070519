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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The events of one stream to a client, each with its number: those that are not sent yet, and
/// some that are, so that the client can take the stream up again.
///
/// Who tells something waits while the client is behind, for a bounded time; then, and where no
/// client is there, the oldest events make room. Answers that are not read stay, and the room that
/// they need is nobody's fault.
public final class EventLog {

  private static final MessageCodec CODEC = new MessageCodec(MessageLimits.STANDARD);

  /// One event.
  ///
  /// @param status of HTTP, for an answer that is sent alone
  public record Event(long number, byte[] data, int status, boolean answer) {}

  /// What there is for who reads.
  public sealed interface Taken {
    record Next(Event event) implements Taken {}

    /// Nothing for a while.
    record Quiet() implements Taken {}

    /// There will be nothing more, or another reader has taken over.
    record Over() implements Taken {}

    /// The reader was too slow: events are gone that it has not read. It can read on after them.
    record Behind() implements Taken {}
  }

  private final String id;
  private final StreamLimits limits;
  private final LongSupplier bytesMax;
  private final boolean answers;
  private final Deque<Event> events = new ArrayDeque<>();
  private long bytes;
  private long unreadBytes;
  private long last;
  private long read;
  private long lost;
  private int readers;
  private boolean attached;
  private boolean told;
  private boolean ended;
  private int answersDue;

  /// Open until something is told, or all is answered. A thread that waits for it is woken without
  /// the detour over another one that a monitor takes.
  private final CountDownLatch quiet = new CountDownLatch(1);

  private @Nullable AtomicLong counter;
  private Runnable abandoned = () -> {};

  /// Of a copy: up to which number all is known that there is, and whether more can be said of it.
  private long known;

  private boolean begun;

  /// Whether what was not read never makes room.
  private boolean keepsUnread;

  /// @param id the stream's
  /// @param requests that it answers; none: it lasts until it is ended
  /// @param bytesMax what it may keep now
  public EventLog(String id, List<RpcId> requests, StreamLimits limits, LongSupplier bytesMax) {
    this.id = id;
    this.limits = limits;
    this.bytesMax = bytesMax;
    this.answers = !requests.isEmpty();
    this.answersDue = requests.size();
    this.attached = !requests.isEmpty();
  }

  public String id() {
    return id;
  }

  /// Whether answers come at its end.
  public boolean answers() {
    return answers;
  }

  /// Adds what a server tells; while the client is behind, it waits.
  public void tell(Message message) {
    tell(CODEC.write(message));
  }

  private synchronized void tell(byte[] data) {
    var end = System.nanoTime() + limits.behindMax().toNanos();
    try {
      while (attached && full(data.length) && end - System.nanoTime() > 0) {
        TimeUnit.NANOSECONDS.timedWait(this, Math.max(1_000_000, end - System.nanoTime()));
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    push(data);
  }

  /// Adds an event at once.
  public void push(Message message) {
    push(CODEC.write(message));
  }

  private synchronized void push(byte[] data) {
    told = true;
    quiet.countDown();
    add(data, 200, false);
  }

  /// Adds an event of the stream of the same id at another gateway, with its number there. Where
  /// some are missing before it, the reader was too slow.
  public synchronized void copy(Event event) {
    if (ended || event.number() <= known) {
      return;
    }
    if (begun && event.number() > known + 1) {
      lost = event.number() - 1;
    }
    begun = true;
    known = event.number();
    last = event.number() - 1;
    if (event.answer()) {
      answersDue--;
    } else {
      told = true;
      quiet.countDown();
    }
    add(event.data(), event.status(), event.answer());
  }

  /// The other gateway has told all up to that event; before the first one that it tells, what it
  /// has no more. False where that did not come.
  public synchronized boolean toldUpTo(long number) {
    if (!begun && number >= known) {
      begun = true;
      known = number;
    }
    return number <= known;
  }

  /// The event of that number is left out.
  public synchronized void skip(long number) {
    if (number == known + 1) {
      known = number;
    }
  }

  /// What a client has that reads it here from that event on, before anything is copied. Its
  /// gateway tells no more than is read, and what it told does not make room for more.
  synchronized EventLog from(long after) {
    last = after;
    read = after;
    known = after;
    keepsUnread = true;
    return this;
  }

  /// The number of the event before the next one that is read and that there is.
  public synchronized long before() {
    return last <= read ? last : next().number() - 1;
  }

  /// The number of the last event that was read.
  public synchronized long read() {
    return read;
  }

  /// The number of the newest event.
  public synchronized long last() {
    return last;
  }

  /// Whether all that there is was read.
  public synchronized boolean allRead() {
    return last <= read;
  }

  /// Adds an answer where one is still to come.
  public synchronized void answerIfDue(Message message) {
    if (answersDue > 0) {
      answer(message, 200);
    }
  }

  /// Adds an answer; the last one ends the stream.
  public synchronized void answer(Message message, int status) {
    if (ended) {
      return;
    }
    add(CODEC.write(message), status, true);
    withdraw();
  }

  /// One of the requests needs no more than was said; the last one ends the stream.
  public synchronized void withdraw() {
    if (!ended && --answersDue <= 0) {
      end();
    }
  }

  public synchronized void end() {
    ended = true;
    quiet.countDown();
    notifyAll();
  }

  public synchronized boolean ended() {
    return ended;
  }

  /// Whether nothing comes after that event any more.
  public synchronized boolean over(long after) {
    return ended && last <= after;
  }

  /// Whether somebody reads it, or is about to.
  public synchronized boolean attached() {
    return attached;
  }

  public synchronized long bytes() {
    return bytes;
  }

  /// From here on its bytes are counted there; with none they are not counted any more.
  synchronized void count(@Nullable AtomicLong where) {
    if (counter != null) {
      counter.addAndGet(-bytes);
    }
    counter = where;
    if (counter != null) {
      counter.addAndGet(bytes);
    }
  }

  /// What is done when nobody takes the stream up again in time.
  public synchronized void whenAbandoned(Runnable action) {
    abandoned = action;
  }

  /// How often somebody has begun to read.
  synchronized int readers() {
    return readers;
  }

  /// Nobody has begun to read for too long since that reader left.
  void abandon(int reader) {
    Runnable action;
    synchronized (this) {
      action = attached || ended || reader != readers ? () -> {} : abandoned;
    }
    action.run();
  }

  private boolean full(int more) {
    return last - read >= limits.eventsMax()
        || (unreadBytes > 0 && unreadBytes + more > bytesMax.getAsLong());
  }

  private void add(byte[] data, int status, boolean answer) {
    if (ended) {
      return;
    }
    events.add(new Event(++last, data, status, answer));
    unreadBytes += data.length;
    grow(data.length);
    makeRoom(answer);
    notifyAll();
  }

  private void grow(long more) {
    bytes += more;
    if (counter != null) {
      counter.addAndGet(more);
    }
  }

  /// What was read goes first, then what was told; the newest event stays.
  private void makeRoom(boolean answer) {
    long most = bytesMax.getAsLong();
    var all = events.iterator();
    while (all.hasNext() && (events.size() > limits.eventsMax() || bytes > most)) {
      var event = all.next();
      boolean unread = event.number() > read;
      if (event.number() == last || (unread && (event.answer() || keepsUnread))) {
        continue;
      }
      all.remove();
      grow(-event.data().length);
      if (unread) {
        unreadBytes -= event.data().length;
        lost = answer ? lost : event.number();
      }
    }
  }

  /// The answers, where nothing else came before them and all came in time; none where all that was
  /// asked was cancelled.
  ///
  /// @param max how long to wait
  public Optional<List<Event>> onlyAnswers(Duration max) throws InterruptedException {
    // Looked at below, whoever was first.
    var _ = quiet.await(max.toNanos(), TimeUnit.NANOSECONDS);
    return answersAlone();
  }

  private synchronized Optional<List<Event>> answersAlone() {
    return ended && !told ? Optional.of(new ArrayList<>(events)) : Optional.empty();
  }

  /// Begins to read after that event; whoever read before is sent away.
  public synchronized int attach(long after) {
    attached = true;
    read = Math.min(after, last);
    lost = 0;
    unreadBytes =
        events.stream().filter(e -> e.number() > read).mapToLong(e -> e.data().length).sum();
    notifyAll();
    return ++readers;
  }

  public synchronized void detach(int reader) {
    if (reader == readers) {
      attached = false;
      notifyAll();
    }
  }

  /// That reader is to go: it gets nothing more.
  public synchronized void dismiss(int reader) {
    if (reader == readers) {
      readers++;
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
    if ((read > 0 || keepsUnread) && lost > read) {
      lost = 0;
      return new Taken.Behind();
    }
    read = next.number();
    unreadBytes -= next.data().length;
    notifyAll();
    return new Taken.Next(next);
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
    return attach(after);
  }
}
