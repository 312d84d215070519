package dev.sluice.mcp.sandbox;

import dev.sluice.mcp.sandbox.Tools.Answer;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/// Measures how long a run takes whose engine is ready, and one whose engine is not; a program, not
/// a test.
final class SandboxMeasurement {
  private static final int RUNS = Integer.getInteger("runs", 300);
  private static final Capacity CAPACITY = Capacity.STANDARD;
  private static final List<ToolName> TOOLS = List.of(new ToolName("github", "get_issue"));
  private static final Tools ECHO = (_, input) -> new Answer.Result(input);

  private final Sandbox sandbox;

  private SandboxMeasurement(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  public static void main(String[] arguments) throws Exception {
    long before = System.nanoTime();
    try (var sandbox = new Sandbox(CAPACITY, InstantSource.system())) {
      Awaitility.await()
          .atMost(1, TimeUnit.MINUTES)
          .pollInterval(5, TimeUnit.MILLISECONDS)
          .until(() -> sandbox.ready() == CAPACITY.enginesWarm());
      System.out.printf("ready after %.0f ms%n", millis(System.nanoTime() - before));
      var measurement = new SandboxMeasurement(sandbox);
      measurement.measure("first run", 1, "return 1");
      measurement.measure("return 1", RUNS, "return 1");
      measurement.measure(
          "four calls at once",
          RUNS,
          "return (await Promise.all([1,2,3,4].map(n => servers.github.get_issue({n})))).length");
      measurement.measure(
          "types, one call",
          RUNS,
          "const n: number = 1; return await servers.github.get_issue({n})");
      measurement.measure(
          "100 000 turns of a loop",
          20,
          "let s = 0; for (let i = 0; i < 1e5; i++) s += i; return s");
      measurement.measure(
          "JSON of 200 KB, filtered",
          20,
          "const a = Array.from({length: 4000}, (_, i) => ({id: i, title: 'issue number ' + i}));"
              + "return JSON.parse(JSON.stringify(a)).filter(x => x.id % 100 === 0).length");
      measurement.unready();
    }
  }

  private void measure(String what, int runs, String code) throws InterruptedException {
    long[] nanos = new long[runs];
    for (int i = 0; i < runs; i++) {
      while (sandbox.ready() < CAPACITY.enginesWarm()) {
        TimeUnit.MILLISECONDS.sleep(1);
      }
      nanos[i] = run(code);
    }
    print(what, nanos);
  }

  /// As fast as one can: engines are made by the runs themselves.
  private void unready() throws InterruptedException {
    long[] nanos = new long[RUNS];
    for (int i = 0; i < RUNS; i++) {
      nanos[i] = run("return 1");
    }
    print("return 1, one after the other", nanos);
  }

  private long run(String code) throws InterruptedException {
    long before = System.nanoTime();
    var outcome = sandbox.run(new Program(code, TOOLS), Limits.STANDARD, ECHO);
    long nanos = System.nanoTime() - before;
    if (!(outcome instanceof Outcome.Returned)) {
      throw new IllegalStateException(outcome.toString());
    }
    return nanos;
  }

  private static void print(String what, long[] nanos) {
    Arrays.sort(nanos);
    System.out.printf(
        "%-32s p50 %7.1f ms   p99 %7.1f ms   n %d%n",
        what,
        millis(nanos[nanos.length / 2]),
        millis(nanos[nanos.length * 99 / 100]),
        nanos.length);
  }

  private static double millis(long nanos) {
    return nanos / 1e6;
  }
}
