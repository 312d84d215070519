package dev.sluice.testkit.billing;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/// The models of the simulated provider and their prices, as the test gives them.
public record PriceTable(SequencedMap<String, ModelPrice> models) {

  public PriceTable {
    models = new LinkedHashMap<>(models);
  }

  /// The models of the recorded traffic and of the CLI's defaults, at their list prices.
  public static PriceTable recorded() {
    var opus4 = ModelPrice.of(Rates.of("5", "25", "0.5", "6.25", "10"));
    var haiku4 = ModelPrice.of(Rates.of("1", "5", "0.1", "1.25", "2")).withLimits(64_000, 200_000);
    return new PriceTable(new LinkedHashMap<>())
        .with("claude-opus-5-5", ModelPrice.of(Rates.of("4", "20", "0.2", "5", "8")))
        .with("claude-sonnet-5-5", ModelPrice.of(Rates.of("2", "10", "0.1", "2.5", "4")))
        .with("claude-haiku-5-5", ModelPrice.of(Rates.of("0.1", "0.5", "0.01", "0.125", "0.2")))
        .with("claude-opus-4-8", opus4)
        .with("claude-opus-4-7", opus4)
        .with("claude-sonnet-5", ModelPrice.of(Rates.of("2", "10", "0.2", "2.5", "4")))
        .with("claude-haiku-4-5-20251001", haiku4);
  }

  public PriceTable with(String model, ModelPrice price) {
    var more = new LinkedHashMap<>(models);
    more.put(model, price);
    return new PriceTable(more);
  }

  public static PriceTable of(Map<String, ModelPrice> models) {
    return new PriceTable(new LinkedHashMap<>(models));
  }

  public Optional<ModelPrice> find(String model) {
    return Optional.ofNullable(models.get(model));
  }
}
