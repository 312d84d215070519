package dev.sluice.mcp.serve.stream;

import java.time.Duration;

/// What streams to clients may take at most.
///
/// @param openMax answers under way and streams of changes, of all clients
/// @param openOfKeyMax the same of one key
/// @param eventsMax events of one stream that are kept
/// @param bytesMax bytes of them
/// @param openBytesMax bytes that open streams share: where many are open, each keeps less than
///   `bytesMax`, but its newest event and the answers that are not read
/// @param keptMax streams that have ended, or that nobody reads, and can still be taken up again
/// @param keptBytesMax bytes of all of those
/// @param keptFor how long one of those is kept, and how long a call runs on for a client that left
/// @param quietMax until an answer that has nothing to tell yet becomes a stream, and then between
///   two signs of life
/// @param behindMax how long a client may take to read
public record StreamLimits(
    int openMax,
    int openOfKeyMax,
    int eventsMax,
    long bytesMax,
    long openBytesMax,
    int keptMax,
    long keptBytesMax,
    Duration keptFor,
    Duration quietMax,
    Duration behindMax) {

  public static final StreamLimits STANDARD =
      new StreamLimits(
          5_000,
          500,
          1_000,
          4L * 1024 * 1024,
          64L * 1024 * 1024,
          10_000,
          64L * 1024 * 1024,
          Duration.ofMinutes(2),
          Duration.ofSeconds(5),
          Duration.ofSeconds(20));

  /// What one of so many open streams may keep.
  long bytesMax(int open) {
    return Math.min(bytesMax, openBytesMax / Math.max(open, 1));
  }

  public StreamLimits withOpen(int all, int ofKey) {
    return new StreamLimits(
        all,
        ofKey,
        eventsMax,
        bytesMax,
        openBytesMax,
        keptMax,
        keptBytesMax,
        keptFor,
        quietMax,
        behindMax);
  }

  public StreamLimits withEvents(int events, long bytes) {
    return new StreamLimits(
        openMax,
        openOfKeyMax,
        events,
        bytes,
        openBytesMax,
        keptMax,
        keptBytesMax,
        keptFor,
        quietMax,
        behindMax);
  }

  public StreamLimits withOpenBytes(long bytes) {
    return new StreamLimits(
        openMax,
        openOfKeyMax,
        eventsMax,
        bytesMax,
        bytes,
        keptMax,
        keptBytesMax,
        keptFor,
        quietMax,
        behindMax);
  }

  public StreamLimits withTimes(Duration kept, Duration quiet, Duration behind) {
    return new StreamLimits(
        openMax,
        openOfKeyMax,
        eventsMax,
        bytesMax,
        openBytesMax,
        keptMax,
        keptBytesMax,
        kept,
        quiet,
        behind);
  }

  public StreamLimits withKept(int streams, long bytes) {
    return new StreamLimits(
        openMax,
        openOfKeyMax,
        eventsMax,
        bytesMax,
        openBytesMax,
        streams,
        bytes,
        keptFor,
        quietMax,
        behindMax);
  }
}
