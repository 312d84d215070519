package dev.sluice.bench.tools;

import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;

/// How long each of many took, in nanoseconds, the shortest first.
record Times(long[] nanos) {

  static Times of(LongStream nanos) {
    return new Times(nanos.sorted().toArray());
  }

  /// Of several parts as one.
  static Times all(List<long[]> parts) {
    return of(parts.stream().flatMapToLong(LongStream::of));
  }

  double p50() {
    return millis(0.5);
  }

  double p99() {
    return millis(0.99);
  }

  int count() {
    return nanos.length;
  }

  /// The value below which the given share lies.
  private double millis(double share) {
    int index = (int) Math.ceil(share * nanos.length) - 1;
    return nanos[Math.max(0, index)] / 1e6;
  }

  static String text(double millis) {
    return String.format(Locale.ROOT, "%.2f", millis);
  }
}
