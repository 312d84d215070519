package dev.sluice.extproc.route;

import dev.sluice.core.refusal.Refusal;
import dev.sluice.extproc.reply.Refused;
import dev.sluice.wire.anthropic.MessagesRequest;

/// Refuses what the price table cannot price.
public final class PriceCheck {

  private PriceCheck() {}

  /// Checks the fields and the tools.
  ///
  /// @throws Refused for a field or a tool without a price
  public static void check(MessagesRequest request, Route route) {
    var surcharge = request.surcharge();
    if (surcharge != null) {
      throw new Refused(new Refusal.Unpriced(route.model().name(), surcharge));
    }
    if (request.serverTools().webSearches() > 0 && route.price().webSearchPerUse() == null) {
      throw new Refused(new Refusal.Unpriced(route.model().name(), "web search"));
    }
  }
}
