package dev.sluice.bench.upstream;

import dev.sluice.bench.http.BodySink;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// Finds the send times in a paced stream and keeps how long after each its event arrived.
public final class StampReader implements BodySink {
  private final long[] delays;
  private int count;
  private int digits = EventStream.STAMP_DIGITS;
  private long value;

  /// Has room for so many delays; later ones are an error.
  public StampReader(int delaysMax) {
    delays = new long[delaysMax];
  }

  @Override
  public void accept(ByteBuffer buffer, int from, int to, long arrivedAt) {
    for (int i = from; i < to; i++) {
      int octet = buffer.get(i);
      if (octet == EventStream.STAMP.charAt(0)) {
        digits = 0;
        value = 0;
      } else if (digits < EventStream.STAMP_DIGITS) {
        value = value * 10 + octet - '0';
        digits++;
        if (digits == EventStream.STAMP_DIGITS) {
          delays[count++] = arrivedAt - value;
        }
      }
    }
  }

  /// The delays so far, in nanoseconds.
  public long[] delays() {
    return Arrays.copyOf(delays, count);
  }
}
