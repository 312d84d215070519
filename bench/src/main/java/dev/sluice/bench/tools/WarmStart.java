package dev.sluice.bench.tools;

import dev.sluice.bench.report.Table;
import dev.sluice.mcp.sandbox.Capacity;
import dev.sluice.mcp.sandbox.Limits;
import dev.sluice.mcp.sandbox.Outcome;
import dev.sluice.mcp.sandbox.Program;
import dev.sluice.mcp.sandbox.Sandbox;
import dev.sluice.mcp.sandbox.ToolName;
import dev.sluice.mcp.sandbox.Tools.Answer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// How long programs take whose engine is ready, from the call to the outcome.
final class WarmStart {
  private static final int RUNS = 300;
  private static final List<ToolName> TOOLS = List.of(new ToolName("github", "get_issue"));

  private WarmStart() {}

  static Table measured(Sandbox sandbox) throws InterruptedException {
    var table = new Table("a run whose engine is ready", "p50 ms", "p99 ms", "runs");
    row(table, sandbox, "return 1", "return 1");
    row(
        table,
        sandbox,
        "four calls at once",
        "return (await Promise.all([1,2,3,4].map(n => servers.github.get_issue({n})))).length");
    row(
        table,
        sandbox,
        "types, one call",
        "const n: number = 1; return await servers.github.get_issue({n})");
    return table;
  }

  private static void row(Table table, Sandbox sandbox, String what, String code)
      throws InterruptedException {
    long[] nanos = new long[RUNS];
    for (int i = 0; i < RUNS; i++) {
      awaitEngines(sandbox);
      long before = System.nanoTime();
      var outcome =
          sandbox.run(
              new Program(code, TOOLS), Limits.STANDARD, (_, input) -> new Answer.Result(input));
      nanos[i] = System.nanoTime() - before;
      if (!(outcome instanceof Outcome.Returned)) {
        throw new IllegalStateException(outcome.toString());
      }
    }
    Arrays.sort(nanos);
    table.add(List.of(what, millis(nanos[RUNS / 2]), millis(nanos[RUNS * 99 / 100]), "" + RUNS));
  }

  static void awaitEngines(Sandbox sandbox) {
    while (sandbox.ready() < Capacity.STANDARD.enginesWarm()) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }

  private static String millis(long nanos) {
    return String.format(Locale.ROOT, "%.1f", nanos / 1e6);
  }
}
