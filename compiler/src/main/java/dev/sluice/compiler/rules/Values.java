package dev.sluice.compiler.rules;

import dev.sluice.core.policy.Globs;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.policy.Routing.Tier;
import dev.sluice.crds.VirtualKey;
import dev.sluice.crds.schema.Range;
import dev.sluice.crds.schema.Text;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads the values that fields of several kinds share.
public final class Values {

  private static final Pattern DURATION_PART = Pattern.compile("(\\d+)(h|ms|m|s)");
  private static final Duration DURATION_MAX = Duration.ofHours(1);
  private static final long MIN_OUTPUT_TOKENS_MAX = 1_000_000;

  private Values() {}

  /// A largest amount, exact and in words.
  public record Bound(String usd, String words) {}

  /// A decimal of at most nine places between zero and the bound.
  public static Optional<String> decimal(
      String text, Bound max, String path, Complaints complaints) {
    if (!Text.DOLLARS.matches(text)) {
      complaints.unexpected(path, text, Text.DOLLARS.expected());
      return Optional.empty();
    }
    if (new BigDecimal(text).compareTo(new BigDecimal(max.usd())) > 0) {
      complaints.unexpected(path, text, "at most " + max.usd() + ", " + max.words());
      return Optional.empty();
    }
    return Optional.of(text);
  }

  public static Duration duration(
      @Nullable String text, Duration absent, String path, Complaints complaints) {
    if (text == null) {
      return absent;
    }
    var sum = Text.DURATION.matches(text) ? sum(text) : Duration.ZERO;
    if (sum.isZero() || sum.compareTo(DURATION_MAX) > 0) {
      complaints.unexpected(path, text, Text.DURATION.expected());
      return absent;
    }
    return sum;
  }

  private static Duration sum(String text) {
    return DURATION_PART
        .matcher(text)
        .results()
        .map(part -> part(Long.parseLong(part.group(1)), part.group(2)))
        .reduce(Duration.ZERO, Duration::plus);
  }

  private static Duration part(long count, String unit) {
    return switch (unit) {
      case "ms" -> Duration.ofMillis(count);
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      case "h" -> Duration.ofHours(count);
      default -> throw new IllegalStateException("BUG: the pattern has no such unit");
    };
  }

  /// A text that is absent is none that could be wrong.
  public static void check(Text form, @Nullable String text, String path, Complaints complaints) {
    if (text != null && !form.matches(text)) {
      complaints.unexpected(path, text, form.expected());
    }
  }

  /// An object as `NAME` of the namespace that refers to it, or as `NAMESPACE/NAME`.
  static @Nullable ObjectName reference(
      @Nullable String text, String namespace, String path, Complaints complaints) {
    if (text == null) {
      return null;
    }
    check(Text.REFERENCE, text, path, complaints);
    return ObjectName.of(text, namespace);
  }

  static @Nullable Instant instant(@Nullable String text, String path, Complaints complaints) {
    if (text == null) {
      return null;
    }
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException _) {
      complaints.unexpected(path, text, Text.TIME.expected());
      return null;
    }
  }

  static Globs globs(List<String> patterns, String path, Complaints complaints) {
    return globs(Text.GLOB, patterns, path, complaints);
  }

  public static Globs globs(Text form, List<String> patterns, String path, Complaints complaints) {
    for (int i = 0; i < patterns.size(); i++) {
      check(form, patterns.get(i), path + "[" + i + "]", complaints);
    }
    return new Globs(patterns);
  }

  /// What is absent matches everything.
  public static @Nullable Globs glob(
      Text form, @Nullable String pattern, String path, Complaints complaints) {
    check(form, pattern, path, complaints);
    return pattern == null ? null : new Globs(List.of(pattern));
  }

  public static @Nullable Tier tier(@Nullable String word, String path, Complaints complaints) {
    check(Text.TIER, word, path, complaints);
    return word == null || !Text.TIER.matches(word)
        ? null
        : Tier.valueOf(word.toUpperCase(Locale.ROOT));
  }

  public static Map<Tier, String> tiers(VirtualKey.@Nullable Tiers spec, Complaints complaints) {
    var tiers = new EnumMap<Tier, String>(Tier.class);
    if (spec != null) {
      putTier(tiers, Tier.OPUS, spec.opus(), complaints);
      putTier(tiers, Tier.SONNET, spec.sonnet(), complaints);
      putTier(tiers, Tier.HAIKU, spec.haiku(), complaints);
    }
    return tiers;
  }

  private static void putTier(
      Map<Tier, String> tiers, Tier tier, @Nullable String to, Complaints complaints) {
    if (to != null) {
      check(Text.TARGET, to, "spec.tiers." + tier.word(), complaints);
      tiers.put(tier, to);
    }
  }

  /// Two bounds, `min` and `max` with a unit.
  public static void ordered(
      @Nullable Long least, @Nullable Long most, String path, String unit, Complaints complaints) {
    var min = "min" + unit;
    var max = path + ".max" + unit;
    within(0, least, Range.MOST_MAX, path + "." + min, complaints);
    within(0, most, Range.MOST_MAX, max, complaints);
    if (least != null && most != null && most < least) {
      complaints.unexpected(max, most.toString(), "at least " + min);
    }
  }

  static SimplicityPlan simplicity(VirtualKey.@Nullable Complexity spec, Complaints complaints) {
    if (spec == null) {
      return SimplicityPlan.NONE;
    }
    var at = "spec.complexity";
    within(0, spec.maxBytes(), Range.MOST_MAX, at + ".maxBytes", complaints);
    within(0, spec.maxTools(), Range.MOST_MAX, at + ".maxTools", complaints);
    return new SimplicityPlan(
        spec.maxBytes(),
        spec.maxTools(),
        spec.thinking(),
        globsIfAny(spec.requestClasses(), at + ".requestClasses", complaints),
        globsIfAny(spec.agentTypes(), at + ".agentTypes", complaints));
  }

  private static @Nullable Globs globsIfAny(
      @Nullable List<String> patterns, String path, Complaints complaints) {
    return patterns == null ? null : globs(Text.TOOL_GLOB, patterns, path, complaints);
  }

  static SortedMap<String, String> aliases(
      List<VirtualKey.Alias> aliases, String path, Complaints complaints) {
    var byName = new TreeMap<String, String>();
    for (int i = 0; i < aliases.size(); i++) {
      var alias = aliases.get(i);
      var at = path + "[" + i + "]";
      check(Text.MODEL, alias.name(), at + ".name", complaints);
      check(Text.TARGET, alias.to(), at + ".to", complaints);
      if (byName.put(alias.name(), alias.to()) != null) {
        complaints.unexpected(at + ".name", alias.name(), "each name once");
      }
    }
    return byName;
  }

  /// Complains of what is not from the least to the most.
  public static void within(
      long least, @Nullable Long value, long most, String field, Complaints complaints) {
    if (value != null && (value < least || value > most)) {
      complaints.unexpected(field, value.toString(), least + ".." + most);
    }
  }

  static @Nullable Long minOutputTokens(@Nullable Long tokens, Complaints complaints) {
    if (tokens != null && (tokens < 1 || tokens > MIN_OUTPUT_TOKENS_MAX)) {
      complaints.unexpected("spec.minOutputTokens", "" + tokens, "1..1000000");
    }
    return tokens;
  }
}
