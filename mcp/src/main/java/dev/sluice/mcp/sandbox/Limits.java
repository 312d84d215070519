package dev.sluice.mcp.sandbox;

/// What one run may take.
///
/// @param wallMillisMax from its start to its outcome, with all that it waits for
/// @param cpuMillisMax of its thread; waiting for tools is none
/// @param memoryBytesMax of its engine, with the engine itself
/// @param callsMax of tools
/// @param parallelCallsMax of tools at once; one more waits
/// @param outputBytesMax of what it prints and what it returns; more is left out, with a note
/// @param codeBytesMax of the program
/// @param inputBytesMax of one call's input
/// @param resultBytesMax of one call's result
public record Limits(
    long wallMillisMax,
    long cpuMillisMax,
    long memoryBytesMax,
    long callsMax,
    long parallelCallsMax,
    long outputBytesMax,
    long codeBytesMax,
    long inputBytesMax,
    long resultBytesMax) {

  private static final long KIB = 1024;
  private static final long MIB = 1024 * KIB;

  private static final long WALL_MILLIS_MIN = 10;

  public static final Limits STANDARD =
      new Limits(60_000, 10_000, 32 * MIB, 200, 8, 64 * KIB, 64 * KIB, 256 * KIB, MIB);

  public Limits {
    within("wallMillisMax", wallMillisMax, WALL_MILLIS_MIN, 600_000);
    within("cpuMillisMax", cpuMillisMax, 10, 120_000);
    within("memoryBytesMax", memoryBytesMax, 8 * MIB, 512 * MIB);
    within("callsMax", callsMax, 0, 10_000);
    within("parallelCallsMax", parallelCallsMax, 1, 64);
    within("outputBytesMax", outputBytesMax, 256, 16 * MIB);
    within("codeBytesMax", codeBytesMax, 256, MIB);
    within("inputBytesMax", inputBytesMax, 256, 16 * MIB);
    within("resultBytesMax", resultBytesMax, 256, 64 * MIB);
  }

  /// The same for a run that may take so long at most.
  public Limits within(long millisMax) {
    return new Limits(
        Math.clamp(millisMax, WALL_MILLIS_MIN, wallMillisMax),
        cpuMillisMax,
        memoryBytesMax,
        callsMax,
        parallelCallsMax,
        outputBytesMax,
        codeBytesMax,
        inputBytesMax,
        resultBytesMax);
  }

  /// Checks a limit.
  ///
  /// @throws IllegalArgumentException with value and expectation
  public static void within(String name, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + ": " + value + " (expected: " + least + ".." + most + ")");
    }
  }
}
