package dev.sluice.wire.anthropic.estimate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a model's answers weigh: the tokens of a piece of content, of a byte of a signature, and of
/// what each signature has besides.
///
/// The weights are fitted to the last answers by least squares of their relative errors, those with
/// a signature and those without together, so that either tells of the other. Few answers cannot
/// tell the weights apart; what they leave open is taken from what is believed before any answer,
/// and it is added to the estimate until more are known.
final class OutputFit {

  /// Answers kept, of those with a signature and of those without.
  static final int COUNT = 64;

  /// Tokens of a piece, which no model is known to exceed.
  static final double PRIOR_PIECE = 1.5;

  /// Tokens that a byte of a signature carries at most.
  static final double PRIOR_SIGNATURE_BYTE = 0.5;

  private static final int UNKNOWNS = 3;
  private static final double[] PRIOR = {PRIOR_PIECE, PRIOR_SIGNATURE_BYTE, 0};

  /// How far the weights may be from what is believed before.
  private static final double[] PRIOR_SPREAD = {1, 0.5, 20};

  /// How far answers are from what their weights say, relative to their tokens.
  private static final double NOISE = 0.02;

  /// Shorter answers, relative to this one, say nothing of how dear it can be: they vary more.
  private static final double ALIKE = 0.7;

  private record Answer(double[] row, double tokens) {
    static Answer of(double content, double signature, double tokens) {
      return new Answer(new double[] {content, signature, signature > 0 ? 1 : 0}, tokens);
    }
  }

  /// @param inverse of the normal equations' matrix: with it, how far the weights leave an answer
  ///   open
  private record Weights(double[] values, double[][] inverse) {
    double of(double[] row) {
      return product(values, row);
    }

    double open(double[] row) {
      double square = 0;
      for (int i = 0; i < UNKNOWNS; i++) {
        square += row[i] * product(inverse[i], row);
      }
      return NOISE * Math.sqrt(Math.max(square, 0));
    }
  }

  private final List<Answer> plain = new ArrayList<>();
  private final List<Answer> signed = new ArrayList<>();
  private @Nullable Weights fitted;

  /// @param content in pieces, more than none
  /// @param signature in bytes of base64
  synchronized void add(double content, double signature, long tokens) {
    var answers = signature > 0 ? signed : plain;
    if (answers.size() == COUNT) {
      answers.removeFirst();
    }
    answers.add(Answer.of(content, signature, tokens));
    fitted = null;
  }

  /// The tokens of so much, if it is as dear as the dearest answer that is at least about as long.
  synchronized double tokens(double content, double signature) {
    if (fitted == null) {
      fitted = fit();
    }
    double[] row = Answer.of(content, signature, 0).row();
    double value = Math.max(fitted.of(row), 0);
    double dearest = value * dearest(fitted, value, signature > 0 ? signed : plain);
    return Math.max(dearest, Math.min(dearest + fitted.open(row), product(PRIOR, row)));
  }

  private double dearest(Weights weights, double value, List<Answer> kind) {
    double all = 1;
    double alike = 0;
    for (var one : kind.isEmpty() ? either() : kind) {
      double weight = weights.of(one.row());
      double dear = one.tokens() / Math.max(weight, 1);
      all = Math.max(all, dear);
      if (weight >= ALIKE * value) {
        alike = Math.max(alike, dear);
      }
    }
    return alike == 0 ? all : Math.max(alike, 1);
  }

  private List<Answer> either() {
    return Stream.of(plain, signed).flatMap(List::stream).toList();
  }

  private static double product(double[] weights, double[] row) {
    double sum = 0;
    for (int i = 0; i < UNKNOWNS; i++) {
      sum += weights[i] * row[i];
    }
    return sum;
  }

  /// Solves the normal equations, with what is believed before as so many more answers.
  private Weights fit() {
    var matrix = new double[UNKNOWNS][2 * UNKNOWNS];
    var right = new double[UNKNOWNS];
    for (int i = 0; i < UNKNOWNS; i++) {
      double trust = Math.pow(NOISE / PRIOR_SPREAD[i], 2);
      matrix[i][i] = trust;
      matrix[i][UNKNOWNS + i] = 1;
      right[i] = trust * PRIOR[i];
    }
    for (var one : either()) {
      for (int i = 0; i < UNKNOWNS; i++) {
        double scaled = one.row()[i] / (one.tokens() * one.tokens());
        for (int j = 0; j < UNKNOWNS; j++) {
          matrix[i][j] += scaled * one.row()[j];
        }
        right[i] += scaled * one.tokens();
      }
    }
    var inverse = inverse(matrix);
    var values = new double[UNKNOWNS];
    for (int i = 0; i < UNKNOWNS; i++) {
      values[i] = product(inverse[i], right);
    }
    return new Weights(values, inverse);
  }

  /// By Gauss and Jordan's elimination of a matrix with the unit matrix at its right; it is
  /// positive definite, so that no rows need to be swapped.
  private static double[][] inverse(double[][] matrix) {
    var inverse = new double[UNKNOWNS][];
    for (int pivot = 0; pivot < UNKNOWNS; pivot++) {
      for (int i = 0; i < UNKNOWNS; i++) {
        double factor = i == pivot ? 0 : matrix[i][pivot] / matrix[pivot][pivot];
        for (int j = 0; j < 2 * UNKNOWNS; j++) {
          matrix[i][j] -= factor * matrix[pivot][j];
        }
      }
    }
    for (int i = 0; i < UNKNOWNS; i++) {
      double scale = matrix[i][i];
      inverse[i] =
          Arrays.stream(matrix[i], UNKNOWNS, 2 * UNKNOWNS).map(value -> value / scale).toArray();
    }
    return inverse;
  }
}
