package dev.sluice.testkit.billing;

import java.math.BigDecimal;
import java.util.List;

/// What a model costs and how much it can read and write.
///
/// @param above dearer rates for whole calls that read more, by ascending threshold
public record ModelPrice(
    Rates rates,
    List<Tier> above,
    BigDecimal webSearchPerUse,
    long outputTokensMax,
    long contextTokensMax) {

  /// Rates that hold for the whole call once it reads more than `inputTokens`.
  public record Tier(long inputTokens, Rates rates) {}

  public ModelPrice {
    above = List.copyOf(above);
  }

  /// A model of 128,000 tokens of output and a million of context, searches at a cent each.
  public static ModelPrice of(Rates rates) {
    return new ModelPrice(rates, List.of(), new BigDecimal("0.01"), 128_000, 1_000_000);
  }

  public ModelPrice withAbove(long inputTokens, Rates dearer) {
    return new ModelPrice(
        rates,
        List.of(new Tier(inputTokens, dearer)),
        webSearchPerUse,
        outputTokensMax,
        contextTokensMax);
  }

  public ModelPrice withLimits(long outputTokens, long contextTokens) {
    return new ModelPrice(rates, above, webSearchPerUse, outputTokens, contextTokens);
  }

  /// The exact cost in USD.
  public BigDecimal cost(Usage usage) {
    var chosen = rates;
    for (var tier : above) {
      chosen = usage.inputInAll() > tier.inputTokens() ? tier.rates() : chosen;
    }
    var searches = webSearchPerUse.multiply(BigDecimal.valueOf(usage.webSearches()));
    return chosen.cost(usage).add(searches);
  }
}
