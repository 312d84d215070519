package dev.sluice.ledger;

import dev.sluice.core.budget.Balance;
import dev.sluice.core.budget.Budget;
import dev.sluice.core.budget.Limit;
import dev.sluice.core.budget.Standing;
import dev.sluice.core.money.NanoUsd;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// A ledger whose verbs wait for their answers, as tests like it.
public record Blocking(Ledger ledger) implements AutoCloseable {

  public Reservation reserve(HoldRequest request) {
    return answer(ledger.reserve(request));
  }

  public Settlement settle(String holdId, NanoUsd cost) {
    return settle(holdId, Amounts.usd(cost));
  }

  public Settlement settle(String holdId, Amounts amounts) {
    return answer(ledger.settle(holdId, new Charge(amounts, "")));
  }

  public Settlement release(String holdId) {
    return answer(ledger.release(holdId));
  }

  public Settlement correct(String holdId, NanoUsd cost) {
    return correct(holdId, Amounts.usd(cost));
  }

  public Settlement charge(HoldRequest request, Amounts amounts) {
    return answer(ledger.charge(request, new Charge(amounts, "")));
  }

  public Extension extend(HoldExtension extension) {
    return answer(ledger.extend(extension));
  }

  public long heartbeat(List<String> holdIds, Duration lifetime) {
    return answer(ledger.heartbeat(holdIds, lifetime));
  }

  public List<Standing> standings(List<? extends Limit> limits) {
    return ledger.standings(limits);
  }

  public Settlement correct(String holdId, Amounts amounts) {
    return answer(ledger.correct(holdId, new Charge(amounts, "")));
  }

  public Settlement confirm(String holdId, Amounts amounts) {
    return answer(ledger.confirm(holdId, new Charge(amounts, "")));
  }

  public HoldState find(String holdId) {
    return answer(ledger.find(holdId));
  }

  public List<ExpiredHold> expire(int max) {
    return ledger.expire(max);
  }

  public List<Balance> balances(List<Budget> budgets) {
    return ledger.balances(budgets);
  }

  @Override
  public void close() {
    ledger.close();
  }

  private static <T> T answer(CompletableFuture<T> stage) {
    try {
      return stage.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException failure ? failure : e;
    }
  }
}
