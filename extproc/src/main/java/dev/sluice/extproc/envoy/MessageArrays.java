package dev.sluice.extproc.envoy;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// Lends the arrays that bodies are read into.
///
/// A new array for each body costs more than reading it: the JVM clears it, and soon collects it.
/// An array that is never given back is simply collected.
final class MessageArrays {

  /// Below it, a new array is cheap.
  static final int LENGTH_MIN = 8 << 10;

  /// Above it, bodies are rare.
  static final int LENGTH_MAX = 4 << 20;

  static final int KEPT_MAX = 64;
  static final long KEPT_BYTES_MAX = 16L << 20;

  /// Sizes for each power of two: at most a fourth of an array is wasted.
  private static final int STEPS_BITS = 2;

  private final Deque<byte[]> kept = new ArrayDeque<>();
  private long keptBytes;

  /// @return an array of this length or more; only its borrower knows it until it is given back
  byte[] take(int length) {
    if (length < LENGTH_MIN || length > LENGTH_MAX) {
      return new byte[length];
    }
    int size = size(length);
    var found = takeKept(size);
    return found == null ? new byte[size] : found;
  }

  private synchronized byte @Nullable [] takeKept(int size) {
    for (var arrays = kept.iterator(); arrays.hasNext(); ) {
      var array = arrays.next();
      if (array.length == size) {
        arrays.remove();
        keptBytes -= size;
        return array;
      }
    }
    return null;
  }

  /// Takes an array back, whose bytes nobody reads any more. What was used least lately makes room.
  synchronized void give(byte[] array) {
    if (array.length < LENGTH_MIN || array.length > LENGTH_MAX) {
      return;
    }
    kept.addFirst(array);
    keptBytes += array.length;
    while (kept.size() > KEPT_MAX || keptBytes > KEPT_BYTES_MAX) {
      keptBytes -= kept.removeLast().length;
    }
  }

  /// The next of the sizes that arrays have.
  static int size(int length) {
    int step = Integer.highestOneBit(length - 1) >>> STEPS_BITS;
    return Math.ceilDiv(length, step) * step;
  }
}
