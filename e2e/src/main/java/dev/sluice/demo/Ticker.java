package dev.sluice.demo;

import dev.sluice.demo.parts.BudgetLine;
import dev.sluice.demo.parts.GatewayProcess;
import dev.sluice.demo.parts.Money;
import dev.sluice.demo.parts.Terminal;
import dev.sluice.demo.parts.UsageLine;
import dev.sluice.testkit.billing.BillEntry;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Follows the usage records and prints a line for each exchange as it ends.
final class Ticker {

  private static final Duration EVERY = Duration.ofMillis(50);
  private static final Duration WRITTEN_WITHIN = Duration.ofSeconds(10);
  private static final String COLUMNS = "  %-16s %-15s %6s %7s %6s %6s %13s  %s";

  private final GatewayProcess gateway;
  private final Terminal terminal;
  private final List<UsageLine> printed = new ArrayList<>();
  private final Map<String, List<BudgetLine>> budgets = new HashMap<>();

  private Ticker(GatewayProcess gateway, Terminal terminal) {
    this.gateway = gateway;
    this.terminal = terminal;
  }

  static Ticker start(GatewayProcess gateway, Terminal terminal) {
    var ticker = new Ticker(gateway, terminal);
    Thread.ofVirtual().name("ticker").start(ticker::follow);
    return ticker;
  }

  void headings() {
    terminal.line(
        Terminal.Style.DIM,
        COLUMNS.formatted(
            "key (team)", "model", "input", "c.write", "c.read", "output", "cost", "left"));
  }

  /// All that was printed; returns once every exchange of the bill is.
  List<UsageLine> awaitAll(List<BillEntry> bill) {
    var deadline = System.nanoTime() + WRITTEN_WITHIN.toNanos();
    while (true) {
      var lines = printNew();
      var known = lines.stream().map(UsageLine::upstreamRequestId).toList();
      var missing = bill.stream().map(BillEntry::requestId).filter(id -> !known.contains(id));
      var first = missing.findFirst();
      if (first.isEmpty()) {
        return lines;
      }
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("no usage record for the exchange " + first.get());
      }
      pause();
    }
  }

  private void follow() {
    try {
      while (gateway.process().isAlive()) {
        printNew();
        pause();
      }
    } catch (RuntimeException _) {
      // Whoever awaits the rest meets the same, and tells it.
      return;
    }
  }

  private static void pause() {
    try {
      Thread.sleep(EVERY);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private synchronized List<UsageLine> printNew() {
    var all = gateway.usage();
    for (var json : all.subList(printed.size(), all.size())) {
      var usage = UsageLine.of(json);
      printed.add(usage);
      terminal.line(
          usage.estimated() ? Terminal.Style.YELLOW : Terminal.Style.PLAIN,
          line(usage, tightest(usage.key())));
    }
    return List.copyOf(printed);
  }

  /// Of the budgets of a key, the one that has least left after what was printed: holds of requests
  /// in flight are not counted.
  private Left tightest(String key) {
    return budgets.computeIfAbsent(key, this::budgets).stream()
        .map(budget -> new Left(budget.title(), budget.limit().subtract(spent(budget))))
        .min(Comparator.comparing(Left::usd))
        .orElseThrow(() -> new IllegalStateException("key " + key + " has no budget"));
  }

  private record Left(String budget, BigDecimal usd) {}

  private List<BudgetLine> budgets(String key) {
    return gateway.budgets(key).valueStream().map(BudgetLine::of).toList();
  }

  private BigDecimal spent(BudgetLine budget) {
    return printed.stream()
        .filter(budget::covers)
        .map(UsageLine::costUsd)
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  private static String line(UsageLine usage, Left left) {
    var tokens = usage.tokens();
    return COLUMNS.formatted(
        "%s (%s)".formatted(usage.key(), usage.team()),
        usage.model(),
        count(tokens.input()),
        count(tokens.cacheWrites()),
        count(tokens.cacheRead()),
        count(tokens.output()),
        (usage.estimated() ? "~" : "") + Money.exact(usage.costUsd()),
        "%s of %s".formatted(Money.cents(left.usd()), left.budget()));
  }

  private static String count(long tokens) {
    return "%,d".formatted(tokens);
  }
}
