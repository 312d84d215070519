package dev.sluice.bench.report;

import dev.sluice.bench.Side;
import dev.sluice.bench.process.Role;
import dev.sluice.bench.report.Figures.Key;
import dev.sluice.bench.upstream.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/// The tables of a run.
public final class Report {
  private static final String NOTES =
      """
      Times are in milliseconds, from the start of the request; `+` is over a direct connection to
      the upstream, `x bare` is relative to bare Envoy, both within a round. Every figure is the
      median over the rounds. CPU is user and system time of the processes. An event's CPU is what
      the stream costs beyond the short answer to the same request, by the events it has more.
      """;

  private final Figures figures;

  /// Reports on the samples of a run.
  public Report(List<Sample> samples) {
    figures = new Figures(samples);
  }

  /// Plain text, for a terminal.
  public String plain() {
    return String.join(
        "\n",
        times().plain(),
        cpu().plain(),
        events().plain(),
        memory().plain(),
        verdicts().plain(),
        NOTES);
  }

  /// Markdown, to be kept.
  public String markdown() {
    return String.join(
        "\n",
        "## Verdicts\n",
        verdicts().markdown(),
        "## Times\n",
        times().markdown(),
        "## CPU per request\n",
        cpu().markdown(),
        "## Events\n",
        events().markdown(),
        "## Memory\n",
        memory().markdown(),
        NOTES);
  }

  private Table times() {
    var table =
        new Table(
            "workload",
            "side",
            "first p50",
            "p99",
            "all p50",
            "p99",
            "+ first p50",
            "+ p99",
            "+ all p50",
            "+ p99");
    for (var line : lines()) {
      var cells = new ArrayList<>(List.of(line.workload(), line.side().title()));
      for (ToDoubleFunction<Sample> figure : TIMES) {
        cells.add(text("%.2f", figures.of(line.workload(), line.side(), figure)));
      }
      for (ToDoubleFunction<Sample> figure : TIMES) {
        cells.add(
            text(
                "%+.2f",
                figures.pairs(
                    line,
                    new Key(line.workload(), Side.DIRECT),
                    (s, direct) -> figure.applyAsDouble(s) - figure.applyAsDouble(direct))));
      }
      table.add(cells);
    }
    return table;
  }

  private Table cpu() {
    var table = new Table("workload", "side", "CPU ms", "Envoy", "JVM", "Redis", "x bare");
    for (var line : lines()) {
      if (line.side() != Side.DIRECT) {
        var cells = new ArrayList<>(List.of(line.workload(), line.side().title()));
        cells.add(text("%.3f", figures.of(line.workload(), line.side(), Sample::cpuMillis)));
        for (Role role : Role.values()) {
          cells.add(text("%.3f", figures.of(line.workload(), line.side(), s -> s.cpuMillis(role))));
        }
        cells.add(
            text(
                "%.2f",
                figures.pairs(
                    line,
                    new Key(line.workload(), Side.BARE),
                    (s, bare) -> s.cpuMillis() / bare.cpuMillis())));
        table.add(cells);
      }
    }
    return table;
  }

  private Table events() {
    var table = new Table("workload", "side", "CPU us an event", "delay p50", "p99");
    for (var line : lines()) {
      if (isStream(line)) {
        table.add(
            List.of(
                line.workload(),
                line.side().title(),
                text("%.1f", figures.eventCpuMicros(line.workload(), line.side())),
                text("%.2f", figures.of(line.workload(), line.side(), delay(0.5))),
                text("%.2f", figures.of(line.workload(), line.side(), delay(0.99)))));
      }
    }
    return table;
  }

  private Table memory() {
    var table = new Table("side", "Envoy MB", "JVM MB", "Redis MB");
    for (Side side : List.of(Side.BARE, Side.SLUICE)) {
      var cells = new ArrayList<>(List.of(side.title()));
      for (Role role : Role.values()) {
        cells.add(text("%.0f", figures.residentMb(side, role)));
      }
      table.add(cells);
    }
    return table;
  }

  private Table verdicts() {
    var table = new Table("target", "figure", "at most", "verdict");
    for (var verdict : new Verdicts(figures).all()) {
      table.add(
          List.of(
              verdict.target(),
              String.format(Locale.ROOT, "%.2f", verdict.figure()),
              String.format(Locale.ROOT, "%.1f", verdict.max()),
              verdict.word()));
    }
    return table;
  }

  private List<Key> lines() {
    var lines = new ArrayList<Key>();
    for (var workload : figures.workloads()) {
      for (Side side : Side.values()) {
        if (figures.has(workload.name(), side)) {
          lines.add(new Key(workload.name(), side));
        }
      }
    }
    return lines;
  }

  private boolean isStream(Key line) {
    return figures.workloads().stream()
        .anyMatch(w -> w.name().equals(line.workload()) && w.answer() != Answer.SHORT);
  }

  private static final List<ToDoubleFunction<Sample>> TIMES =
      List.of(
          s -> Figures.quantileMillis(s.timings().firstByte(), 0.5),
          s -> Figures.quantileMillis(s.timings().firstByte(), 0.99),
          s -> Figures.quantileMillis(s.timings().all(), 0.5),
          s -> Figures.quantileMillis(s.timings().all(), 0.99));

  private static ToDoubleFunction<Sample> delay(double share) {
    return s -> Figures.quantileMillis(s.timings().eventDelay(), share);
  }

  private static String text(String format, OptionalDouble figure) {
    boolean known = figure.isPresent() && Double.isFinite(figure.getAsDouble());
    return known ? String.format(Locale.ROOT, format, figure.getAsDouble()) : "-";
  }
}
