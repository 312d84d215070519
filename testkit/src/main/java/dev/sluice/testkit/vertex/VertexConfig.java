package dev.sluice.testkit.vertex;

import dev.sluice.testkit.billing.PriceTable;
import dev.sluice.testkit.google.ServiceAccount;
import dev.sluice.testkit.http.HttpLimits;
import dev.sluice.testkit.provider.Retention;
import java.time.Duration;
import java.time.InstantSource;

/// What a simulated Vertex AI knows of one project in one location.
///
/// @param prices by model, such as `claude-opus-4-5@20251101` or `gemini-2.5-pro`
/// @param tokenLifetime of every token that it gives out
public record VertexConfig(
    PriceTable prices,
    ServiceAccount account,
    String location,
    Duration tokenLifetime,
    Retention retention,
    HttpLimits limits,
    InstantSource clock) {

  public static VertexConfig of(PriceTable prices, String project, String location) {
    return new VertexConfig(
        prices,
        ServiceAccount.of(project),
        location,
        Duration.ofHours(1),
        Retention.STANDARD,
        HttpLimits.STANDARD,
        InstantSource.system());
  }

  public VertexConfig withTokenLifetime(Duration value) {
    return new VertexConfig(prices, account, location, value, retention, limits, clock);
  }

  public VertexConfig withRetention(Retention value) {
    return new VertexConfig(prices, account, location, tokenLifetime, value, limits, clock);
  }

  /// The clock of tokens and of the prompt cache.
  public VertexConfig withClock(InstantSource value) {
    return new VertexConfig(prices, account, location, tokenLifetime, retention, limits, value);
  }
}
