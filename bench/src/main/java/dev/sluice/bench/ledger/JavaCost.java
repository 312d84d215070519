package dev.sluice.bench.ledger;

import java.net.URI;
import java.util.Locale;
import java.util.Objects;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/// Runs [VerbsBenchmark] with JMH, in a JVM of its own.
final class JavaCost {

  private static final TimeValue ITERATION = TimeValue.seconds(2);
  private static final int WARM_UPS = 4;
  private static final int ITERATIONS = 5;

  private JavaCost() {}

  static void print(URI redis) {
    double reserve = cpuMicros(redis, "reserve");
    double pair = cpuMicros(redis, "reserveAndSettle");
    System.out.printf(
        Locale.ROOT,
        "JVM CPU (JMH, %d calls at once): %.1f us a reserve, %.1f us a settle%n",
        VerbsBenchmark.AT_ONCE,
        reserve,
        pair - reserve);
  }

  private static double cpuMicros(URI redis, String benchmark) {
    var options =
        new OptionsBuilder()
            .include(VerbsBenchmark.class.getName() + "\\." + benchmark + "$")
            .param("redis", redis.toString())
            .addProfiler(CpuProfiler.class)
            .forks(1)
            .threads(1)
            .warmupIterations(WARM_UPS)
            .warmupTime(ITERATION)
            .measurementIterations(ITERATIONS)
            .measurementTime(ITERATION)
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT)
            .build();
    try {
      RunResult result = new Runner(options).runSingle();
      var cpu = result.getSecondaryResults().get(CpuProfiler.CPU);
      return Objects.requireNonNull(cpu, "the profiler told nothing").getScore();
    } catch (RunnerException e) {
      throw new IllegalStateException("JMH: " + benchmark, e);
    }
  }
}
