package dev.sluice.mcp.codemode.run;

import dev.sluice.mcp.sandbox.Limits;

/// What a run of a caller may take.
///
/// @param program what one program may take
/// @param keyRunsMax programs of one key at once; one more waits for its turn, within its wall time
/// @param prettyBytesMax up to which a returned value is told on several lines
/// @param progressMillisMin between two notes of progress
public record RunLimits(
    Limits program, int keyRunsMax, int prettyBytesMax, long progressMillisMin) {

  public static final RunLimits STANDARD = new RunLimits(Limits.STANDARD, 4, 1024, 500);

  public RunLimits {
    Limits.within("keyRunsMax", keyRunsMax, 1, 256);
    Limits.within("prettyBytesMax", prettyBytesMax, 0, 1 << 20);
    Limits.within("progressMillisMin", progressMillisMin, 0, 60_000);
  }

  public RunLimits with(Limits value) {
    return new RunLimits(value, keyRunsMax, prettyBytesMax, progressMillisMin);
  }
}
