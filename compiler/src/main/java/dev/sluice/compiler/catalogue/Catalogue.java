package dev.sluice.compiler.catalogue;

import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.money.PerMTok;
import dev.sluice.core.policy.Requests;
import dev.sluice.core.price.Price;
import dev.sluice.core.price.Rates;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The catalogue: what is known of the models that providers of one type serve.
///
/// @param version the data's date, and the start of its digest
/// @param models by name
public record Catalogue(String version, SortedMap<String, Entry> models) {

  /// @param price null where the source lacks a token class: such a model is unpriced
  /// @param contextTokensMax null where the source does not say
  /// @param requests null where it is not known what the model takes
  public record Entry(
      @Nullable Price price, @Nullable Long contextTokensMax, @Nullable Requests requests) {}

  private static final String FOLDER = "/dev/sluice/core/price/";
  private static final JsonMapper JSON = JsonMapper.shared();

  public Catalogue {
    models = Collections.unmodifiableSortedMap(new TreeMap<>(models));
  }

  /// The built-in catalogue of Anthropic's own models.
  public static Catalogue anthropic() {
    var lines = resource("prices.jsonl");
    var properties = new Properties();
    try {
      properties.load(new StringReader(resource("prices.properties")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var kinds = RequestKinds.anthropic();
    return read(lines, "anthropic", properties.getProperty("date"), kinds);
  }

  static Catalogue read(String lines, String provider, String date, RequestKinds kinds) {
    var models = new TreeMap<String, Entry>();
    lines
        .lines()
        // Most lines are of other providers, and parsing them all would delay the start.
        .filter(line -> line.contains('"' + provider + '"'))
        .map(JSON::readTree)
        .filter(line -> line.path("provider").asString().equals(provider))
        .forEach(line -> models.put(line.path("model").asString(), entry(line, kinds)));
    return new Catalogue(date + "." + digest(lines).substring(0, 8), models);
  }

  private static Entry entry(JsonNode line, RequestKinds kinds) {
    var requests = kinds.of(line.path("model").asString(), number(line.path("maxOutput")));
    return new Entry(price(line), number(line.path("maxInput")), requests);
  }

  private static @Nullable Long number(JsonNode value) {
    return value.isMissingNode() ? null : value.asLong();
  }

  private static @Nullable Price price(JsonNode line) {
    var rates = rates(line);
    var tiers = new ArrayList<Price.Tier>();
    for (var tier : line.path("above").properties()) {
      var dearer = rates(tier.getValue());
      if (dearer == null) {
        return null;
      }
      tiers.add(new Price.Tier(threshold(tier.getKey()), dearer));
    }
    return rates == null ? null : new Price(rates, tiers, webSearch(line));
  }

  private static @Nullable Rates rates(JsonNode prices) {
    var classes = List.of("input", "output", "cacheRead", "cacheWrite5m", "cacheWrite1h");
    var rates = new ArrayList<PerMTok>();
    for (var tokenClass : classes) {
      var usd = prices.path(tokenClass);
      if (usd.isMissingNode()) {
        return null;
      }
      rates.add(PerMTok.parse(usd.asString()));
    }
    return new Rates(rates.get(0), rates.get(1), rates.get(2), rates.get(3), rates.get(4));
  }

  /// The dearest of the variants.
  private static @Nullable NanoUsd webSearch(JsonNode line) {
    return line.path("webSearchPerUse")
        .valueStream()
        .map(usd -> NanoUsd.parse(usd.asString()))
        .max(NanoUsd::compareTo)
        .orElse(null);
  }

  private static long threshold(String thousands) {
    return 1000 * Long.parseLong(thousands.substring(0, thousands.length() - 1));
  }

  private static String digest(String text) {
    try {
      var sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha256.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("BUG: every JDK has SHA-256", e);
    }
  }

  private static String resource(String name) {
    try (InputStream in = Price.class.getResourceAsStream(FOLDER + name)) {
      if (in == null) {
        throw new IllegalStateException("BUG: the resource " + FOLDER + name + " is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
