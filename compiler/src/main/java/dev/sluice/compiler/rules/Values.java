package dev.sluice.compiler.rules;

import dev.sluice.core.policy.Globs;
import dev.sluice.crds.VirtualKey;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads the values that fields of several kinds share.
final class Values {

  private static final Pattern DECIMAL = Pattern.compile("\\d{1,15}(\\.\\d{1,9})?");
  private static final Pattern LINE = Pattern.compile("[^\\p{Cntrl}]{1,256}");
  private static final Pattern DURATION = Pattern.compile("(\\d{1,7}(h|ms|m|s)){1,4}");
  private static final Pattern DURATION_PART = Pattern.compile("(\\d+)(h|ms|m|s)");
  private static final Duration DURATION_MAX = Duration.ofHours(1);
  private static final Pattern MODEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}");
  private static final Pattern TARGET =
      Pattern.compile("([a-z0-9][a-z0-9.-]*/)?[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}");
  private static final Pattern GLOB = Pattern.compile("[A-Za-z0-9._:@*-]{1,128}");
  private static final long MIN_OUTPUT_TOKENS_MAX = 1_000_000;

  static final String MODEL_EXPECTED =
      "a model's name: letters, digits, \".\", \"_\", \":\", \"@\" and \"-\", at most 128";

  private Values() {}

  /// A largest amount, exact and in words.
  record Bound(String usd, String words) {}

  /// A decimal of at most nine places between zero and the bound.
  static Optional<String> decimal(String text, Bound max, String path, Complaints complaints) {
    if (!DECIMAL.matcher(text).matches()) {
      var expected = "a plain decimal such as \"12.50\", at most nine decimal places";
      complaints.unexpected(path, text, expected);
      return Optional.empty();
    }
    if (new BigDecimal(text).compareTo(new BigDecimal(max.usd())) > 0) {
      complaints.unexpected(path, text, "at most " + max.usd() + ", " + max.words());
      return Optional.empty();
    }
    return Optional.of(text);
  }

  static Duration duration(
      @Nullable String text, Duration absent, String path, Complaints complaints) {
    if (text == null) {
      return absent;
    }
    var sum = DURATION.matcher(text).matches() ? sum(text) : Duration.ZERO;
    if (sum.isZero() || sum.compareTo(DURATION_MAX) > 0) {
      complaints.unexpected(path, text, "a duration such as 500ms, 5s or 1m30s, from 1ms to 1h");
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

  /// A text for people.
  static void line(@Nullable String text, String path, Complaints complaints) {
    if (text != null && !LINE.matcher(text).matches()) {
      complaints.unexpected(path, text, "1 to 256 characters on one line");
    }
  }

  static @Nullable Instant instant(@Nullable String text, String path, Complaints complaints) {
    if (text == null) {
      return null;
    }
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException _) {
      complaints.unexpected(path, text, "a time such as \"2027-01-01T00:00:00Z\"");
      return null;
    }
  }

  /// Whether this can be the canonical name of a model.
  static boolean model(String name) {
    return MODEL.matcher(name).matches();
  }

  static Globs globs(List<String> patterns, String path, Complaints complaints) {
    for (int i = 0; i < patterns.size(); i++) {
      if (!GLOB.matcher(patterns.get(i)).matches()) {
        var expected = "a model's name, with * for any run of characters";
        complaints.unexpected(path + "[" + i + "]", patterns.get(i), expected);
      }
    }
    return new Globs(patterns);
  }

  static SortedMap<String, String> aliases(
      List<VirtualKey.Alias> aliases, String path, Complaints complaints) {
    var byName = new TreeMap<String, String>();
    for (int i = 0; i < aliases.size(); i++) {
      var alias = aliases.get(i);
      var at = path + "[" + i + "]";
      if (!model(alias.name())) {
        complaints.unexpected(at + ".name", alias.name(), MODEL_EXPECTED);
      }
      if (!TARGET.matcher(alias.to()).matches()) {
        complaints.unexpected(at + ".to", alias.to(), "a model, or provider/model");
      }
      if (byName.put(alias.name(), alias.to()) != null) {
        complaints.unexpected(at + ".name", alias.name(), "each name once");
      }
    }
    return byName;
  }

  static @Nullable Long minOutputTokens(@Nullable Long tokens, Complaints complaints) {
    if (tokens != null && (tokens < 1 || tokens > MIN_OUTPUT_TOKENS_MAX)) {
      complaints.unexpected("spec.minOutputTokens", "" + tokens, "1..1000000");
    }
    return tokens;
  }
}
