package dev.sluice.testkit.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/// Measures what it takes to read one input: time and memory are bounded by its length.
public final class Frugal {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /// Of a fuzzer's inputs: longer ones are cut.
  public static final int INPUT_BYTES_MAX = 64 << 10;

  /// Of the processor, on a slow machine and with a fuzzer's instructions between ours.
  private static final Duration TIME_MAX = Duration.ofSeconds(5);

  private static final long ALLOCATED_BYTES_MAX = 64L << 20;

  private static final long ALLOCATED_BYTES_MAX_PER_BYTE = 16 << 10;

  private Frugal() {}

  /// Reads it again where the first reading took too much, since that loads classes and tables.
  ///
  /// @throws AssertionError where the reading takes more than it may
  public static void read(byte[] input, Runnable reading) {
    if (taking(reading).isWithin(input.length)) {
      return;
    }
    var took = taking(reading);
    if (!took.isWithin(input.length)) {
      throw new AssertionError(
          "%d bytes took %s (expected: %s and %d bytes of memory at most)"
              .formatted(input.length, took, TIME_MAX, mostBytes(input.length)));
    }
  }

  private static Taken taking(Runnable reading) {
    long time = THREADS.getCurrentThreadCpuTime();
    long bytes = THREADS.getCurrentThreadAllocatedBytes();
    reading.run();
    return new Taken(
        Duration.ofNanos(THREADS.getCurrentThreadCpuTime() - time),
        THREADS.getCurrentThreadAllocatedBytes() - bytes);
  }

  private static long mostBytes(int inputBytes) {
    return ALLOCATED_BYTES_MAX + ALLOCATED_BYTES_MAX_PER_BYTE * inputBytes;
  }

  /// What a reading took of the processor and of memory.
  private record Taken(Duration time, long bytes) {

    boolean isWithin(int inputBytes) {
      return time.compareTo(TIME_MAX) <= 0 && bytes <= mostBytes(inputBytes);
    }
  }
}
