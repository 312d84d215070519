package dev.sluice.ledger.books;

import dev.sluice.core.budget.Measure;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Reads what the scripts pack: little-endian doubles, and words that end with a zero byte.
///
/// Bytes that are something else are an [IllegalArgumentException] or a [BufferUnderflowException].
public final class Packed {

  private final ByteBuffer bytes;

  public Packed(byte[] packed) {
    bytes = ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN);
  }

  public String word() {
    int start = bytes.position();
    while (bytes.get() != 0) {
      // Up to the end of the word.
    }
    int length = bytes.position() - 1 - start;
    return new String(bytes.array(), start, length, StandardCharsets.UTF_8);
  }

  /// A whole number, as all are.
  public long number() {
    double value = bytes.getDouble();
    long whole = (long) value;
    if (whole != value) {
      throw new IllegalArgumentException(value + " (expected: a whole number)");
    }
    return whole;
  }

  public boolean hasMore() {
    return bytes.hasRemaining();
  }

  Sums sums() {
    return new Sums(number(), number(), number(), number());
  }

  /// The windows to the end.
  public List<Slot> slots() {
    var slots = new ArrayList<Slot>();
    while (hasMore()) {
      var window = new WindowId(word(), number());
      slots.add(new Slot(window, measure(bytes.get())));
    }
    return slots;
  }

  private static Measure measure(int number) {
    var measures = Measure.values();
    if (number < 0 || number >= measures.length) {
      throw new IllegalArgumentException(
          "measure: " + number + " (expected: 0.." + (measures.length - 1) + ")");
    }
    return measures[number];
  }
}
