package dev.sluice.bench.translation;

import dev.sluice.bench.report.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/// `./sluice bench translation`: what it costs to tell a recorded request in each language, and to
/// read an answer of 300 events, by JMH, in a JVM of its own each.
public final class TranslationBench {

  private static final TimeValue ITERATION = TimeValue.seconds(1);
  private static final int WARM_UPS = 5;
  private static final int ITERATIONS = 5;
  private static final String ALLOCATED = "gc.alloc.rate.norm";

  private static final List<String> REQUESTS = List.of("first-turn-49k", "long-250k", "long-950k");

  private TranslationBench() {}

  /// Prints a row for each way; takes five minutes.
  public static void run() {
    var table =
        new Table("us (KB allocated)", "49 KB", "250 KB", "950 KB", Streams.PIECES + " events");
    for (var way : Way.values()) {
      var row = new ArrayList<String>();
      row.add(way.title());
      REQUESTS.forEach(request -> row.add(measured("request", way, request)));
      row.add(way == Way.VERTEX ? "-" : measured("answer", way, REQUESTS.getFirst()));
      table.add(row);
      System.out.println(String.join("  ", row));
    }
    System.out.println();
    System.out.print(table.markdown());
  }

  private static String measured(String benchmark, Way way, String request) {
    var options =
        new OptionsBuilder()
            .include(TranslationBenchmark.class.getName() + "\\." + benchmark + "$")
            .param("way", way.name())
            .param("request", request)
            .addProfiler(GCProfiler.class)
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
      var result = new Runner(options).runSingle();
      var allocated = result.getSecondaryResults().get(ALLOCATED);
      if (allocated == null) {
        throw new IllegalStateException("JMH told no " + ALLOCATED);
      }
      return String.format(
          Locale.ROOT,
          "%,.0f (%,.0f)",
          result.getPrimaryResult().getScore(),
          allocated.getScore() / 1024);
    } catch (RunnerException e) {
      throw new IllegalStateException("JMH: " + benchmark + " of " + way, e);
    }
  }
}
