package dev.sluice.bench.report;

import dev.sluice.bench.Side;
import dev.sluice.bench.Workload;
import dev.sluice.bench.process.Role;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;

/// Medians over the rounds. A difference or a ratio is taken within a round first, since the rounds
/// differ by more than the sides.
final class Figures {
  private final List<Sample> samples;

  Figures(List<Sample> samples) {
    this.samples = List.copyOf(samples);
  }

  boolean has(String workload, Side side) {
    return samples.stream().anyMatch(s -> is(s, workload, side));
  }

  List<Workload> workloads() {
    return samples.stream().map(Sample::workload).distinct().toList();
  }

  /// The median of a figure; absent where the workload did not run.
  OptionalDouble of(String workload, Side side, ToDoubleFunction<Sample> figure) {
    return median(
        samples.stream().filter(s -> is(s, workload, side)).mapToDouble(figure).toArray());
  }

  /// The median of what a figure of two workloads or sides in the same round makes together.
  OptionalDouble pairs(Key left, Key right, ToDoubleBiFunction<Sample, Sample> figure) {
    return median(
        samples.stream()
            .filter(s -> is(s, left.workload(), left.side()))
            .flatMapToDouble(
                l ->
                    samples.stream()
                        .filter(r -> r.round() == l.round())
                        .filter(r -> is(r, right.workload(), right.side()))
                        .mapToDouble(r -> figure.applyAsDouble(l, r)))
            .toArray());
  }

  /// The largest resident memory that was seen, in MB.
  OptionalDouble residentMb(Side side, Role role) {
    return samples.stream()
        .filter(s -> s.side() == side && s.residentKib().containsKey(role))
        .mapToDouble(s -> s.residentKib().getOrDefault(role, 0L) * 1024 / 1e6)
        .max();
  }

  /// CPU time of one more event, in microseconds: what a stream costs beyond a short answer to the
  /// same request at as many connections, by the events that it has more.
  OptionalDouble eventCpuMicros(String workload, Side side) {
    String shortAnswer = workload.endsWith("-16") ? "49k-16" : "49k-1";
    return pairs(
        new Key(workload, side),
        new Key(shortAnswer, side),
        (many, few) ->
            (many.cpuMillis() - few.cpuMillis())
                * 1e3
                / (many.workload().answer().deltas() - few.workload().answer().deltas()));
  }

  /// The value below which the given share of the sorted values lies, in milliseconds.
  static double quantileMillis(long[] sorted, double share) {
    if (sorted.length == 0) {
      return Double.NaN;
    }
    int index = (int) Math.ceil(share * sorted.length) - 1;
    return sorted[Math.max(0, index)] / 1e6;
  }

  static OptionalDouble median(double... values) {
    if (values.length == 0) {
      return OptionalDouble.empty();
    }
    double[] sorted = Arrays.stream(values).sorted().toArray();
    int middle = sorted.length / 2;
    return OptionalDouble.of(
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2);
  }

  private static boolean is(Sample sample, String workload, Side side) {
    return sample.side() == side && sample.workload().name().equals(workload);
  }

  /// A workload on a side.
  record Key(String workload, Side side) {}
}
