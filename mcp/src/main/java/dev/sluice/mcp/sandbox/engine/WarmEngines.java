package dev.sluice.mcp.sandbox.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Engines that are ready before they are asked for. One that was taken never comes back.
public final class WarmEngines implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WarmEngines.class);
  // Most of what the first runs would load and compile is then there.
  private static final int REHEARSALS = 8;
  // Most programs are over by then: the next engine is not made beside the one that was taken.
  private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(30);

  private final int enginesWarm;
  private final long memoryBytesMax;
  private final Deque<Engine> ready = new ArrayDeque<>();
  private final CompletableFuture<Original> original = new CompletableFuture<>();
  private final Thread warmer;
  private long takenNanos;
  private boolean rehearsed;
  private volatile boolean closed;

  /// @param enginesWarm kept ready
  /// @param memoryBytesMax of an engine until a run takes it
  /// @param rehearsal run before any is ready, so that the first run is not a slow one, and then
  ///   some times more; whether all went well
  public WarmEngines(int enginesWarm, long memoryBytesMax, Predicate<Engine> rehearsal) {
    this.enginesWarm = enginesWarm;
    this.memoryBytesMax = memoryBytesMax;
    warmer = Thread.ofPlatform().name("sandbox-warmer").daemon().start(() -> warm(rehearsal));
  }

  /// One that is ready, else one made now.
  public Engine take() throws InterruptedException {
    var engine = poll();
    return engine == null ? make() : engine;
  }

  private synchronized @Nullable Engine poll() {
    takenNanos = System.nanoTime();
    notifyAll();
    return ready.poll();
  }

  public synchronized int ready() {
    return ready.size();
  }

  /// Whether all is as fast as it will be.
  public synchronized boolean rehearsed() {
    return rehearsed;
  }

  private void warm(Predicate<Engine> rehearsal) {
    try {
      original.complete(Original.make(memoryBytesMax));
      rehearse(rehearsal);
      for (int i = 0; i < enginesWarm; i++) {
        add(make());
      }
      for (int i = 1; i < REHEARSALS; i++) {
        rehearse(rehearsal);
      }
      over();
      // Whoever closes may interrupt a rehearsal, which keeps that to itself.
      while (!closed) {
        awaitNeed();
        add(make());
      }
    } catch (InterruptedException _) {
      clear();
    } catch (Halted | RuntimeException e) {
      original.completeExceptionally(e);
      if (!closed) {
        LOG.error("BUG: no engine can be made ready; no program runs", e);
      }
    }
  }

  private void rehearse(Predicate<Engine> rehearsal) throws InterruptedException {
    if (!closed && !rehearsal.test(make()) && !closed) {
      LOG.error("BUG: the rehearsal of the sandbox failed");
    }
  }

  private synchronized void over() {
    rehearsed = true;
  }

  private synchronized void add(Engine engine) {
    ready.add(engine);
  }

  private synchronized void clear() {
    ready.clear();
  }

  /// Until half of them are gone, or some are and none was taken for a moment.
  private synchronized void awaitNeed() throws InterruptedException {
    while (!closed && ready.size() > enginesWarm / 2) {
      if (ready.size() == enginesWarm) {
        wait();
        continue;
      }
      long left = takenNanos + QUIET_NANOS - System.nanoTime();
      if (left <= 0) {
        return;
      }
      TimeUnit.NANOSECONDS.timedWait(this, Math.max(1_000_000, left));
    }
  }

  private Engine make() throws InterruptedException {
    try {
      return Engine.of(original.get(), memoryBytesMax);
    } catch (ExecutionException e) {
      throw new IllegalStateException("BUG: there is no engine to copy", e);
    }
  }

  @Override
  public void close() {
    closed = true;
    warmer.interrupt();
  }
}
