package dev.sluice.demo.parts;

import dev.sluice.testkit.billing.Usage;
import java.math.BigDecimal;
import tools.jackson.databind.JsonNode;

/// A usage record, as the gateway wrote it; of a call of a tool it has no provider, model and
/// tokens.
public record UsageLine(
    String requestId,
    String upstreamRequestId,
    String key,
    String team,
    String provider,
    String model,
    Usage tokens,
    BigDecimal costUsd,
    String outcome,
    boolean estimated) {

  public static UsageLine of(JsonNode json) {
    return new UsageLine(
        json.path("requestId").asString(""),
        json.path("upstreamRequestId").asString(""),
        json.path("key").asString(),
        json.path("team").asString(""),
        json.path("provider").asString(""),
        json.path("modelServed").asString(""),
        tokens(json.path("tokens")),
        new BigDecimal(json.path("costUsd").asString()),
        json.path("outcome").asString(),
        json.path("estimated").asBoolean(false));
  }

  /// Whether nobody told how the exchange ended, and all that it held is booked.
  public boolean isUnconfirmed() {
    return outcome.equals("unconfirmed");
  }

  private static Usage tokens(JsonNode json) {
    return new Usage(
        json.path("input").asLong(0),
        json.path("output").asLong(0),
        json.path("cacheRead").asLong(0),
        json.path("cacheWrite5m").asLong(0),
        json.path("cacheWrite1h").asLong(0),
        json.path("webSearches").asLong(0));
  }
}
