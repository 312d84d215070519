package dev.sluice.prove;

import dev.sluice.demo.parts.BudgetLine;
import dev.sluice.testkit.anthropic.AnthropicSimulator;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Looks at the bill and at the ledger all the while, so that nothing can be wrong in between.
final class Watch implements AutoCloseable {

  private static final Duration EVERY = Duration.ofMillis(50);

  private final CountDownLatch enough = new CountDownLatch(1);
  private final FutureTask<Seen> looking;

  /// The worst of all looks.
  ///
  /// @param most posted and held at once
  /// @param leastCover by how much posted and held together were above the bill
  record Seen(int looks, BigDecimal most, BigDecimal leastCover) {

    private static final Seen NOTHING =
        new Seen(0, BigDecimal.ZERO, BigDecimal.valueOf(Long.MAX_VALUE));

    private static Seen of(BigDecimal charged, BigDecimal billed) {
      return new Seen(1, charged, charged.subtract(billed));
    }

    private Seen and(Seen other) {
      return new Seen(looks + other.looks, most.max(other.most), leastCover.min(other.leastCover));
    }
  }

  private Watch(AnthropicSimulator provider, Supplier<Optional<BudgetLine>> ledger) {
    looking = new FutureTask<>(() -> look(provider, ledger));
  }

  static Watch start(AnthropicSimulator provider, Supplier<Optional<BudgetLine>> ledger) {
    var watch = new Watch(provider, ledger);
    Thread.ofVirtual().name("watch").start(watch.looking);
    return watch;
  }

  private Seen look(AnthropicSimulator provider, Supplier<Optional<BudgetLine>> ledger)
      throws InterruptedException {
    var seen = once(provider, ledger);
    while (!enough.await(EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
      seen = seen.and(once(provider, ledger));
    }
    return seen.and(once(provider, ledger));
  }

  /// The bill first: what is on it must be in the ledger by then. A gateway that cannot read its
  /// ledger just then shows nothing.
  private static Seen once(AnthropicSimulator provider, Supplier<Optional<BudgetLine>> ledger) {
    var billed = provider.bill().usd();
    return ledger
        .get()
        .map(budget -> Seen.of(budget.posted().add(budget.held()), billed))
        .orElse(Seen.NOTHING);
  }

  /// Looks once more, and tells what was seen.
  Seen end() throws InterruptedException {
    enough.countDown();
    try {
      return looking.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the ledger could not be read: " + e.getCause(), e);
    }
  }

  @Override
  public void close() {
    enough.countDown();
  }
}
