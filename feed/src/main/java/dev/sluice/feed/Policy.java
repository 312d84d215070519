package dev.sluice.feed;

import dev.sluice.core.policy.Snapshot;
import java.time.Instant;
import java.util.List;

/// A snapshot as it is published, with what its publisher needs to go on after a restart.
///
/// @param generation only grows, from one publication to the next
/// @param lastGood of objects whose present manifest is bad
public record Policy(
    long generation,
    Instant publishedAt,
    String publishedBy,
    Snapshot snapshot,
    List<KeptManifest> lastGood) {

  public Policy {
    lastGood = List.copyOf(lastGood);
  }
}
