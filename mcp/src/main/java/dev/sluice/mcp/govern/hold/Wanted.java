package dev.sluice.mcp.govern.hold;

import dev.sluice.core.budget.Limit;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.core.policy.LedgerAway;
import dev.sluice.ledger.Amounts;
import dev.sluice.ledger.HoldRequest;
import dev.sluice.mcp.upstream.call.Cancellation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// What a call of a tool needs of the ledger.
///
/// @param price of one call
/// @param note tells whose the hold is, should it expire
/// @param detail goes into the ledger's log with the end
public record Wanted(
    KeyPolicy key, NanoUsd price, String note, String detail, Cancellation cancellation) {

  /// Budgets where the call has a price, and what counts requests. It has no tokens.
  List<Limit> limits() {
    var limits = new ArrayList<Limit>();
    if (!isFree()) {
      limits.addAll(key.budgets());
    }
    for (var rate : key.rateLimits()) {
      switch (rate.measure()) {
        case REQUESTS, CONCURRENT -> limits.add(rate);
        case TOKENS, USD -> {
          // A call of a tool uses none.
        }
      }
    }
    return limits;
  }

  private boolean isFree() {
    return price.equals(NanoUsd.ZERO);
  }

  boolean needsLedger() {
    return !isFree() || !limits().isEmpty();
  }

  /// Whether it goes on without a hold while the ledger is away.
  boolean canDoWithout() {
    return key.whenLedgerAway() == LedgerAway.ALLOW;
  }

  HoldRequest request(String id, Duration lifetime) {
    var amounts = Amounts.usd(price);
    return new HoldRequest(id, limits(), amounts, amounts, note, lifetime);
  }
}
