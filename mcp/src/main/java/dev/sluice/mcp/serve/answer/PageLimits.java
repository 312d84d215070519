package dev.sluice.mcp.serve.answer;

import java.time.Duration;

/// What a client gets of a list at a time.
///
/// @param pageEntriesMax of one page
/// @param ttl how long a client may keep it
public record PageLimits(int pageEntriesMax, Duration ttl) {

  public static final PageLimits STANDARD = new PageLimits(1_000, Duration.ofMinutes(1));
}
