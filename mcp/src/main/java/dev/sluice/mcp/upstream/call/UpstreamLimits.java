package dev.sluice.mcp.upstream.call;

import dev.sluice.mcp.rpc.MessageLimits;
import java.time.Duration;

/// What a server may take at most: of time, of bytes, of messages, of our attention.
///
/// @param message the size and depth of one message, and so of one result
/// @param times how long each part of a call may take
/// @param streamBytesMax all that one answer may send, events of progress included
/// @param queuedMessagesMax of one call of a server with one channel for all; what comes while it
///   is full is lost, but for the answer
/// @param askedAtOnceMax requests of a server that are open at a time, of one connection
/// @param inputRoundsMax how often one call may ask for input
/// @param resumptionsMax how often one stream is taken up again
/// @param stderrBytesMax what is kept of the last that a program said beside its answers
/// @param openCallsMax calls of one connection at a time
public record UpstreamLimits(
    MessageLimits message,
    Times times,
    long streamBytesMax,
    int queuedMessagesMax,
    int askedAtOnceMax,
    int inputRoundsMax,
    int resumptionsMax,
    int stderrBytesMax,
    int openCallsMax) {

  /// How long each part may take.
  ///
  /// @param idleMax between two bytes of an answer
  /// @param totalMax of a call that names no time of its own
  /// @param probeMax until a program that is silent is taken for one of the legacy era
  /// @param listenIdleMax until a silent stream of changes is asked for anew
  /// @param checkEvery how often a server is asked whether it is still there
  /// @param backOffMin after the first failure; it doubles with each one that follows
  /// @param stopMax for a program to end by itself
  public record Times(
      Duration connectMax,
      Duration firstByteMax,
      Duration idleMax,
      Duration totalMax,
      Duration probeMax,
      Duration listenIdleMax,
      Duration checkEvery,
      Duration backOffMin,
      Duration backOffMax,
      Duration stopMax) {

    public static final Times STANDARD =
        new Times(
            Duration.ofSeconds(5),
            Duration.ofSeconds(60),
            Duration.ofSeconds(60),
            Duration.ofMinutes(5),
            Duration.ofSeconds(5),
            Duration.ofMinutes(5),
            Duration.ofSeconds(30),
            Duration.ofMillis(500),
            Duration.ofSeconds(30),
            Duration.ofSeconds(3));

    /// The same for the time until the first byte and between two.
    public Times withSilenceMax(Duration value) {
      return new Times(
          connectMax,
          value,
          value,
          totalMax,
          probeMax,
          listenIdleMax,
          checkEvery,
          backOffMin,
          backOffMax,
          stopMax);
    }

    public Times withTotalMax(Duration value) {
      return new Times(
          connectMax,
          firstByteMax,
          idleMax,
          value,
          probeMax,
          listenIdleMax,
          checkEvery,
          backOffMin,
          backOffMax,
          stopMax);
    }

    public Times withProbeMax(Duration value) {
      return new Times(
          connectMax,
          firstByteMax,
          idleMax,
          totalMax,
          value,
          listenIdleMax,
          checkEvery,
          backOffMin,
          backOffMax,
          stopMax);
    }

    public Times withCheckEvery(Duration value) {
      return new Times(
          connectMax,
          firstByteMax,
          idleMax,
          totalMax,
          probeMax,
          listenIdleMax,
          value,
          backOffMin,
          backOffMax,
          stopMax);
    }

    public Times withBackOff(Duration min, Duration max) {
      return new Times(
          connectMax,
          firstByteMax,
          idleMax,
          totalMax,
          probeMax,
          listenIdleMax,
          checkEvery,
          min,
          max,
          stopMax);
    }

    /// Twice the last one.
    public Duration backOffAfter(Duration last) {
      var twice = last.multipliedBy(2);
      return twice.compareTo(backOffMax) < 0 ? twice : backOffMax;
    }
  }

  public static final UpstreamLimits STANDARD =
      new UpstreamLimits(
          MessageLimits.STANDARD, Times.STANDARD, 64L * 1024 * 1024, 256, 16, 8, 5, 16 * 1024, 512);

  public UpstreamLimits with(Times value) {
    return new UpstreamLimits(
        message,
        value,
        streamBytesMax,
        queuedMessagesMax,
        askedAtOnceMax,
        inputRoundsMax,
        resumptionsMax,
        stderrBytesMax,
        openCallsMax);
  }

  public UpstreamLimits withMessageBytesMax(int value) {
    return new UpstreamLimits(
        message.withMessageBytesMax(value),
        times,
        streamBytesMax,
        queuedMessagesMax,
        askedAtOnceMax,
        inputRoundsMax,
        resumptionsMax,
        stderrBytesMax,
        openCallsMax);
  }

  public UpstreamLimits withStreamBytesMax(long value) {
    return new UpstreamLimits(
        message,
        times,
        value,
        queuedMessagesMax,
        askedAtOnceMax,
        inputRoundsMax,
        resumptionsMax,
        stderrBytesMax,
        openCallsMax);
  }
}
