package dev.sluice.extproc.route;

import dev.sluice.core.refusal.Refusal;
import dev.sluice.core.refusal.RefusedModel;
import dev.sluice.extproc.reply.Refused;
import dev.sluice.wire.anthropic.MessagesRequest;
import org.jspecify.annotations.Nullable;

/// Refuses what the price table cannot price.
public final class PriceCheck {

  private PriceCheck() {}

  /// Checks the fields and the tools.
  ///
  /// @throws Refused for a field or a tool without a price
  public static void check(MessagesRequest request, Route route) {
    var unpriced = unpriced(request, route);
    if (unpriced != null) {
      var model = new RefusedModel(route.model().name(), request.model());
      throw new Refused(new Refusal.Unpriced(model, unpriced));
    }
  }

  /// Whether all has a price.
  public static boolean passes(MessagesRequest request, Route route) {
    return unpriced(request, route) == null;
  }

  private static @Nullable String unpriced(MessagesRequest request, Route route) {
    var surcharge = request.surcharge();
    boolean searches = request.serverTools().webSearches() > 0;
    return surcharge == null && searches && route.price().webSearchPerUse() == null
        ? "web search"
        : surcharge;
  }
}
