package dev.sluice.standalone.child;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps a child running: starts it again after a growing pause, and gives up on one that ends too
/// often.
public final class Supervisor {

  /// Starts the child, and returns once it serves.
  @FunctionalInterface
  public interface Starter {
    Child start() throws IOException;
  }

  static final int ENDS_MAX = 5;
  static final Duration ENDS_WITHIN = Duration.ofMinutes(1);
  private static final Duration PAUSE_FIRST = Duration.ofMillis(100);
  private static final Duration PAUSE_MAX = Duration.ofSeconds(5);
  private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);

  private final String name;
  private final Starter starter;
  private final InstantSource clock;
  private final Consumer<String> gaveUp;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final ArrayDeque<Instant> ends = new ArrayDeque<>();
  private volatile Child child;
  private volatile boolean serving = true;

  private Supervisor(
      String name, Starter starter, InstantSource clock, Consumer<String> gaveUp, Child child) {
    this.name = name;
    this.starter = starter;
    this.clock = clock;
    this.gaveUp = gaveUp;
    this.child = child;
  }

  /// Starts the child and watches over it.
  ///
  /// @param gaveUp hears one sentence, at most once
  public static Supervisor start(
      String name, Starter starter, InstantSource clock, Consumer<String> gaveUp)
      throws IOException {
    var supervisor = new Supervisor(name, starter, clock, gaveUp, starter.start());
    Thread.ofVirtual().name("supervise-" + name).start(supervisor::watch);
    return supervisor;
  }

  public boolean serving() {
    return serving && child.alive();
  }

  public long pid() {
    return child.pid();
  }

  /// Ends the child for good.
  public void end(Duration patience) {
    closing.countDown();
    child.end(patience);
  }

  private void watch() {
    try {
      var status = child.awaitExit();
      while (closing.getCount() > 0) {
        serving = false;
        LOG.atError()
            .addKeyValue("child", name)
            .addKeyValue("status", status)
            .addKeyValue("lastLines", child.lastLines())
            .log("a child ended unasked");
        if (!startAgain()) {
          return;
        }
        status = child.awaitExit();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// False where it was given up, or is to end.
  private boolean startAgain() throws InterruptedException {
    while (!tooOften()) {
      if (closing.await(pause().toMillis(), TimeUnit.MILLISECONDS)) {
        return false;
      }
      try {
        child = starter.start();
        serving = true;
        if (closing.getCount() == 0) {
          child.end(Duration.ZERO);
        }
        LOG.atInfo().addKeyValue("child", name).log("a child was started again");
        return true;
      } catch (IOException e) {
        LOG.atError().addKeyValue("child", name).setCause(e).log("a child did not start");
      }
    }
    gaveUp.accept(name + " ended " + ENDS_MAX + " times within a minute: giving up");
    return false;
  }

  private boolean tooOften() {
    var now = clock.instant();
    ends.addLast(now);
    while (ends.getFirst().isBefore(now.minus(ENDS_WITHIN))) {
      ends.removeFirst();
    }
    return ends.size() >= ENDS_MAX;
  }

  private Duration pause() {
    var doubled = PAUSE_FIRST.multipliedBy(1L << (ends.size() - 1));
    return doubled.compareTo(PAUSE_MAX) < 0 ? doubled : PAUSE_MAX;
  }
}
