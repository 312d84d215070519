package dev.sluice.mcp.sandbox.engine;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
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
  public WarmEngines(int enginesWarm, long memoryBytesMax) {
    this.memoryBytesMax = memoryBytesMax;
    ready = new ArrayBlockingQueue<>(enginesWarm);
    warmer = Thread.ofPlatform().name("sandbox-warmer").daemon().start(this::warm);
  }

  /// One that is ready, else one made now.
  public Engine take() throws InterruptedException {
    var engine = ready.poll();
    return engine == null ? make() : engine;
  }

  public int ready() {
    return ready.size();
  }

  private void warm() {
    try {
      original.complete(Original.make(memoryBytesMax));
      while (!Thread.currentThread().isInterrupted()) {
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
