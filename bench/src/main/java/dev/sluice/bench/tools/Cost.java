package dev.sluice.bench.tools;

import dev.sluice.testkit.billing.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/// What a text takes of a model's context. The tokens are those of the simulated provider, which
/// splits text much as a byte-pair encoding does; they are no provider's own.
record Cost(String what, long bytes, long tokens) {

  static Cost of(String what, String text) {
    return new Cost(what, text.getBytes(StandardCharsets.UTF_8).length, Tokenizer.count(text));
  }

  static Cost sum(String what, List<Cost> parts) {
    return new Cost(
        what,
        parts.stream().mapToLong(Cost::bytes).sum(),
        parts.stream().mapToLong(Cost::tokens).sum());
  }

  double fewerTokensThan(Cost other) {
    return 100.0 * (other.tokens - tokens) / other.tokens;
  }

  /// With its share of another one.
  List<String> row(Cost whole) {
    return List.of(
        what,
        String.format(Locale.ROOT, "%,d", bytes),
        String.format(Locale.ROOT, "%,d", tokens),
        String.format(Locale.ROOT, "%,d", bytes / 4),
        String.format(Locale.ROOT, "%.1f %%", fewerTokensThan(whole)));
  }
}
