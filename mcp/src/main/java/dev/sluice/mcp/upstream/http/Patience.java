package dev.sluice.mcp.upstream.http;

import dev.sluice.mcp.upstream.call.CallException;
import dev.sluice.mcp.upstream.call.CallFailure.Effect;
import dev.sluice.mcp.upstream.call.CallFailure.Reason;
import java.time.Duration;

/// How long to wait for each part of an exchange, and for all of it.
///
/// @param endNanos when all of it must be done, by the clock of `System.nanoTime`
public record Patience(
    Duration connectMax, Duration firstByteMax, Duration idleMax, long endNanos) {

  /// The part of an exchange that is waited for.
  public enum Phase {
    CONNECT,
    FIRST_BYTE,
    BODY
  }

  public static Patience of(
      Duration connectMax, Duration firstByteMax, Duration idleMax, Duration totalMax) {
    return new Patience(connectMax, firstByteMax, idleMax, System.nanoTime() + totalMax.toNanos());
  }

  /// The milliseconds that the next read may take, at least one.
  int millis(Phase phase) throws CallException {
    var left = endNanos - System.nanoTime();
    if (left <= 0) {
      throw timeout(phase);
    }
    var nanos = Math.min(left, max(phase).toNanos());
    return Math.clamp(nanos / 1_000_000, 1, Integer.MAX_VALUE);
  }

  public Duration left() {
    return Duration.ofNanos(Math.max(0, endNanos - System.nanoTime()));
  }

  /// What a wait that was too long means: all of it took too long, or this part did.
  CallException timeout(Phase phase) {
    if (endNanos - System.nanoTime() <= 1_000_000) {
      return CallException.of(
          Reason.TOTAL_TIMEOUT, effect(phase), "the whole call took longer than it may");
    }
    return switch (phase) {
      case CONNECT ->
          CallException.of(
              Reason.CONNECT_TIMEOUT, effect(phase), "no connection within " + connectMax);
      case FIRST_BYTE ->
          CallException.of(
              Reason.FIRST_BYTE_TIMEOUT, effect(phase), "no answer within " + firstByteMax);
      case BODY -> CallException.of(Reason.IDLE_TIMEOUT, effect(phase), "silent for " + idleMax);
    };
  }

  private static Effect effect(Phase phase) {
    return phase == Phase.CONNECT ? Effect.NEVER_RUN : Effect.MAY_HAVE_RUN;
  }

  private Duration max(Phase phase) {
    return switch (phase) {
      case CONNECT -> connectMax;
      case FIRST_BYTE -> firstByteMax;
      case BODY -> idleMax;
    };
  }
}
