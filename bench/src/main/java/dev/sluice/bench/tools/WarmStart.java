package dev.sluice.bench.tools;

import dev.sluice.bench.report.Table;
import dev.sluice.mcp.sandbox.Capacity;
import dev.sluice.mcp.sandbox.Limits;
import dev.sluice.mcp.sandbox.Outcome;
import dev.sluice.mcp.sandbox.Program;
import dev.sluice.mcp.sandbox.Sandbox;
import dev.sluice.mcp.sandbox.ToolName;
import dev.sluice.mcp.sandbox.Tools.Answer;
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

  private final Sandbox sandbox;
  private final Table table = new Table("a run whose engine is ready", "p50 ms", "p99 ms", "runs");

  private WarmStart(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  /// The table, and the times of the shortest program, one at a time.
  record Measured(Table table, Times simple) {}

  /// @param first nanoseconds that the first run of this process took
  static Measured measured(Sandbox sandbox, long first) throws InterruptedException {
    var warm = new WarmStart(sandbox);
    warm.add("the first of the process", Times.of(LongStream.of(first)));
    var simple = warm.alone(SIMPLE);
    warm.add(SIMPLE, simple);
    warm.add("four calls at once", warm.alone(FOUR));
    warm.add(
        "types, one call",
        warm.alone("const n: number = 1; return await servers.github.get_issue({n})"));
    warm.add(SIMPLE + ", " + AT_ONCE + " at once, " + ready() + " engines ready", warm.together());
    return new Measured(warm.table, simple);
  }

  private static int ready() {
    return Capacity.STANDARD.enginesWarm();
  }

  private void add(String what, Times times) {
    table.add(List.of(what, Times.text(times.p50()), Times.text(times.p99()), "" + times.count()));
  }

  private Times alone(String code) throws InterruptedException {
    var nanos = LongStream.builder();
    long end = System.nanoTime() + ROW_NANOS;
    for (int i = 0; i < RUNS && System.nanoTime() < end; i++) {
      awaitEngines(sandbox);
      nanos.add(run(sandbox, code));
    }
    return Times.of(nanos.build());
  }

  private Times together() throws InterruptedException {
    var nanos = LongStream.builder();
    long end = System.nanoTime() + ROW_NANOS;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < RUNS / AT_ONCE && System.nanoTime() < end; i++) {
        awaitEngines(sandbox);
        var done =
            IntStream.range(0, AT_ONCE)
                .mapToObj(_ -> threads.submit(() -> run(sandbox, SIMPLE)))
                .toList();
        for (var one : done) {
          nanos.add(taken(one));
        }
      }
    }
    return Times.of(nanos.build());
  }

  private static long taken(Future<Long> one) throws InterruptedException {
    try {
      return one.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /// How long one program takes, in nanoseconds.
  private static long run(Sandbox sandbox, String code) throws InterruptedException {
    long before = System.nanoTime();
    var outcome =
        sandbox.run(
            new Program(code, TOOLS), Limits.STANDARD, (_, input) -> new Answer.Result(input));
    long nanos = System.nanoTime() - before;
    if (!(outcome instanceof Outcome.Returned)) {
      throw new IllegalStateException(outcome.toString());
    }
    return nanos;
  }

  /// The first run of the process, once its engines are ready.
  static long first(Sandbox sandbox) throws InterruptedException {
    awaitEngines(sandbox);
    return run(sandbox, SIMPLE);
  }

  static void awaitEngines(Sandbox sandbox) {
    while (sandbox.ready() < ready()) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }
}
