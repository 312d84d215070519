package dev.sluice.wire.anthropic;

/// The last answers of a model: bytes of two kinds, and the tokens that they were.
final class Samples {

  static final int COUNT = 32;

  /// Fewer say nothing about two unknowns.
  static final int FITTED_MIN = 4;

  /// Below it, relative to its scale, the two kinds cannot be told apart.
  private static final double SINGULAR = 1e-6;

  private final double[] content = new double[COUNT];
  private final double[] hidden = new double[COUNT];
  private final double[] tokens = new double[COUNT];
  private int count;

  synchronized void add(long contentBytes, long hiddenBytes, long billed) {
    int at = count % COUNT;
    content[at] = contentBytes;
    hidden[at] = hiddenBytes;
    tokens[at] = billed;
    count++;
  }

  private int kept() {
    return Math.min(count, COUNT);
  }

  /// The highest density, in tokens a byte; a hidden byte of base64 is three quarters of one.
  synchronized double densest() {
    double densest = 0;
    for (int i = 0; i < kept(); i++) {
      densest = Math.max(densest, tokens[i] / (content[i] + hidden[i] * 3 / 4));
    }
    return densest;
  }

  /// Fits the two kinds by least squares, and adds the largest error of the fit; not a number where
  /// the samples do not tell them apart.
  synchronized double fitted(long contentBytes, long hiddenBytes) {
    double cc = 0;
    double ch = 0;
    double hh = 0;
    double ct = 0;
    double ht = 0;
    for (int i = 0; i < kept(); i++) {
      cc += content[i] * content[i];
      ch += content[i] * hidden[i];
      hh += hidden[i] * hidden[i];
      ct += content[i] * tokens[i];
      ht += hidden[i] * tokens[i];
    }
    double determinant = cc * hh - ch * ch;
    if (kept() < FITTED_MIN || determinant < SINGULAR * cc * hh) {
      return Double.NaN;
    }
    double perContent = (ct * hh - ht * ch) / determinant;
    double perHidden = (ht * cc - ct * ch) / determinant;
    if (perContent <= 0 || perHidden <= 0) {
      return Double.NaN;
    }
    double error = 0;
    for (int i = 0; i < kept(); i++) {
      error = Math.max(error, tokens[i] - perContent * content[i] - perHidden * hidden[i]);
    }
    return perContent * contentBytes + perHidden * hiddenBytes + error;
  }
}
