package dev.sluice.mcp.serve.session;

import java.time.Duration;

/// What sessions may take at most.
///
/// @param ageMax how long one is good
/// @param profileBytesMax of what the client says of itself, as JSON
/// @param keptMax sessions of which one replica remembers something
/// @param resourcesMax resources that one session hears of
public record SessionLimits(Duration ageMax, int profileBytesMax, int keptMax, int resourcesMax) {

  public static final SessionLimits STANDARD =
      new SessionLimits(Duration.ofDays(7), 4 * 1024, 10_000, 100);

  public SessionLimits withAgeMax(Duration value) {
    return new SessionLimits(value, profileBytesMax, keptMax, resourcesMax);
  }

  public SessionLimits withKeptMax(int value) {
    return new SessionLimits(ageMax, profileBytesMax, value, resourcesMax);
  }
}
