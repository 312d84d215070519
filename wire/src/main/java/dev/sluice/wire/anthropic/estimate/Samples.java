package dev.sluice.wire.anthropic.estimate;

/// The last sizes of something, each with the tokens that it was.
final class Samples {

  static final int COUNT = 64;

  private final double[] densities = new double[COUNT];
  private int count;

  synchronized void add(double size, long tokens) {
    densities[count % COUNT] = tokens / size;
    count++;
  }

  /// The most tokens for so much size.
  synchronized double densest() {
    double densest = 0;
    for (double density : densities) {
      densest = Math.max(densest, density);
    }
    return densest;
  }
}
