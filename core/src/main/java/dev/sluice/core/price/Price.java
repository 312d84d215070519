package dev.sluice.core.price;

import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.money.PerMTok;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a model costs: rates by token class, dearer rates for long contexts, server tools per use.
///
/// @param above tiers by ascending threshold; the highest one that is passed prices the whole call
/// @param webSearchPerUse null where the source has no price: then a search cannot be admitted
public record Price(Rates rates, List<Tier> above, @Nullable NanoUsd webSearchPerUse) {

  /// Rates that hold for the whole call once it reads more than `inputTokens` in all.
  public record Tier(long inputTokens, Rates rates) {}

  private static final long FNV_START = 0xcbf29ce484222325L;

  /// Input billed in four classes is rounded up four times: three times more than a sum.
  private static final NanoUsd ROUNDING = new NanoUsd(3);

  public Price {
    above = above.stream().sorted(Comparator.comparingLong(Tier::inputTokens)).toList();
  }

  /// Of a model that only reads, and caches nothing: any class of input costs the same.
  public static Price ofInput(PerMTok input) {
    return new Price(new Rates(input, new PerMTok(0), input, input, input), List.of(), null);
  }

  /// The exact cost; each component is rounded up to a whole nano-dollar.
  ///
  /// @throws IllegalStateException if searches were billed that have no price
  public NanoUsd cost(Tokens tokens) {
    var cost = ratesFor(tokens.inputInAll()).cost(tokens);
    if (tokens.webSearches() == 0) {
      return cost;
    }
    if (webSearchPerUse == null) {
      throw new IllegalStateException("BUG: a web search without a price was admitted");
    }
    return cost.plus(webSearchPerUse.times(tokens.webSearches()));
  }

  /// The most that `inputTokens` can cost, whatever classes they are billed in.
  public NanoUsd inputBound(long inputTokens) {
    return dearest(inputTokens, Rates::dearestInput).cost(inputTokens).plus(ROUNDING);
  }

  /// The same for a call that asks for no cache of an hour.
  public NanoUsd inputBoundWithoutHourCache(long inputTokens) {
    return dearest(inputTokens, Rates::dearestInputWithoutHourCache)
        .cost(inputTokens)
        .plus(ROUNDING);
  }

  /// A short word for these numbers, the same in every process; other prices have another one.
  public String mark() {
    long mark = rates.mark(FNV_START);
    for (var tier : above) {
      mark = tier.rates().mark(Rates.marked(mark, tier.inputTokens()));
    }
    mark = Rates.marked(mark, webSearchPerUse == null ? -1 : webSearchPerUse.nanos());
    return Long.toHexString(mark);
  }

  /// Whether nothing costs more than at the other price, and something less. A search without a
  /// price is not compared: it is refused.
  public boolean lessThan(Price other) {
    return !dearerThan(other) && other.dearerThan(this);
  }

  private boolean dearerThan(Price other) {
    var perSearch = other.webSearchPerUse;
    if (webSearchPerUse != null && perSearch != null && webSearchPerUse.moreThan(perSearch)) {
      return true;
    }
    return Stream.concat(above.stream(), other.above.stream())
            .map(tier -> tier.inputTokens() + 1)
            .anyMatch(tokens -> ratesFor(tokens).anyAbove(other.ratesFor(tokens)))
        || rates.anyAbove(other.rates);
  }

  /// The rate of output beside at most `inputTokens` of input: the dearest tier that could apply.
  public PerMTok outputRate(long inputTokens) {
    return dearest(inputTokens, Rates::output);
  }

  private PerMTok dearest(long inputTokens, java.util.function.Function<Rates, PerMTok> rate) {
    var dearest = rate.apply(rates);
    for (var tier : above) {
      if (inputTokens > tier.inputTokens()) {
        dearest = dearest.max(rate.apply(tier.rates()));
      }
    }
    return dearest;
  }

  private Rates ratesFor(long inputTokens) {
    var chosen = rates;
    for (var tier : above) {
      if (inputTokens > tier.inputTokens()) {
        chosen = tier.rates();
      }
    }
    return chosen;
  }
}
