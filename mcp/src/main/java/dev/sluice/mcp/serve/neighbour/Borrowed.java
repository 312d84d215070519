package dev.sluice.mcp.serve.neighbour;

import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.serve.news.News;
import dev.sluice.mcp.serve.news.Teller;
import dev.sluice.mcp.serve.stream.EventLog;
import dev.sluice.mcp.upstream.http.Watchdog;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// A stream that another gateway has and that a client reads here: a copy of it that grows as the
/// other one tells its events.
public final class Borrowed implements AutoCloseable {

  /// Where a stream is read by the way of another gateway.
  ///
  /// @param owner that has it
  /// @param reader that asks for it
  record Way(String owner, News.Reader reader, LendLimits limits) {}

  private final Way way;
  private final EventLog log;
  private final int reader;
  private final Optional<Message> otherwise;
  private final Teller teller;
  private final Runnable closed;
  private final CountDownLatch told = new CountDownLatch(1);
  private volatile boolean found;
  private volatile boolean over;
  private volatile boolean readBefore;
  private volatile long heardAt = System.nanoTime();
  private long acknowledged;

  /// @param otherwise answers where the other gateway never will; empty where the client can come
  ///   again and ask
  Borrowed(Way way, EventLog log, Optional<Message> otherwise, Teller teller, Runnable closed) {
    this.way = way;
    this.log = log;
    this.otherwise = otherwise;
    this.teller = teller;
    this.closed = closed;
    this.acknowledged = log.read();
    // From here on nothing that comes is missed.
    this.reader = log.attach(log.read());
  }

  public EventLog log() {
    return log;
  }

  /// The number that the log gave to who reads it here.
  public int reader() {
    return reader;
  }

  /// Whether the other gateway says in time that it has it.
  boolean awaitFound(Duration max) throws InterruptedException {
    var _ = told.await(max.toNanos(), TimeUnit.NANOSECONDS);
    if (found) {
      look();
    }
    return found;
  }

  /// The other gateway has it, and has told the events up to that number.
  void quiet(long number) {
    heard();
    if (log.toldUpTo(number)) {
      return;
    }
    // Some were lost on their way.
    if (otherwise.isPresent()) {
      acknowledge(number);
    } else {
      log.end();
    }
  }

  /// The event of that number is too large to come.
  void skipped(long number) {
    heard();
    log.skip(number);
    if (otherwise.isPresent()) {
      acknowledge(number);
    }
  }

  private void heard() {
    heardAt = System.nanoTime();
    found = true;
    told.countDown();
  }

  void told(EventLog.Event event) {
    heard();
    log.copy(event);
    if (otherwise.isPresent()) {
      // It cannot be fetched again, and its client may read nothing but the answer.
      acknowledge(event.number());
    }
  }

  /// The other gateway tells nothing more.
  void over(boolean read) {
    readBefore = read;
    over();
  }

  /// There will be nothing more.
  private void over() {
    over = true;
    told.countDown();
    otherwise.ifPresent(log::answerIfDue);
    log.end();
  }

  /// Whether the other gateway says that the stream has ended and that its client has all of it.
  boolean readBefore() {
    return readBefore;
  }

  /// Tells the other gateway how far the client has read; asked before each event.
  public boolean good() {
    long read = log.read();
    if (log.allRead() || read - acknowledged() >= way.limits().acknowledgedEvery()) {
      acknowledge(read);
    }
    return true;
  }

  private synchronized void acknowledge(long read) {
    if (read > acknowledged) {
      acknowledged = read;
      tell(new News.Read(way.reader().channel(), read));
    }
  }

  /// Both gateways find out by this that the other one is gone.
  private void look() {
    if (over) {
      return;
    }
    if (System.nanoTime() - heardAt > way.limits().silentMax().toNanos()) {
      over();
      return;
    }
    tell(new News.Read(way.reader().channel(), acknowledged()));
    var _ = Watchdog.at(way.limits().signEvery(), this::look);
  }

  private synchronized long acknowledged() {
    return acknowledged;
  }

  private void tell(News news) {
    var _ = teller.one(way.owner(), news);
  }

  /// The client has left, or has all.
  @Override
  public void close() {
    closed.run();
    if (!over) {
      over = true;
      tell(new News.Left(way.reader().channel()));
    }
  }
}
