package dev.sluice.bench.report;

import dev.sluice.bench.Side;
import dev.sluice.bench.process.Role;
import dev.sluice.bench.report.Figures.Key;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/// The targets that the project set itself, and whether the figures reach them.
final class Verdicts {
  private static final double SMALL_ADDED_MILLIS_MAX = 1.0;
  private static final double CPU_TIMES_BARE_MAX = 3.5;
  private static final double EVENT_CPU_TIMES_BARE_MAX = 1.5;
  private static final double JVM_RESIDENT_MB_MAX = 350;

  private final Figures figures;

  Verdicts(Figures figures) {
    this.figures = figures;
  }

  /// The targets whose workloads ran.
  List<Verdict> all() {
    var verdicts = new ArrayList<Verdict>();
    add(
        verdicts,
        "added p50 to the first byte over direct, 49 KB, 1 connection, ms",
        addedFirstByte("49k-1"),
        SMALL_ADDED_MILLIS_MAX);
    add(
        verdicts,
        "added p50 in all over direct, 49 KB, 1 connection, ms",
        addedAll("49k-1"),
        SMALL_ADDED_MILLIS_MAX);
    for (String workload : List.of("49k-16", "950k-16")) {
      add(
          verdicts,
          "CPU per request, times bare Envoy, " + workload,
          cpuTimesBare(workload),
          CPU_TIMES_BARE_MAX);
    }
    for (String workload : List.of("events300-16", "paced-16")) {
      add(
          verdicts,
          "CPU per event, times bare Envoy, " + workload,
          eventCpuTimesBare(workload),
          EVENT_CPU_TIMES_BARE_MAX);
    }
    add(
        verdicts,
        "resident memory of the JVM, MB, highest",
        figures.residentMb(Side.SLUICE, Role.JVM),
        JVM_RESIDENT_MB_MAX);
    return verdicts;
  }

  private OptionalDouble addedFirstByte(String workload) {
    return figures.pairs(
        new Key(workload, Side.SLUICE),
        new Key(workload, Side.DIRECT),
        (sluice, direct) ->
            Figures.quantileMillis(sluice.timings().firstByte(), 0.5)
                - Figures.quantileMillis(direct.timings().firstByte(), 0.5));
  }

  private OptionalDouble addedAll(String workload) {
    return figures.pairs(
        new Key(workload, Side.SLUICE),
        new Key(workload, Side.DIRECT),
        (sluice, direct) ->
            Figures.quantileMillis(sluice.timings().all(), 0.5)
                - Figures.quantileMillis(direct.timings().all(), 0.5));
  }

  private OptionalDouble cpuTimesBare(String workload) {
    return figures.pairs(
        new Key(workload, Side.SLUICE),
        new Key(workload, Side.BARE),
        (sluice, bare) -> sluice.cpuMillis() / bare.cpuMillis());
  }

  private OptionalDouble eventCpuTimesBare(String workload) {
    OptionalDouble sluice = figures.eventCpuMicros(workload, Side.SLUICE);
    OptionalDouble bare = figures.eventCpuMicros(workload, Side.BARE);
    return sluice.isPresent() && bare.isPresent()
        ? OptionalDouble.of(sluice.getAsDouble() / bare.getAsDouble())
        : OptionalDouble.empty();
  }

  private static void add(
      List<Verdict> verdicts, String target, OptionalDouble figure, double max) {
    figure.ifPresent(value -> verdicts.add(new Verdict(target, value, max)));
  }

  /// A figure beside the most that it may be.
  record Verdict(String target, double figure, double max) {
    String word() {
      return figure <= max ? "reached" : "missed";
    }
  }
}
