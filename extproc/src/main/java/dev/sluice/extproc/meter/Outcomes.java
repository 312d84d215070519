package dev.sluice.extproc.meter;

import dev.sluice.core.usage.UsageRecord.Outcome;
import dev.sluice.extproc.decode.Endpoint;

/// Names how an exchange ended.
final class Outcomes {

  private Outcomes() {}

  static Outcome of(Endpoint endpoint, Ending ending) {
    if (ending.begun()) {
      return begun(endpoint, ending);
    }
    if (ending.clientGone() && ending.status() == 0) {
      return Outcome.CANCELLED;
    }
    if (ending.brokeOff()) {
      return Outcome.BROKEN;
    }
    return ending.byProvider() ? Outcome.UPSTREAM_ERROR : Outcome.UPSTREAM_UNAVAILABLE;
  }

  private static Outcome begun(Endpoint endpoint, Ending ending) {
    var readings = ending.readings();
    if (readings.error() == null && readings.stopped()) {
      return Outcome.COMPLETED;
    }
    if (ending.clientGone()) {
      return Outcome.CANCELLED;
    }
    boolean whole = readings.usage() != null || endpoint == Endpoint.COUNT_TOKENS;
    return whole && readings.error() == null ? Outcome.COMPLETED : Outcome.BROKEN;
  }
}
