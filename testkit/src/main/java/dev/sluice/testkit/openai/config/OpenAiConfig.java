package dev.sluice.testkit.openai.config;

import dev.sluice.testkit.billing.ModelPrice;
import dev.sluice.testkit.billing.PriceTable;
import dev.sluice.testkit.billing.Rates;
import dev.sluice.testkit.http.HttpLimits;
import dev.sluice.testkit.provider.Retention;
import java.math.BigDecimal;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/// What a simulated OpenAI knows: its models, its credential, its limits, its clock.
///
/// @param port 0 picks a free one
/// @param reasoners the models that think before they answer; on Azure, deployments have the names
///   of their models
public record OpenAiConfig(
    int port,
    PriceTable prices,
    Set<String> reasoners,
    Door door,
    Quirks quirks,
    Retention retention,
    HttpLimits limits,
    InstantSource clock) {

  /// The credential that it knows unless told otherwise.
  public static final String API_KEY = "sk-simulated-openai-0000000000000000";

  /// Whose paths and headers these are.
  public enum Host {
    OPENAI,
    AZURE
  }

  /// How requests get in.
  ///
  /// @param basePath of `/chat/completions` and its neighbours
  /// @param apiKey of `Authorization: Bearer`, on Azure of `api-key`
  /// @param tokens that Azure takes in the place of a key
  public record Door(Host host, String basePath, String apiKey, Predicate<String> tokens) {
    public Door(Host host, String basePath, String apiKey) {
      this(host, basePath, apiKey, _ -> false);
    }
  }

  public OpenAiConfig {
    reasoners = Set.copyOf(reasoners);
  }

  /// A model that thinks, one that does not, and one for embeddings.
  public static OpenAiConfig standard() {
    var thinks = price("1.25", "10", "0.125").withLimits(128_000, 400_000);
    var talks = price("2", "8", "0.5").withLimits(32_768, 1_047_576);
    var models = new LinkedHashMap<String, ModelPrice>();
    models.put("gpt-5.1", thinks);
    models.put("gpt-4.1", talks);
    models.put("text-embedding-3-small", price("0.02", "0", "0.02").withLimits(1, 8_192));
    return of(PriceTable.of(models), Set.of("gpt-5.1"));
  }

  public static OpenAiConfig of(PriceTable prices, Set<String> reasoners) {
    return new OpenAiConfig(
        0,
        prices,
        reasoners,
        new Door(Host.OPENAI, "/v1", API_KEY),
        Quirks.NONE,
        Retention.STANDARD,
        HttpLimits.STANDARD,
        InstantSource.system());
  }

  /// Nobody pays for writing to the cache here; a search costs a cent.
  public static ModelPrice price(String input, String output, String cacheRead) {
    var rates = Rates.of(input, output, cacheRead, "0", "0");
    return new ModelPrice(rates, List.of(), new BigDecimal("0.01"), 128_000, 400_000);
  }

  /// Azure that knows these access tokens beside its key.
  public OpenAiConfig azure(Predicate<String> tokens) {
    return withDoor(new Door(Host.AZURE, "/openai/v1", door.apiKey(), tokens));
  }

  public boolean reasons(String model) {
    return reasoners.contains(model);
  }

  /// Azure's paths, by deployment and under `/openai/v1`, and its header.
  public OpenAiConfig azure() {
    return withDoor(new Door(Host.AZURE, "/openai/v1", door.apiKey()));
  }

  public OpenAiConfig withDoor(Door value) {
    return new OpenAiConfig(port, prices, reasoners, value, quirks, retention, limits, clock);
  }

  public OpenAiConfig withPort(int value) {
    return new OpenAiConfig(value, prices, reasoners, door, quirks, retention, limits, clock);
  }

  public OpenAiConfig withQuirks(Quirks value) {
    return new OpenAiConfig(port, prices, reasoners, door, value, retention, limits, clock);
  }

  public OpenAiConfig withRetention(Retention value) {
    return new OpenAiConfig(port, prices, reasoners, door, quirks, value, limits, clock);
  }

  public OpenAiConfig withLimits(HttpLimits value) {
    return new OpenAiConfig(port, prices, reasoners, door, quirks, retention, value, clock);
  }

  /// The clock of the prompt cache, and of `created`.
  public OpenAiConfig withClock(InstantSource value) {
    return new OpenAiConfig(port, prices, reasoners, door, quirks, retention, limits, value);
  }
}
