package dev.sluice.prove.crowd;

import dev.sluice.testkit.anthropic.billing.Prompt;
import dev.sluice.testkit.billing.PriceTable;
import dev.sluice.testkit.billing.Usage;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.json.JsonMapper;

/// The most that a request can cost, with the shortest answer worth asking for: its input by the
/// provider's own count, at the dearest rate that its cache marks allow, and `minOutputTokens`.
final class ExactBound {

  /// What a VirtualKey's `minOutputTokens` is unless a manifest says otherwise.
  private static final long OUTPUT_MIN = 4_096;

  private static final String HOUR = "\"ttl\"";

  private ExactBound() {}

  static BigDecimal of(byte[] body, PriceTable prices) {
    var json = JsonMapper.shared().readTree(body);
    var price = prices.find(json.path("model").asString()).orElseThrow();
    long input = Prompt.of("exact bound", json).tokens();
    long output = Math.min(OUTPUT_MIN, json.path("max_tokens").asLong());
    boolean hour = new String(body, StandardCharsets.UTF_8).contains(HOUR);
    return price.cost(
        hour ? new Usage(0, output, 0, 0, input, 0) : new Usage(0, output, 0, input, 0, 0));
  }
}
