package dev.sluice.ledger;

import dev.sluice.core.budget.Balance;
import dev.sluice.core.budget.Budget;
import dev.sluice.core.money.NanoUsd;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// A ledger whose verbs wait for their answers, as tests like it.
public record Blocking(Ledger ledger) implements AutoCloseable {

  public Reservation reserve(HoldRequest request) {
    return answer(ledger.reserve(request));
  }

  public Settlement settle(String holdId, NanoUsd cost) {
    return answer(ledger.settle(holdId, cost));
  }

  public Settlement release(String holdId) {
    return answer(ledger.release(holdId));
  }

  public Settlement correct(String holdId, NanoUsd cost) {
    return answer(ledger.correct(holdId, cost));
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
