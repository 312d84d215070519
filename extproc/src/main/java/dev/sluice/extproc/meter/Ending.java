package dev.sluice.extproc.meter;

import org.jspecify.annotations.Nullable;

/// The end of a request, as Envoy tells it.
///
/// @param holdId of its hold, where there is one
/// @param status 0 where no answer was sent
/// @param clientGone the client left before the end
/// @param sent the request had reached the provider whole
/// @param details Envoy's word for where the answer came from
/// @param firstByteMs from the request to the answer's first byte; null without one
/// @param bodyBytes of the answer that passed
public record Ending(
    String requestId,
    String holdId,
    int status,
    boolean clientGone,
    boolean sent,
    String details,
    @Nullable Long firstByteMs,
    long durationMs,
    long bodyBytes,
    Readings readings) {

  /// Envoy's word for an answer that it did not make itself.
  private static final String BY_PROVIDER = "via_upstream";

  /// What begins the gateway's own words for answers that it made.
  private static final String BY_GATEWAY = "sluice";

  private static final int TIMED_OUT = 504;

  /// What the meter inside Envoy read; see [dev.sluice.core.envoy.DataPlane] for the fields.
  public record Readings(
      @Nullable String start,
      @Nullable String delta,
      boolean stopped,
      @Nullable String error,
      @Nullable String usage,
      @Nullable String visible,
      @Nullable String upstreamRequestId) {

    public static final Readings NONE = new Readings(null, null, false, null, null, null, null);
  }

  /// The answer came from the provider, not from Envoy.
  public boolean byProvider() {
    return details.equals(BY_PROVIDER);
  }

  /// The answer came from the gateway itself.
  public boolean byGateway() {
    return details.startsWith(BY_GATEWAY);
  }

  /// The provider had the whole request, and took longer to answer than it may.
  public boolean timedOut() {
    return sent && status == TIMED_OUT && !byProvider();
  }

  /// The provider had begun to answer well.
  public boolean begun() {
    return status >= 200 && status < 300;
  }
}
