package dev.sluice.bench.tools;

import com.sun.management.OperatingSystemMXBean;
import dev.sluice.bench.report.Table;
import dev.sluice.mcp.sandbox.Capacity;
import dev.sluice.mcp.sandbox.Limits;
import dev.sluice.mcp.sandbox.Outcome;
import dev.sluice.mcp.sandbox.Program;
import dev.sluice.mcp.sandbox.Sandbox;
import dev.sluice.mcp.sandbox.ToolName;
import dev.sluice.mcp.sandbox.Tools.Answer;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/// How long programs take whose engine is ready, from the call to the outcome.
final class WarmStart {
  private static final int RUNS = 300;
  private static final int AT_ONCE = 8;
  private static final long ROW_NANOS = TimeUnit.SECONDS.toNanos(8);
  private static final String FOUR =
      """
      const ask = n => servers.github.get_issue({n});
      return (await Promise.all([1, 2, 3, 4].map(ask))).length;
      """;
  private static final String SIMPLE = "return 1";
  private static final List<ToolName> TOOLS = List.of(new ToolName("github", "get_issue"));
  private static final List<ToolName> MANY =
      IntStream.range(0, 500).mapToObj(i -> new ToolName("server" + i / 31, "tool_" + i)).toList();
  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private final Sandbox sandbox;
  private final Table table =
      new Table("a run whose engine is ready", "p50 ms", "p99 ms", "CPU ms", "runs");

  private WarmStart(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  /// The table, and the times of the shortest program, one at a time.
  record Measured(Table table, Times simple) {}

  /// @param first nanoseconds that the first run of this process took
  static Measured measured(Sandbox sandbox, long first) throws InterruptedException {
    var warm = new WarmStart(sandbox);
    warm.add("the first of the process", "", Times.of(LongStream.of(first)));
    var simple = warm.alone(SIMPLE, SIMPLE, TOOLS);
    warm.alone(SIMPLE + ", of 500 tools", SIMPLE, MANY);
    warm.alone("four calls at once", FOUR, TOOLS);
    warm.alone(
        "types, one call",
        "const n: number = 1; return await servers.github.get_issue({n})",
        TOOLS);
    warm.together();
    return new Measured(warm.table, simple);
  }

  private static int ready() {
    return Capacity.STANDARD.enginesWarm();
  }

  private void add(String what, String cpu, Times times) {
    table.add(
        List.of(what, Times.text(times.p50()), Times.text(times.p99()), cpu, "" + times.count()));
  }

  /// With the CPU time of the process for each, which has the next engine in it.
  private Times timed(String what, LongStream nanos, long cpuBefore) {
    var times = Times.of(nanos);
    add(what, Times.text((cpuNanos() - cpuBefore) / 1e6 / times.count()), times);
    return times;
  }

  private static long cpuNanos() {
    return SYSTEM.getProcessCpuTime();
  }

  private Times alone(String what, String code, List<ToolName> tools) throws InterruptedException {
    var nanos = LongStream.builder();
    long cpuBefore = cpuNanos();
    long end = System.nanoTime() + ROW_NANOS;
    for (int i = 0; i < RUNS && System.nanoTime() < end; i++) {
      awaitEngines(sandbox);
      nanos.add(run(sandbox, code, tools));
    }
    return timed(what, nanos.build(), cpuBefore);
  }

  private void together() throws InterruptedException {
    var nanos = LongStream.builder();
    long cpuBefore = cpuNanos();
    long end = System.nanoTime() + ROW_NANOS;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < RUNS / AT_ONCE && System.nanoTime() < end; i++) {
        awaitEngines(sandbox);
        var done =
            IntStream.range(0, AT_ONCE)
                .mapToObj(_ -> threads.submit(() -> run(sandbox, SIMPLE, TOOLS)))
                .toList();
        for (var one : done) {
          nanos.add(taken(one));
        }
      }
    }
    timed(
        SIMPLE + ", " + AT_ONCE + " at once, " + ready() + " engines ready",
        nanos.build(),
        cpuBefore);
  }

  private static long taken(Future<Long> one) throws InterruptedException {
    try {
      return one.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /// How long one program takes, in nanoseconds.
  private static long run(Sandbox sandbox, String code, List<ToolName> tools)
      throws InterruptedException {
    long before = System.nanoTime();
    var outcome =
        sandbox.run(
            new Program(code, tools), Limits.STANDARD, (_, input) -> new Answer.Result(input));
    long nanos = System.nanoTime() - before;
    if (!(outcome instanceof Outcome.Returned)) {
      throw new IllegalStateException(outcome.toString());
    }
    return nanos;
  }

  /// The first run of the process, once its engines are ready.
  static long first(Sandbox sandbox) throws InterruptedException {
    awaitEngines(sandbox);
    return run(sandbox, SIMPLE, TOOLS);
  }

  static void awaitEngines(Sandbox sandbox) {
    while (sandbox.ready() < ready() || !sandbox.rehearsed()) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }
}
