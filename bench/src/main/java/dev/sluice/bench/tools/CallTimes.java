package dev.sluice.bench.tools;

import dev.sluice.bench.process.ProcessTree;
import dev.sluice.bench.report.Table;
import dev.sluice.bench.tools.ToolClient.Place;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/// Calls of the tool that echoes: directly, through bare Envoy, and through the gateway, in turns,
/// so that all see the same state of the machine.
final class CallTimes {
  private static final int ROUNDS = 8;
  private static final int CALLS_A_ROUND = 250;
  private static final int AT_ONCE = 16;
  private static final long ROUND_NANOS = TimeUnit.MILLISECONDS.toNanos(1_000);
  private static final long WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(30);

  /// Compiling goes on for so many calls in a JVM, and would be counted as their cost.
  private static final int COMPILE_CALLS = 20_000;

  private static final long BUSY_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final SequencedMap<String, Place> places = new LinkedHashMap<>();
  private final ToolWorld world;

  CallTimes(ToolWorld world) {
    this.world = world;
    places.put("direct", world.direct());
    places.put("bare Envoy", world.throughBare());
    places.put("Sluice", world.sluice());
  }

  /// Compiles what is run often, in each process.
  void warmUp() throws InterruptedException {
    for (var place : List.of(world.direct(), world.throughBare())) {
      var _ = busy(place, COMPILE_CALLS, WARM_UP_NANOS / 10);
    }
    var _ = busy(world.sluice(), COMPILE_CALLS, WARM_UP_NANOS);
  }

  /// One call at a time.
  Table latency() throws IOException {
    var nanos = new LinkedHashMap<String, List<long[]>>();
    for (int round = 0; round < ROUNDS; round++) {
      for (var place : places.entrySet()) {
        var some = calls(place.getValue(), CALLS_A_ROUND, ROUND_NANOS);
        nanos.computeIfAbsent(place.getKey(), _ -> new ArrayList<>()).add(some);
      }
    }
    var table =
        new Table(
            "a call, one at a time",
            "p50 ms",
            "p99 ms",
            "added p50",
            "added p99",
            "times p50",
            "times p99",
            "calls");
    var direct = Times.all(nanos.getOrDefault("direct", List.of()));
    nanos.forEach((name, parts) -> table.add(row(name, Times.all(parts), direct)));
    return table;
  }

  private static List<String> row(String name, Times times, Times direct) {
    return List.of(
        name,
        Times.text(times.p50()),
        Times.text(times.p99()),
        Times.text(times.p50() - direct.p50()),
        Times.text(times.p99() - direct.p99()),
        Times.text(times.p50() / direct.p50()),
        Times.text(times.p99() / direct.p99()),
        Integer.toString(times.count()));
  }

  /// As many as go through, over sixteen connections.
  Table throughput() throws InterruptedException {
    var table =
        new Table("16 at once", "calls/s", "CPU of a call, ms", "p50 ms", "p99 ms", "calls");
    var none = List.<ProcessTree>of();
    table.add(row("direct", world.direct(), none));
    var bare = world.bare().program().orElseThrow().tree();
    table.add(row("bare Envoy", world.throughBare(), List.of(bare)));
    table.add(row("Sluice", world.sluice(), List.of(world.gateway().tree())));
    return table;
  }

  private static List<String> row(String name, Place place, List<ProcessTree> programs)
      throws InterruptedException {
    long before = cpuMicros(programs);
    long from = System.nanoTime();
    var times = busy(place, Integer.MAX_VALUE, BUSY_NANOS);
    double seconds = (System.nanoTime() - from) / 1e9;
    double cpuMillis = (cpuMicros(programs) - before) / 1e3 / times.count();
    return List.of(
        name,
        String.format(Locale.ROOT, "%,.0f", times.count() / seconds),
        programs.isEmpty() ? "" : Times.text(cpuMillis),
        Times.text(times.p50()),
        Times.text(times.p99()),
        Integer.toString(times.count()));
  }

  private static long cpuMicros(List<ProcessTree> programs) {
    return programs.stream()
        .flatMap(program -> program.cpuMicros().values().stream())
        .mapToLong(Long::longValue)
        .sum();
  }

  private static Times busy(Place place, int most, long nanos) throws InterruptedException {
    var tasks = new ArrayList<Callable<long[]>>();
    for (int i = 0; i < AT_ONCE; i++) {
      tasks.add(() -> calls(place, Math.ceilDiv(most, AT_ONCE), nanos));
    }
    try (var threads = Executors.newFixedThreadPool(AT_ONCE)) {
      return Times.all(threads.invokeAll(tasks).stream().map(CallTimes::of).toList());
    }
  }

  private static long[] of(Future<long[]> done) {
    try {
      return done.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("calls failed: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /// Calls on one connection, until there are so many or the time is over; one at least.
  private static long[] calls(Place place, int most, long nanos) {
    var times = LongStream.builder();
    long end = System.nanoTime() + nanos;
    try (var client = ToolClient.open(place)) {
      int done = 0;
      do {
        times.add(client.echo());
      } while (++done < most && System.nanoTime() < end);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return times.build().toArray();
  }
}
