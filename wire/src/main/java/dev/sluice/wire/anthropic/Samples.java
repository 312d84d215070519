package dev.sluice.wire.anthropic;

import org.jspecify.annotations.Nullable;

/// The last answers of a model: what was seen of each, and the tokens that it was.
final class Samples {

  static final int COUNT = 64;

  /// Fewer say nothing about several unknowns.
  static final int FITTED_MIN = 6;

  /// Below it, relative to its scale, unknowns cannot be told apart.
  private static final double SINGULAR = 1e-6;

  /// Per sample: the content, the signature of thinking out of sight, and 1 for what a signature
  /// has besides.
  private final double[][] seen = new double[COUNT][];

  private final double[] tokens = new double[COUNT];
  private int count;

  synchronized void add(double content, double signature, long billed) {
    int at = count % COUNT;
    seen[at] = row(content, signature);
    tokens[at] = billed;
    count++;
  }

  private static double[] row(double content, double signature) {
    return new double[] {content, signature, signature > 0 ? 1 : 0};
  }

  private int kept() {
    return Math.min(count, COUNT);
  }

  /// The most tokens for so much content.
  synchronized double densest() {
    double densest = 0;
    for (int i = 0; i < kept(); i++) {
      densest = Math.max(densest, tokens[i] / seen[i][0]);
    }
    return densest;
  }

  /// Fits content and signatures apart by least squares, and takes the answer to be as dear, for
  /// what was seen of it, as the dearest sample; not a number where they cannot be told apart.
  synchronized double fitted(double content, double signature) {
    for (int unknowns = 3; unknowns > 1; unknowns--) {
      double[] weights = weights(unknowns);
      if (weights != null && weights[0] > 0 && weights[1] > 0) {
        return value(weights, row(content, signature)) * dearest(weights);
      }
    }
    return Double.NaN;
  }

  private double dearest(double[] weights) {
    double most = 1;
    for (int i = 0; i < kept(); i++) {
      most = Math.max(most, tokens[i] / value(weights, seen[i]));
    }
    return most;
  }

  private static double value(double[] weights, double[] row) {
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      sum += weights[i] * row[i];
    }
    return Math.max(sum, 1);
  }

  /// The weights with the least relative errors, by the normal equations; null where there are
  /// none.
  private double @Nullable [] weights(int unknowns) {
    if (kept() < FITTED_MIN) {
      return null;
    }
    var matrix = new double[unknowns][unknowns + 1];
    for (int i = 0; i < kept(); i++) {
      for (int row = 0; row < unknowns; row++) {
        double scaled = seen[i][row] / (tokens[i] * tokens[i]);
        for (int column = 0; column < unknowns; column++) {
          matrix[row][column] += scaled * seen[i][column];
        }
        matrix[row][unknowns] += scaled * tokens[i];
      }
    }
    return solved(matrix);
  }

  /// Gauss' elimination; the matrix is positive, so that no rows need to be swapped.
  private static double @Nullable [] solved(double[][] matrix) {
    int unknowns = matrix.length;
    for (int pivot = 0; pivot < unknowns; pivot++) {
      double scale = matrix[pivot][pivot];
      for (int row = 0; row < unknowns; row++) {
        if (row == pivot) {
          continue;
        }
        double factor = matrix[row][pivot] / scale;
        double before = matrix[row][row];
        for (int column = pivot; column <= unknowns; column++) {
          matrix[row][column] -= factor * matrix[pivot][column];
        }
        if (row > pivot && matrix[row][row] < SINGULAR * before) {
          return null;
        }
      }
    }
    var weights = new double[unknowns];
    for (int i = 0; i < unknowns; i++) {
      weights[i] = matrix[i][unknowns] / matrix[i][i];
    }
    return weights;
  }
}
