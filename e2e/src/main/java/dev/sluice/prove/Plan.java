package dev.sluice.prove;

import java.math.BigDecimal;
import java.time.Duration;

/// How large a run is.
///
/// @param limit of the key, in USD
/// @param requests all at once, every third of them cancelled in mid-stream
/// @param endedBeforeKill how many exchanges the provider has billed when the gateway is killed
/// @param patience how long requests are sent again; Claude Code itself goes on for three minutes
record Plan(BigDecimal limit, int requests, int endedBeforeKill, Duration patience) {

  static final Plan WHOLE = new Plan(new BigDecimal("1"), 200, 6, Duration.ofSeconds(100));

  /// The same in a few seconds.
  static final Plan SHORT = new Plan(new BigDecimal("0.5"), 60, 4, Duration.ofSeconds(10));
}
