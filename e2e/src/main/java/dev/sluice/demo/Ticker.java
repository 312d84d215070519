package dev.sluice.demo;

import dev.sluice.testkit.anthropic.billing.BillEntry;
import dev.sluice.testkit.anthropic.billing.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Follows the usage records and prints a line for each exchange as it ends.
final class Ticker {

  private static final Duration EVERY = Duration.ofMillis(50);
  private static final Duration WRITTEN_WITHIN = Duration.ofSeconds(10);
  private static final String COLUMNS = "  %-15s  %-15s %8s %8s %8s %8s %13s  %s";

  private final GatewayProcess gateway;
  private final Terminal terminal;
  private final List<UsageLine> printed = new ArrayList<>();

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
    while (!Thread.currentThread().isInterrupted() && gateway.process().isAlive()) {
      printNew();
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(EVERY);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized List<UsageLine> printNew() {
    var all = gateway.usage();
    for (var json : all.subList(printed.size(), all.size())) {
      var usage = UsageLine.of(json);
      terminal.line(
          usage.estimated() ? Terminal.Style.YELLOW : Terminal.Style.PLAIN,
          line(usage, tightest(usage.key())));
      printed.add(usage);
    }
    return List.copyOf(printed);
  }

  private BudgetLine tightest(String key) {
    return gateway
        .budgets(key)
        .valueStream()
        .map(BudgetLine::of)
        .min(Comparator.comparing(BudgetLine::remaining))
        .orElseThrow(() -> new IllegalStateException("key " + key + " has no budget"));
  }

  private static String line(UsageLine usage, BudgetLine tightest) {
    Usage tokens = usage.tokens();
    return COLUMNS.formatted(
        "%s (%s)".formatted(usage.key(), usage.team()),
        usage.model(),
        count(tokens.input()),
        count(tokens.cacheWrites()),
        count(tokens.cacheRead()),
        count(tokens.output()),
        (usage.estimated() ? "~" : "") + Money.exact(usage.costUsd()),
        "%s of %s".formatted(Money.cents(tightest.remaining()), tightest.title()));
  }

  private static String count(long tokens) {
    return "%,d".formatted(tokens);
  }
}
