package dev.sluice.mcp.upstream;

import dev.sluice.mcp.upstream.call.CallFailure;
import dev.sluice.mcp.upstream.call.ServerCard;
import java.time.Instant;
import java.util.Optional;

/// How a connection is at a time; it names no secret.
///
/// @param card of the server, from when it was reached last
/// @param lastFailure why it was not reached, or was lost, the last time; kept when it is there
///   again
public record Health(
    State state, Instant since, Optional<ServerCard> card, Optional<CallFailure> lastFailure) {

  /// Whether there is a connection.
  public enum State {
    CONNECTING,
    CONNECTED,
    /// Not reached, and waited for before the next attempt.
    BACKING_OFF,
    CLOSED
  }

  Health to(State next, Instant now) {
    return new Health(next, now, card, lastFailure);
  }

  Health connected(ServerCard value, Instant now) {
    return new Health(State.CONNECTED, now, Optional.of(value), lastFailure);
  }

  Health failed(CallFailure failure, Instant now) {
    return new Health(State.BACKING_OFF, now, card, Optional.of(failure));
  }
}
