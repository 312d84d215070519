package dev.sluice.mcp.sandbox;

import dev.sluice.mcp.sandbox.Outcome.Broken;
import dev.sluice.mcp.sandbox.Outcome.Stopped;
import dev.sluice.mcp.sandbox.Tools.Answer;
import dev.sluice.mcp.sandbox.engine.Engine;
import dev.sluice.mcp.sandbox.engine.SharedMemory;
import dev.sluice.mcp.sandbox.engine.WarmEngines;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs programs, each in an engine of its own, on a thread of its own, within limits.
public final class Sandbox implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Sandbox.class);

  private final Capacity capacity;
  private final InstantSource clock;
  private final WarmEngines engines;
  private final Semaphore free;
  private final SharedMemory memory;

  public Sandbox(Capacity capacity, InstantSource clock) {
    this.capacity = capacity;
    this.clock = clock;
    engines =
        new WarmEngines(
            capacity.enginesWarm(), Limits.STANDARD.memoryBytesMax(), Sandbox::rehearse);
    free = new Semaphore(capacity.runsMax());
    memory = new SharedMemory(capacity.memoryBytesMax());
  }

  /// Runs a program to its outcome.
  ///
  /// @throws InterruptedException the caller gave up; the run was ended, and its calls cancelled
  public Outcome run(Program program, Limits limits, Tools tools) throws InterruptedException {
    long bytes = program.code().getBytes(StandardCharsets.UTF_8).length;
    if (bytes > limits.codeBytesMax()) {
      return new Stopped(new Exceeded.Code(bytes, limits.codeBytesMax()), "");
    }
    long startedNanos = System.nanoTime();
    if (!free.tryAcquire(limits.wallMillisMax(), TimeUnit.MILLISECONDS)) {
      return new Stopped(new Exceeded.Runs(capacity.runsMax()), "");
    }
    var run = new Run(program, limits, tools);
    return new Supervised(run, limits, startedNanos, free::release)
        .outcome(supervised -> run(run, limits, supervised));
  }

  /// With types, calls side by side, one that fails, and something printed.
  private static boolean rehearse(Engine engine) {
    var program =
        new Program(
            """
            const n: number = 1;
            const calls = [servers.a.b({n}), servers.a.b({n}), servers.a.c()];
            const all = await Promise.allSettled(calls);
            console.log(all.length, "calls");
            return all.map((one) => one.value?.n ?? one.reason.message);
            """,
            List.of(new ToolName("a", "b"), new ToolName("a", "c")));
    Tools tools =
        (tool, input) ->
            tool.tool().equals("b") ? new Answer.Result(input) : new Answer.Failed("rehearsed");
    var run = new Run(program, Limits.STANDARD, tools);
    engine.serve(run, Limits.STANDARD.memoryBytesMax(), new SharedMemory(Long.MAX_VALUE), 0);
    try {
      var supervised = new Supervised(run, Limits.STANDARD, System.nanoTime(), () -> {});
      return supervised.outcome(_ -> run.run(engine)) instanceof Outcome.Returned;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private Outcome run(Run run, Limits limits, Supervised supervised) {
    try {
      var engine = engines.take();
      var now = clock.instant();
      long nanos = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
      engine.serve(run, limits.memoryBytesMax(), memory, nanos);
      supervised.begins();
      try {
        return run.run(engine);
      } finally {
        engine.end();
      }
    } catch (InterruptedException _) {
      return new Broken(run.printed());
    } catch (RuntimeException e) {
      LOG.error("BUG: an engine could not be made ready", e);
      return new Broken(run.printed());
    }
  }

  /// By how much engines can grow now.
  public long memoryBytesFree() {
    return memory.freeBytes();
  }

  /// Engines that are ready now.
  public int ready() {
    return engines.ready();
  }

  /// Whether runs are as fast as they will be.
  public boolean rehearsed() {
    return engines.rehearsed();
  }

  @Override
  public void close() {
    engines.close();
  }
}
