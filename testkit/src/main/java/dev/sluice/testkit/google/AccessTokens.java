package dev.sluice.testkit.google;

import dev.sluice.testkit.cloud.CloudRefusedException;
import dev.sluice.testkit.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/// The access tokens that were given out, each with its end.
public final class AccessTokens {

  private static final int TOKENS_MAX = 10_000;

  private final InstantSource clock;
  private final Duration lifetime;
  private final LinkedHashMap<String, Instant> ends = new LinkedHashMap<>();
  private long issued;

  public AccessTokens(InstantSource clock, Duration lifetime) {
    this.clock = clock;
    this.lifetime = lifetime;
  }

  Duration lifetime() {
    return lifetime;
  }

  InstantSource clock() {
    return clock;
  }

  synchronized String issue() {
    issued++;
    var token = "ya29.simulated-%06d".formatted(issued);
    ends.put(token, clock.instant().plus(lifetime));
    if (ends.size() > TOKENS_MAX) {
      ends.remove(ends.firstEntry().getKey());
    }
    return token;
  }

  /// How many were given out in all.
  public synchronized long issued() {
    return issued;
  }

  /// Refuses a request whose token was not given out here, or has ended.
  public synchronized void authenticate(HttpRequest request) {
    var header =
        request
            .header("authorization")
            .orElseThrow(
                () ->
                    refusal(
                        "CREDENTIALS_MISSING",
                        "Request is missing required authentication credential."));
    @Nullable Instant end = header.startsWith("Bearer ") ? ends.get(header.substring(7)) : null;
    if (end == null) {
      throw refusal(
          "ACCESS_TOKEN_TYPE_UNSUPPORTED", "Request had invalid authentication credentials.");
    }
    if (!clock.instant().isBefore(end)) {
      throw refusal("ACCESS_TOKEN_EXPIRED", "Request had invalid authentication credentials.");
    }
  }

  private static CloudRefusedException refusal(String reason, String problem) {
    return new CloudRefusedException(
        401,
        reason,
        problem
            + " Expected OAuth 2 access token, login cookie or other valid authentication"
            + " credential. See"
            + " https://developers.google.com/identity/sign-in/web/devconsole-project.");
  }
}
