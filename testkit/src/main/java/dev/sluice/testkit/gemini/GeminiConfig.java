package dev.sluice.testkit.gemini;

import dev.sluice.testkit.billing.PriceTable;
import dev.sluice.testkit.http.HttpLimits;
import dev.sluice.testkit.provider.Retention;
import java.time.InstantSource;
import java.util.Set;

/// What a simulated Gemini API knows.
public record GeminiConfig(
    PriceTable prices,
    Set<String> apiKeys,
    Retention retention,
    HttpLimits limits,
    InstantSource clock) {

  /// The credential that it knows unless told otherwise.
  public static final String API_KEY = "AIzaSimulated0000000000000000000000000";

  public GeminiConfig {
    apiKeys = Set.copyOf(apiKeys);
  }

  public static GeminiConfig of(PriceTable prices) {
    return new GeminiConfig(
        prices, Set.of(API_KEY), Retention.STANDARD, HttpLimits.STANDARD, InstantSource.system());
  }

  public GeminiConfig withApiKeys(String value) {
    return new GeminiConfig(prices, Set.of(value), retention, limits, clock);
  }

  public GeminiConfig withRetention(Retention value) {
    return new GeminiConfig(prices, apiKeys, value, limits, clock);
  }

  /// The clock of the prompt cache.
  public GeminiConfig withClock(InstantSource value) {
    return new GeminiConfig(prices, apiKeys, retention, limits, value);
  }
}
