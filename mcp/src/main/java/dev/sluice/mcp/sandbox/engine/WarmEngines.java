package dev.sluice.mcp.sandbox.engine;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Engines that are ready before they are asked for. One that was taken never comes back.
public final class WarmEngines implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WarmEngines.class);

  private final long memoryBytesMax;
  private final BlockingQueue<Engine> ready;
  private final CompletableFuture<Original> original = new CompletableFuture<>();
  private final Thread warmer;
  private volatile boolean closed;

  /// @param enginesWarm kept ready; one more is in the making
  /// @param memoryBytesMax of an engine until a run takes it
  /// @param rehearsal run once before any is ready, so that the first run is not a slow one;
  ///   whether all went well
  public WarmEngines(int enginesWarm, long memoryBytesMax, Predicate<Engine> rehearsal) {
    this.memoryBytesMax = memoryBytesMax;
    ready = new ArrayBlockingQueue<>(enginesWarm);
    warmer = Thread.ofPlatform().name("sandbox-warmer").daemon().start(() -> warm(rehearsal));
  }

  /// One that is ready, else one made now.
  public Engine take() throws InterruptedException {
    var engine = ready.poll();
    return engine == null ? make() : engine;
  }

  public int ready() {
    return ready.size();
  }

  private void warm(Predicate<Engine> rehearsal) {
    try {
      original.complete(Original.make(memoryBytesMax));
      if (!rehearsal.test(make()) && !closed) {
        LOG.error("BUG: the rehearsal of the sandbox failed");
      }
      // Whoever closes may interrupt the rehearsal, which keeps that to itself.
      while (!closed) {
        ready.put(make());
      }
    } catch (InterruptedException _) {
      ready.clear();
    } catch (Halted | RuntimeException e) {
      original.completeExceptionally(e);
      if (!closed) {
        LOG.error("BUG: no engine can be made ready; no program runs", e);
      }
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
