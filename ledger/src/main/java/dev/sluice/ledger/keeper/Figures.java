package dev.sluice.ledger.keeper;

import java.time.Duration;

/// What there is to measure.
///
/// @param waiting events in Redis that some store has not
/// @param lost events that were acknowledged and that nobody has, since the start
public record Figures(
    long waiting, long sequence, Duration checkpointAge, long rebuilds, long lost) {
  Figures plusLost(long more) {
    return new Figures(waiting, sequence, checkpointAge, rebuilds, lost + more);
  }

  Figures plusRebuild() {
    return new Figures(waiting, sequence, checkpointAge, rebuilds + 1, lost);
  }
}
