package dev.sluice.testkit.http;

import java.time.Duration;

/// What a peer may send at most, and how long a connection may be silent.
public record HttpLimits(
    int lineBytesMax, int headersMax, long bodyBytesMax, Duration silenceMax, Duration closingMax) {

  public static final HttpLimits STANDARD =
      new HttpLimits(
          16 * 1024, 100, 32L * 1024 * 1024, Duration.ofMinutes(15), Duration.ofSeconds(2));
}
