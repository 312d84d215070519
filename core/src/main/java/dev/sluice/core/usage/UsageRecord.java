package dev.sluice.core.usage;

import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.price.Tokens;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What one exchange used and cost; no content.
///
/// @param cost what its end added to what is posted; less than zero where it corrects an earlier
///   record of the same request. So the costs of all records are what is posted
/// @param credential that the provider knew us by, its own name; null where an older gateway did
///   not tell
/// @param tokens by class, whatever the provider calls them; `rawUsage` is what it told of them
///   itself, null where it told nothing
/// @param estimated the tokens are an estimate, because the answer ended without its usage
public record UsageRecord(
    Instant time,
    String requestId,
    @Nullable String upstreamRequestId,
    String key,
    @Nullable String owner,
    @Nullable String team,
    @Nullable String sessionId,
    @Nullable String agentId,
    @Nullable String parentAgentId,
    @Nullable String clientVersion,
    String modelAsked,
    String modelServed,
    String provider,
    @Nullable String credential,
    Tokens tokens,
    @Nullable RawUsage rawUsage,
    NanoUsd cost,
    String priceVersion,
    @Nullable Long firstByteMs,
    long durationMs,
    Outcome outcome,
    boolean estimated) {

  /// How the exchange ended.
  public enum Outcome {
    /// The answer was delivered whole.
    COMPLETED,
    /// The client went away.
    CANCELLED,
    /// The provider's answer was cut, or ended with an error event.
    BROKEN,
    /// The provider answered with an error.
    UPSTREAM_ERROR,
    /// The provider could not be reached, or did not answer in time.
    UPSTREAM_UNAVAILABLE,
    /// Nobody told its end: all that it held is posted.
    UNCONFIRMED;

    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }
}
