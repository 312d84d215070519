package dev.sluice.mcp.serve.neighbour;

import dev.sluice.core.mcp.SessionBus.Told;
import dev.sluice.mcp.rpc.MalformedMessageException;
import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.rpc.MessageCodec;
import dev.sluice.mcp.rpc.MessageLimits;
import dev.sluice.mcp.rpc.RpcError;
import dev.sluice.mcp.serve.news.News;
import dev.sluice.mcp.serve.news.Teller;
import dev.sluice.mcp.serve.stream.EventLog;
import dev.sluice.mcp.serve.stream.EventLog.Event;
import dev.sluice.mcp.serve.stream.EventLog.Taken;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// A stream of this gateway that a client reads at another one: its events are told there one by
/// one, as fast as the client takes them.
final class Lent {

  private static final MessageCodec CODEC = new MessageCodec(MessageLimits.STANDARD);

  private final News.Reader reader;
  private final EventLog log;
  private final int attached;
  private final Teller teller;
  private final LendLimits limits;
  private final Deque<Event> underWay = new ArrayDeque<>();
  private long underWayBytes;
  private long last;
  private long heardAt = System.nanoTime();
  private boolean left;

  /// @param attached the number that the log gave to who reads it
  Lent(News.Reader reader, EventLog log, int attached, Teller teller, LendLimits limits) {
    this.reader = reader;
    this.log = log;
    this.attached = attached;
    this.teller = teller;
    this.limits = limits;
    this.last = log.before();
  }

  /// Tells all, until there will be nothing more or nobody reads it.
  void tellAll() throws InterruptedException {
    try {
      var going = sent(new News.Quiet(reader.channel(), last)) == Told.SENT;
      while (going && awaitRoom()) {
        going =
            switch (log.take(attached, limits.signEvery())) {
              case Taken.Next(var event) -> told(event);
              case Taken.Quiet _ -> {
                quiet();
                yield true;
              }
              case Taken.Over _ -> false;
              // The number of the next one says so.
              case Taken.Behind _ -> true;
            };
      }
    } finally {
      log.detach(attached);
      over();
    }
  }

  private void over() {
    try {
      var _ = sent(new News.Over(reader.channel(), false));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// A sign of life, which is told again soon where there is no room for it.
  private synchronized void quiet() {
    var _ = tell(new News.Quiet(reader.channel(), last));
  }

  private boolean told(Event event) throws InterruptedException {
    synchronized (this) {
      last = event.number();
      underWay.add(event);
      underWayBytes += event.data().length;
    }
    return switch (sent(new News.Told(reader.channel(), event))) {
      case SENT -> true;
      case TOO_LARGE -> tooLarge(event);
      case NO_ROOM, NOBODY -> false;
    };
  }

  /// Who cannot have an answer hears so at once; something else that is too large is left out.
  private boolean tooLarge(Event event) throws InterruptedException {
    News instead =
        failure(event)
            .map(failure -> new Event(event.number(), CODEC.write(failure), 200, true))
            .<News>map(small -> new News.Told(reader.channel(), small))
            .orElseGet(() -> new News.Skipped(reader.channel(), event.number()));
    synchronized (this) {
      // It is not under way.
      if (underWay.remove(event)) {
        underWayBytes -= event.data().length;
      }
    }
    return sent(instead) == Told.SENT;
  }

  /// Waits for room, as long as somebody reads.
  private Told sent(News news) throws InterruptedException {
    var told = tell(news);
    while (told == Told.NO_ROOM && awaitTurn()) {
      told = tell(news);
    }
    return told;
  }

  private synchronized boolean awaitTurn() throws InterruptedException {
    if (!left) {
      TimeUnit.MILLISECONDS.timedWait(this, limits.againAfter().toMillis());
    }
    return !left && !silent();
  }

  private static Optional<Message> failure(Event event) {
    try {
      return switch (CODEC.read(event.data())) {
        case Message.Answer(var id, _, _) ->
            Optional.of(
                new Message.Failure(
                    id,
                    RpcError.of(
                        RpcError.INTERNAL_ERROR,
                        "The call ran at another gateway, and its result could not come from"
                            + " there; it has done its work")));
        case Message.Failure _, Message.Request _, Message.Notification _ -> Optional.empty();
      };
    } catch (MalformedMessageException _) {
      return Optional.empty();
    }
  }

  private Told tell(News news) {
    return teller.one(reader.gateway(), news);
  }

  /// False where nobody reads it any more.
  private synchronized boolean awaitRoom() throws InterruptedException {
    while (!left && !silent() && full()) {
      TimeUnit.MILLISECONDS.timedWait(this, limits.signEvery().toMillis());
      if (full() && !left) {
        quiet();
      }
    }
    return !left && !silent();
  }

  private boolean silent() {
    return System.nanoTime() - heardAt > limits.silentMax().toNanos();
  }

  private boolean full() {
    return underWay.size() >= limits.underWayEventsMax()
        || underWayBytes >= limits.underWayBytesMax();
  }

  synchronized void read(long number) {
    heardAt = System.nanoTime();
    while (!underWay.isEmpty() && underWay.getFirst().number() <= number) {
      underWayBytes -= underWay.removeFirst().data().length;
    }
    notifyAll();
  }

  void leave() {
    synchronized (this) {
      left = true;
      notifyAll();
    }
    log.dismiss(attached);
  }
}
