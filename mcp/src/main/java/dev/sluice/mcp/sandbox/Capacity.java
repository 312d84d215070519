package dev.sluice.mcp.sandbox;

/// What all runs of one process may take together.
///
/// @param enginesWarm kept ready ahead of runs; each holds about 2 MiB
/// @param runsMax at once; one more waits for its turn, within its wall time
public record Capacity(int enginesWarm, int runsMax) {

  public static final Capacity STANDARD = new Capacity(4, 8);

  public Capacity {
    Limits.within("enginesWarm", enginesWarm, 1, 64);
    Limits.within("runsMax", runsMax, 1, 256);
  }
}
