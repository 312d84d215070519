package dev.sluice.bench;

import dev.sluice.bench.failover.FailoverBench;
import dev.sluice.bench.ledger.LedgerBench;
import dev.sluice.bench.report.Report;
import dev.sluice.bench.report.Sample;
import dev.sluice.bench.scale.ScaleBench;
import dev.sluice.bench.tools.ToolsBench;
import dev.sluice.bench.translation.TranslationBench;
import dev.sluice.bench.upstream.Upstream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// `./sluice bench`: measures Sluice against bare Envoy and a direct connection, and prints the
/// tables. `./sluice bench ledger` measures the ledger alone, `./sluice bench failover` what a
/// failed attempt adds, `./sluice bench scale` the resource flow, `./sluice bench translation` the
/// languages of providers, `./sluice bench tools` what tools of servers cost of a context and of
/// time.
public final class Main {
  private Main() {}

  /// Runs the benchmark; exit code 1 where `failover` or `tools` misses a target, 2 for a command
  /// line that it cannot read.
  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length == 1 && ran(args[0])) {
      return;
    }
    Options options;
    try {
      if (args.length > 0 && args[0].equals("scale")) {
        scale(args);
        return;
      }
      options = Options.of(args);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
      return;
    }
    List<Workload> workloads =
        Workload.all().stream().filter(w -> options.only().matcher(w.name()).find()).toList();
    if (workloads.isEmpty()) {
      System.err.printf("--only: %s (expected: a part of %s)%n", options.only(), names());
      System.exit(2);
    }
    String envoy = Optional.ofNullable(System.getenv("SLUICE_ENVOY")).orElse("envoy");
    var report = new Report(run(options, workloads, envoy));
    System.out.println(report.plain());
    options.writes().ifPresent(folder -> write(folder, Machine.describe(envoy, options), report));
  }

  /// Whether there is a benchmark of that name alone, which is over then.
  private static boolean ran(String name) throws IOException, InterruptedException {
    switch (name) {
      case "ledger" -> ledger();
      case "failover" -> failover();
      case "translation" -> TranslationBench.run();
      case "tools" -> tools();
      default -> {
        return false;
      }
    }
    return true;
  }

  private static void scale(String... args) throws IOException {
    int keys = Options.keys(args);
    Path folder = Files.createTempDirectory("sluice-bench");
    ScaleBench.run(Path.of("sluice").toAbsolutePath(), folder, keys);
    delete(folder);
  }

  private static void tools() throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("sluice-bench");
    String envoy = Optional.ofNullable(System.getenv("SLUICE_ENVOY")).orElse("envoy");
    boolean reached = ToolsBench.run(Path.of("sluice").toAbsolutePath(), envoy, folder);
    delete(folder);
    if (!reached) {
      System.exit(1);
    }
  }

  private static void failover() throws IOException {
    Path folder = Files.createTempDirectory("sluice-bench");
    boolean reached = FailoverBench.run(Path.of("sluice").toAbsolutePath(), folder);
    delete(folder);
    if (!reached) {
      System.exit(1);
    }
  }

  private static void ledger() throws IOException {
    Path folder = Files.createTempDirectory("sluice-bench");
    String redis = Optional.ofNullable(System.getenv("SLUICE_REDIS_SERVER")).orElse("redis-server");
    LedgerBench.run(Path.of(redis), Files.createDirectory(folder.resolve("ledger")));
    RoundTrips.print(
        Path.of("sluice").toAbsolutePath(), Files.createDirectory(folder.resolve("gateway")));
    delete(folder);
  }

  private static List<Sample> run(Options options, List<Workload> workloads, String envoy)
      throws IOException {
    Path folder = Files.createTempDirectory("sluice-bench");
    var targets = new ArrayList<Target>();
    List<Sample> samples;
    try (var upstream = Upstream.open()) {
      targets.add(new Target(Side.DIRECT, upstream.address(), Optional.empty()));
      targets.add(
          BareEnvoy.start(
              envoy, upstream.address(), Files.createDirectory(folder.resolve("bare"))));
      if (options.gateway().isPresent()) {
        Path own = Files.createDirectory(folder.resolve("gateway"));
        targets.add(Gateway.start(options.gateway().get(), upstream.address(), own));
      }
      var rounds = new Rounds(upstream, targets, options);
      rounds.warmUp(workloads);
      samples = rounds.run(workloads);
    } catch (IllegalStateException e) {
      throw new IllegalStateException("see the logs in " + folder, e);
    } finally {
      targets.forEach(Target::close);
    }
    delete(folder);
    return samples;
  }

  private static void delete(Path folder) throws IOException {
    try (var paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private static String names() {
    return Workload.all().stream().map(Workload::name).collect(Collectors.joining(", "));
  }

  private static void write(Path folder, String machine, Report report) {
    String date = LocalDate.now(Clock.systemUTC()).toString();
    Path file = folder.resolve(date + ".md");
    try {
      Files.createDirectories(folder);
      Files.writeString(file, "# " + date + "\n\n" + machine + "\n" + report.markdown());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    System.out.println("written to " + file);
  }
}
