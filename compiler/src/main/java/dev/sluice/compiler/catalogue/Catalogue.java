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
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The catalogue: what is known of the models that providers of one type serve.
///
/// @param version the data's date, and the start of its digest
/// @param models by name
public record Catalogue(String version, SortedMap<String, Entry> models) {

  /// @param price null where the source lacks a token class: such a model is unpriced
  /// @param contextTokensMax null where the source does not say
  /// @param outputTokensMax likewise
  /// @param requests null where it is not known what the model takes
  public record Entry(
      @Nullable Price price,
      @Nullable Long contextTokensMax,
      @Nullable Long outputTokensMax,
      @Nullable Requests requests) {}

  private static final String FOLDER = "/dev/sluice/core/price/";
  private static final JsonMapper JSON = JsonMapper.shared();
  static final String ANTHROPIC = "anthropic";
  private static final Set<String> CLOUDS = Set.of("azure", "bedrock");
  private static final BigDecimal TWO = BigDecimal.valueOf(2);
  private static final ConcurrentMap<String, SortedMap<String, Entry>> SECTIONS =
      new ConcurrentHashMap<>();

  public Catalogue {
    models = Collections.unmodifiableSortedMap(new TreeMap<>(models));
  }

  /// The models of sections of the built-in data, of two with one name the first. The version is
  /// that of all of it.
  public SortedMap<String, Entry> sections(List<String> providers) {
    var all = new TreeMap<String, Entry>();
    for (var provider : providers.reversed()) {
      all.putAll(
          provider.equals(ANTHROPIC)
              ? models
              : SECTIONS.computeIfAbsent(provider, Catalogue::others));
    }
    return all;
  }

  private static SortedMap<String, Entry> others(String provider) {
    var models = new TreeMap<String, Entry>();
    lines(resource("prices.jsonl"), provider)
        .filter(line -> !isPlaced(line))
        .forEach(line -> models.put(name(line), entry(line, price(filled(line)))));
    return models;
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
    return read(lines, ANTHROPIC, properties.getProperty("date"), kinds);
  }

  static Catalogue read(String lines, String provider, String date, RequestKinds kinds) {
    var models = new TreeMap<String, Entry>();
    lines(lines, provider)
        .forEach(line -> models.put(line.path("model").asString(), entry(line, kinds)));
    return new Catalogue(date + "." + digest(lines).substring(0, 8), models);
  }

  private static Stream<JsonNode> lines(String lines, String provider) {
    return lines
        .lines()
        // Most lines are of other providers, and parsing them all would delay the start.
        .filter(line -> line.contains('"' + provider + '"'))
        .map(JSON::readTree)
        .filter(line -> line.path("provider").asString().equals(provider));
  }

  /// Services that do not sell their cache apart: a class that the source lacks costs as input
  /// does. Claude's cache is sold apart everywhere.
  private static JsonNode filled(JsonNode line) {
    var filled = (ObjectNode) line;
    Consumer<ObjectNode> fill =
        name(line).contains("claude") ? Catalogue::fillClaude : Catalogue::fill;
    fill.accept(filled);
    filled.path("above").forEach(tier -> fill.accept((ObjectNode) tier));
    return filled;
  }

  private static void fill(ObjectNode prices) {
    var input = prices.path("input");
    for (var tokenClass : List.of("cacheRead", "cacheWrite5m", "cacheWrite1h")) {
      if (!input.isMissingNode() && !prices.has(tokenClass)) {
        prices.set(tokenClass, input);
      }
    }
  }

  /// What it writes for an hour costs twice its input wherever the source tells it.
  private static void fillClaude(ObjectNode prices) {
    if (prices.has("input") && prices.has("cacheWrite5m") && !prices.has("cacheWrite1h")) {
      var twice = new BigDecimal(prices.path("input").asString()).multiply(TWO);
      prices.put("cacheWrite1h", twice.toPlainString());
    }
  }

  /// The price of a model in one place of a cloud, where it has the same name as everywhere.
  private static boolean isPlaced(JsonNode line) {
    return CLOUDS.contains(line.path("provider").asString()) && name(line).indexOf('/') >= 0;
  }

  /// Most sections put a name of their provider before some models'.
  private static String name(JsonNode line) {
    var name = line.path("model").asString();
    var section = line.path("provider").asString();
    for (var prefix : List.of(section + "/", "vertex_ai/")) {
      if (name.startsWith(prefix)) {
        return name.substring(prefix.length());
      }
    }
    return name;
  }

  private static Entry entry(JsonNode line, RequestKinds kinds) {
    var requests = kinds.of(line.path("model").asString(), number(line.path("maxOutput")));
    return new Entry(
        price(line), number(line.path("maxInput")), number(line.path("maxOutput")), requests);
  }

  private static Entry entry(JsonNode line, @Nullable Price price) {
    return new Entry(price, number(line.path("maxInput")), number(line.path("maxOutput")), null);
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
