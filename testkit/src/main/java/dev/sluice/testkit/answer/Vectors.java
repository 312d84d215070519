package dev.sluice.testkit.answer;

import java.util.Random;

/// Vectors of length one, always the same for the same text.
public final class Vectors {

  private Vectors() {}

  public static float[] of(String text, int dimensions) {
    var random = new Random(text.hashCode());
    var vector = new float[dimensions];
    var squares = 0.0;
    for (var i = 0; i < dimensions; i++) {
      vector[i] = (float) random.nextGaussian();
      squares += vector[i] * vector[i];
    }
    for (var i = 0; i < dimensions; i++) {
      vector[i] /= (float) Math.sqrt(squares);
    }
    return vector;
  }
}
