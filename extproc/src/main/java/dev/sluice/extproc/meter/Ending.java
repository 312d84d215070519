package dev.sluice.extproc.meter;

import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The end of a request, as Envoy tells it.
///
/// @param holdId of its hold, where there is one
/// @param status that the client got; 0 where no answer was sent
/// @param clientGone the client left before the end
/// @param sent the request had reached the provider whole
/// @param details Envoy's word for where the answer came from
/// @param firstByteMs from the request to the answer's first byte; null without one
/// @param bodyBytes of the answer that passed
/// @param cameBytes of the answer's body that came from the provider, with the frames around them
/// @param retryAfter what the answer says of it; null where it does not
/// @param ofAttempt it is not the request's end, but that of an attempt that failed
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
    long cameBytes,
    Readings readings,
    @Nullable Duration retryAfter,
    boolean ofAttempt) {

  /// Envoy's word for an answer that it did not make itself.
  public static final String BY_PROVIDER = "via_upstream";

  /// What begins Envoy's word for a connection that broke before an answer began.
  public static final String BROKE_BEFORE = "upstream_reset_before_response_started";

  /// What begins Envoy's word for an answer of the provider's that broke off.
  private static final String BROKE_OFF = "upstream_reset_after_response_started";

  /// What begins the gateway's own words for answers that it made.
  private static final String BY_GATEWAY = "sluice";

  private static final int UNREACHABLE = 503;

  /// An account is refused, or has had enough for now.
  private static final Set<Integer> OF_ACCOUNT = Set.of(401, 402, 429);

  /// What the account is told the next time as well.
  private static final Set<Integer> FOR_GOOD = Set.of(401, 402, 403);

  /// One model may be closed to an account, and all others open.
  private static final int OF_MODEL = 403;

  private static final int OF_PROVIDER = 408;

  /// The status of an answer that did not begin in time.
  public static final int TIMED_OUT = 504;

  /// What the meter inside Envoy read; see [dev.sluice.core.envoy.DataPlane] for the fields.
  ///
  /// @param status of an error, as the provider said it; 0 where there is none
  public record Readings(
      @Nullable String start,
      @Nullable String delta,
      boolean stopped,
      int status,
      @Nullable String error,
      @Nullable String usage,
      @Nullable String visible,
      @Nullable String upstreamRequestId) {

    public static final Readings NONE = new Readings(null, null, false, 0, null, null, null, null);

    Readings withStatus(int told) {
      return new Readings(start, delta, stopped, told, error, usage, visible, upstreamRequestId);
    }
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

  /// The provider was sent the whole request, and the connection broke before an answer began: it
  /// may have read it and written, and nobody tells.
  public boolean brokeBefore() {
    return sent && details.startsWith(BROKE_BEFORE) && !refused();
  }

  /// The provider had begun to answer well and broke off, so early that the client got an answer of
  /// Envoy's in its place.
  public boolean brokeOff() {
    return details.startsWith(BROKE_OFF) && !begun() && !refused();
  }

  /// The provider answered with an error, whatever the client got of it.
  public boolean refused() {
    return readings.status() > 0;
  }

  /// The status of a provider's error; 0 where there is none.
  public int errorStatus() {
    return byProvider() && status >= 400 ? ownStatus() : readings.status();
  }

  /// With what an attempt told of its error, where the meter did not see it: it broke off.
  public Ending withError(int errorStatus) {
    return errorStatus == 0 || refused()
        ? this
        : new Ending(
            requestId,
            holdId,
            status,
            clientGone,
            sent,
            details,
            firstByteMs,
            durationMs,
            bodyBytes,
            cameBytes,
            readings.withStatus(errorStatus),
            retryAfter,
            ofAttempt);
  }

  /// What the provider said.
  private int ownStatus() {
    return refused() ? readings.status() : status;
  }

  /// For how long the provider asks to be left alone; null where it does not. What Envoy answers
  /// tells the client when to ask again.
  public @Nullable Duration rest() {
    return byProvider() || ofAttempt ? retryAfter : null;
  }

  /// What failed.
  public enum Failure {
    /// Nothing that others need to know.
    NONE,
    /// The provider cannot serve anybody now: it does not answer, or has too much to do.
    PROVIDER,
    /// It refuses the account that we showed, or has done enough for it.
    ACCOUNT,
    /// It refuses that account this model.
    ACCOUNT_OF_MODEL
  }

  public Failure failure() {
    if (byGateway() || clientGone) {
      return Failure.NONE;
    }
    if (!byProvider() && !refused()) {
      boolean unserved = ofAttempt || status == UNREACHABLE || status == TIMED_OUT;
      return unserved ? Failure.PROVIDER : Failure.NONE;
    }
    if (isOutOfCredit() || OF_ACCOUNT.contains(ownStatus())) {
      return Failure.ACCOUNT;
    }
    if (ownStatus() == OF_MODEL) {
      return Failure.ACCOUNT_OF_MODEL;
    }
    return status >= 500 || status == OF_PROVIDER ? Failure.PROVIDER : Failure.NONE;
  }

  /// It refuses the account that we showed for good, not for now.
  public boolean refusesAccount() {
    boolean answered = byProvider() || refused();
    return isOutOfCredit() || (answered && FOR_GOOD.contains(ownStatus()));
  }

  /// Anthropic says so with 400, and the gateway makes 502 of it.
  public boolean isOutOfCredit() {
    var error = readings.error();
    return byProvider()
        && error != null
        && error.toLowerCase(Locale.ROOT).contains("credit balance");
  }

  /// The provider had begun to answer well.
  public boolean begun() {
    return status >= 200 && status < 300;
  }
}
