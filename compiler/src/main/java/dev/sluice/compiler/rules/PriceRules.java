package dev.sluice.compiler.rules;

import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.money.PerMTok;
import dev.sluice.core.price.Price;
import dev.sluice.core.price.Rates;
import dev.sluice.crds.Provider;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Checks a price. It is empty where a token class has none: never free by omission.
final class PriceRules {

  private static final Values.Bound USD_PER_MTOK_MAX =
      new Values.Bound("1000000", "a dollar a token");
  private static final Values.Bound USD_PER_SEARCH_MAX =
      new Values.Bound("1000", "a thousand dollars a search");
  static final int CLASSES = 5;

  private PriceRules() {}

  static Optional<Price> check(Provider.Price spec, String path, Complaints complaints) {
    var rates = rates(classes(spec), path, complaints);
    var search = webSearch(spec.webSearchUsdPerUse(), path, complaints);
    var tiers = tiers(spec.above(), path + ".above", complaints);
    return rates.isPresent() && tiers.isPresent()
        ? Optional.of(new Price(rates.get(), tiers.get(), search))
        : Optional.empty();
  }

  /// Empty where a tier lacks a class.
  private static Optional<List<Price.Tier>> tiers(
      List<Provider.Tier> specs, String path, Complaints complaints) {
    var tiers = new ArrayList<Price.Tier>();
    var thresholds = new HashSet<Long>();
    for (int i = 0; i < specs.size(); i++) {
      var spec = specs.get(i);
      var at = path + "[" + i + "]";
      if (spec.inputTokens() < 1 || !thresholds.add(spec.inputTokens())) {
        var expected = "1 or more, each threshold once";
        complaints.unexpected(at + ".inputTokens", "" + spec.inputTokens(), expected);
      }
      rates(classes(spec), at, complaints)
          .ifPresent(rates -> tiers.add(new Price.Tier(spec.inputTokens(), rates)));
    }
    return tiers.size() == specs.size() ? Optional.of(tiers) : Optional.empty();
  }

  private static Optional<Rates> rates(
      Map<String, @Nullable String> classes, String path, Complaints complaints) {
    var rates = new ArrayList<PerMTok>();
    classes.forEach(
        (field, usd) -> {
          if (usd != null) {
            Values.decimal(usd, USD_PER_MTOK_MAX, path + "." + field, complaints)
                .ifPresent(valid -> rates.add(PerMTok.parse(valid)));
          }
        });
    return rates.size() == CLASSES
        ? Optional.of(
            new Rates(rates.get(0), rates.get(1), rates.get(2), rates.get(3), rates.get(4)))
        : Optional.empty();
  }

  /// What input costs, where it has a valid price.
  static Optional<PerMTok> input(Provider.Price spec, String path, Complaints complaints) {
    var usd = spec.inputUsdPerMTok();
    return usd == null
        ? Optional.empty()
        : Values.decimal(usd, USD_PER_MTOK_MAX, path + ".inputUsdPerMTok", complaints)
            .map(PerMTok::parse);
  }

  private static @Nullable NanoUsd webSearch(
      @Nullable String usd, String path, Complaints complaints) {
    return usd == null
        ? null
        : Values.decimal(usd, USD_PER_SEARCH_MAX, path + ".webSearchUsdPerUse", complaints)
            .map(NanoUsd::parse)
            .orElse(null);
  }

  /// The names of the token classes without a price.
  static List<String> missing(Provider.Price spec) {
    return missing(classes(spec));
  }

  /// The names of the token classes without a price.
  static List<String> missing(Provider.Tier spec) {
    return missing(classes(spec));
  }

  private static List<String> missing(Map<String, @Nullable String> classes) {
    return classes.entrySet().stream()
        .filter(entry -> entry.getValue() == null)
        .map(Map.Entry::getKey)
        .toList();
  }

  private static Map<String, @Nullable String> classes(Provider.Price spec) {
    return classes(
        spec.inputUsdPerMTok(),
        spec.outputUsdPerMTok(),
        spec.cacheReadUsdPerMTok(),
        spec.cacheWrite5mUsdPerMTok(),
        spec.cacheWrite1hUsdPerMTok());
  }

  private static Map<String, @Nullable String> classes(Provider.Tier spec) {
    return classes(
        spec.inputUsdPerMTok(),
        spec.outputUsdPerMTok(),
        spec.cacheReadUsdPerMTok(),
        spec.cacheWrite5mUsdPerMTok(),
        spec.cacheWrite1hUsdPerMTok());
  }

  /// In the order of [Rates].
  private static Map<String, @Nullable String> classes(
      @Nullable String input,
      @Nullable String output,
      @Nullable String cacheRead,
      @Nullable String cacheWrite5m,
      @Nullable String cacheWrite1h) {
    var classes = new LinkedHashMap<String, @Nullable String>();
    classes.put("inputUsdPerMTok", input);
    classes.put("outputUsdPerMTok", output);
    classes.put("cacheReadUsdPerMTok", cacheRead);
    classes.put("cacheWrite5mUsdPerMTok", cacheWrite5m);
    classes.put("cacheWrite1hUsdPerMTok", cacheWrite1h);
    return classes;
  }
}
