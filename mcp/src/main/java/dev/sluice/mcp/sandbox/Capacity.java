package dev.sluice.mcp.sandbox;

/// What all runs of one process may take together.
///
/// @param enginesWarm kept ready ahead of runs; each holds about 4 MiB
/// @param runsMax at once; one more waits for its turn, within its wall time
/// @param memoryBytesMax by which all engines may grow together, beyond what they hold at rest
public record Capacity(int enginesWarm, int runsMax, long memoryBytesMax) {

  public static final Capacity STANDARD = new Capacity(4, 16, 128L << 20);

  public Capacity {
    Limits.within("enginesWarm", enginesWarm, 1, 64);
    Limits.within("runsMax", runsMax, 1, 256);
    Limits.within("memoryBytesMax", memoryBytesMax, 1L << 20, 64L << 30);
  }
}
