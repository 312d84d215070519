package dev.sluice.bench.failover;

import dev.sluice.bench.Workload;
import dev.sluice.bench.load.RequestBytes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// `./sluice bench failover`: the time from a provider's failure to the first byte of the answer of
/// the next one, and of a whole request, without what the providers take themselves. One request at
/// a time.
public final class FailoverBench {

  private static final int WARM_UP = 1_500;
  private static final int REQUESTS = 300;
  private static final int REQUESTS_OF_SILENCE = 60;
  private static final double NANOS_PER_MILLI = 1e6;

  /// The failure that has a limit.
  private static final String JUDGED = "429";

  private final FailoverWorld world;
  private final Client client;

  private FailoverBench(FailoverWorld world, Client client) {
    this.world = world;
    this.client = client;
  }

  /// Measures, and prints a table and the verdicts.
  ///
  /// @return whether what a provider without room (429) adds stays below its limit
  public static boolean run(Path program, Path folder) throws IOException {
    var verdicts = new ArrayList<Verdict>();
    try (var world = FailoverWorld.start(program, folder);
        var client = Client.open(world.address())) {
      var bench = new FailoverBench(world, client);
      bench.warmUp();
      System.out.printf(
          "%-15s %-16s %29s %29s%n",
          "first provider", "next", "failure to first byte, ms", "whole request, ms");
      for (var next : new String[] {"same", "foreign"}) {
        for (var failure : failures().entrySet()) {
          var figures = bench.measured(failure.getKey(), failure.getValue(), next);
          if (failure.getKey().equals(JUDGED)) {
            var what = JUDGED + " to first byte, " + language(next) + ", p50 ms";
            verdicts.add(new Verdict(what, figures.p50()));
          }
        }
      }
    }
    System.out.println();
    System.out.println(Verdict.table(verdicts).markdown());
    return verdicts.stream().allMatch(Verdict::isReached);
  }

  private static SequencedMap<String, Failure> failures() {
    var failures = new LinkedHashMap<String, Failure>();
    failures.put("none", new Failure.None());
    failures.put("no connection", new Failure.NoConnection());
    for (int status : new int[] {429, 529, 500, 503, 408, 401, 402, 403}) {
      failures.put(Integer.toString(status), new Failure.Status(status));
    }
    failures.put("reset", new Failure.HangUp(true));
    failures.put("closed", new Failure.HangUp(false));
    failures.put("too slow", new Failure.Silence());
    return failures;
  }

  /// What an attempt took, in nanoseconds.
  private record Sample(long fromFailure, long whole) {}

  /// In milliseconds.
  private record Figures(double p50, double p99) {

    static Figures of(long[] nanos) {
      Arrays.sort(nanos);
      return new Figures(
          nanos[nanos.length / 2] / NANOS_PER_MILLI,
          nanos[nanos.length * 99 / 100] / NANOS_PER_MILLI);
    }

    @Override
    public String toString() {
      return "p50 %.1f, p99 %.1f".formatted(p50, p99);
    }
  }

  private void warmUp() throws IOException {
    for (var next : new String[] {"same", "foreign"}) {
      world.first().failWith(new Failure.Status(500));
      for (int i = 0; i < WARM_UP; i++) {
        if (i % 500 == 499) {
          recover();
          world.first().failWith(new Failure.Status(500));
        }
        client.ask(request("first", next));
      }
    }
  }

  /// A provider that answers has failed no time in a row.
  private void recover() throws IOException {
    world.first().failWith(new Failure.None());
    client.ask(request("first", "same"));
  }

  private static RequestBytes request(String first, String next) {
    return Workload.first(FailoverWorld.token(first, next));
  }

  /// Prints a line.
  ///
  /// @return the times from the failure to the first byte
  private Figures measured(String name, Failure failure, String next) throws IOException {
    recover();
    world.first().failWith(failure);
    var request = request(begins(failure, next), next);
    int count = failure instanceof Failure.Silence ? REQUESTS_OF_SILENCE : REQUESTS;
    long[] fromFailure = new long[count];
    long[] whole = new long[count];
    for (int i = 0; i < count; i++) {
      var sample = sample(failure, request, next);
      fromFailure[i] = sample.fromFailure();
      whole[i] = sample.whole();
    }
    var added = Figures.of(fromFailure);
    boolean told = !(failure instanceof Failure.None || failure instanceof Failure.NoConnection);
    System.out.printf(
        "%-15s %-16s %29s %29s%n", name, language(next), told ? added : "", Figures.of(whole));
    return added;
  }

  private static String language(String next) {
    return next.equals("same") ? "same language" : "translated";
  }

  private static String begins(Failure failure, String next) {
    return switch (failure) {
      case Failure.None _ -> next;
      case Failure.NoConnection _ -> "down";
      case Failure.Status _, Failure.HangUp _, Failure.Silence _ -> "first";
    };
  }

  private Sample sample(Failure failure, RequestBytes request, String next) throws IOException {
    var times = client.ask(request);
    var answering = next.equals("same") ? world.same() : world.foreign();
    long own = answering.toldAt() - answering.readAt();
    long whole = times.firstByteAt() - times.beganAt() - own;
    return switch (failure) {
      case Failure.None _, Failure.NoConnection _ -> new Sample(0, whole);
      case Failure.Status _, Failure.HangUp _ -> {
        long failed = world.first().toldAt();
        yield new Sample(
            times.firstByteAt() - failed - own, whole - (failed - world.first().readAt()));
      }
      case Failure.Silence _ -> {
        long silence = FailoverWorld.SILENCE_MAX.toNanos();
        long failed = world.first().readAt() + silence;
        yield new Sample(times.firstByteAt() - failed - own, whole - silence);
      }
    };
  }
}
