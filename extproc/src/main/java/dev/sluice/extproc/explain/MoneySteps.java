package dev.sluice.extproc.explain;

import dev.sluice.core.price.Price;
import dev.sluice.core.price.Rates;
import dev.sluice.core.refusal.Refusal;
import dev.sluice.extproc.answer.RefusalAnswers;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.reserve.Reserver;
import dev.sluice.extproc.route.Route;
import org.jspecify.annotations.Nullable;

/// Tells what a request costs, and whether the limits have room for it.
final class MoneySteps {

  private MoneySteps() {}

  static void price(Exchange.Facts facts, Steps steps) {
    var route = facts.route();
    var ceiling = route.model().price() == null ? ", the provider's ceilingPrice" : "";
    steps.passes(
        "price",
        "%s for a million tokens: %s%s; price table %s"
            .formatted(route.model().name(), words(route), ceiling, facts.priceVersion()));
  }

  private static String words(Route route) {
    return switch (route.model().kind()) {
      case TEXT -> words(route.price());
      case EMBEDDING -> "input $" + route.price().rates().input().toUsd();
    };
  }

  private static String words(Price price) {
    var text = new StringBuilder(words(price.rates()));
    for (var tier : price.above()) {
      text.append("; above ").append(tier.inputTokens()).append(" tokens of input: ");
      text.append(words(tier.rates()));
    }
    var search = price.webSearchPerUse();
    text.append(search == null ? "; no price for a web search" : "; a web search " + search);
    return text.toString();
  }

  private static String words(Rates rates) {
    return "input $%s, output $%s, cache read $%s, cache write $%s (5 m) and $%s (1 h)"
        .formatted(
            rates.input().toUsd(),
            rates.output().toUsd(),
            rates.cacheRead().toUsd(),
            rates.cacheWrite5m().toUsd(),
            rates.cacheWrite1h().toUsd());
  }

  static void bound(Exchange.Facts facts, Sketch sketch, Steps steps) {
    var bound = facts.bound();
    var usd = Reserver.amounts(facts, bound).usd();
    steps.tells(
        "bound",
        switch (facts.request().kind()) {
          case TEXT ->
              "explained for %s with max_tokens %d, the least that a budget may make of it:"
                      .formatted(sketch.words(), bound.outputTokens())
                  + " %s at most".formatted(usd);
          case EMBEDDING ->
              "explained for an embedding of %s: %s at most".formatted(sketch.words(), usd);
        });
  }

  /// @return what the ledger would refuse it for, null where it has room
  static @Nullable Refusal limits(Exchange.Facts facts, Known known, Steps steps) {
    if (known.limits().isEmpty()) {
      steps.passes("limit", "nothing limits it");
      return null;
    }
    var refusal = known.refusal(facts);
    if (refusal == null) {
      int all = known.limits().size();
      int seen = all - known.unseen().size();
      steps.passes(
          "limit",
          seen == all
              ? "every limit has room for it (%d)".formatted(all)
              : "every limit that can be seen has room for it (%d of %d)".formatted(seen, all));
    } else {
      steps.stops("limit", RefusalAnswers.text(refusal).message());
    }
    return refusal;
  }
}
