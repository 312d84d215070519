package dev.sluice.mcp.serve.neighbour;

import java.time.Duration;

/// How streams go from one gateway to another.
///
/// @param foundWithin how long a client waits until another gateway says that it has its stream
/// @param signEvery between two signs of life, both ways
/// @param silentMax without one after which the other gateway is taken for gone
/// @param underWayEventsMax that are told and that the client has not got yet
/// @param underWayBytesMax bytes of them
/// @param acknowledgedEvery how many events the client gets before the other gateway hears of it
record LendLimits(
    Duration foundWithin,
    Duration signEvery,
    Duration silentMax,
    int underWayEventsMax,
    long underWayBytesMax,
    int acknowledgedEvery) {

  static final LendLimits STANDARD =
      new LendLimits(
          Duration.ofSeconds(3),
          Duration.ofSeconds(5),
          Duration.ofSeconds(15),
          64,
          1024 * 1024,
          16);

  /// After which what found no room on the way is told again.
  Duration againAfter() {
    return signEvery.dividedBy(25);
  }

  LendLimits withSigns(Duration every, Duration silent) {
    return new LendLimits(
        foundWithin, every, silent, underWayEventsMax, underWayBytesMax, acknowledgedEvery);
  }
}
