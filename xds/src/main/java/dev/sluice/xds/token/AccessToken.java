package dev.sluice.xds.token;

import dev.sluice.core.provider.Credential;
import java.time.Duration;
import java.time.Instant;

/// What a credential was changed for, and when it ends.
///
/// @param shown a value for a header, or a key pair that signs
record AccessToken(Credential shown, Instant expiresAt) {

  /// A platform that keeps a token for whoever asks gives the next one so long before its end.
  private static final Duration AHEAD_MAX = Duration.ofMinutes(10);

  private static final Duration AGAIN_MIN = Duration.ofSeconds(1);

  static AccessToken of(String value, Instant expiresAt) {
    return new AccessToken(new Credential.Value(value), expiresAt);
  }

  /// How long to wait before the next one is asked for: well ahead of the end of this one.
  Duration renewIn(Instant now) {
    var left = Duration.between(now, expiresAt);
    var half = left.dividedBy(2);
    var wait = left.minus(half.compareTo(AHEAD_MAX) < 0 ? half : AHEAD_MAX);
    return wait.compareTo(AGAIN_MIN) < 0 ? AGAIN_MIN : wait;
  }

  @Override
  public String toString() {
    return "AccessToken[" + expiresAt + "]";
  }
}
