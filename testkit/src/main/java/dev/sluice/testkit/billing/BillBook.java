package dev.sluice.testkit.billing;

import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.List;

/// Keeps the bill: totals for ever, entries up to a limit.
public final class BillBook {

  private final int entriesMax;
  private final ArrayDeque<BillEntry> entries = new ArrayDeque<>();
  private long exchanges;
  private BigDecimal usd = BigDecimal.ZERO;
  private Usage usage = Usage.NONE;

  public BillBook(int entriesMax) {
    this.entriesMax = entriesMax;
  }

  public synchronized void add(BillEntry entry) {
    if (entries.size() == entriesMax) {
      entries.removeFirst();
    }
    entries.addLast(entry);
    exchanges++;
    usd = usd.add(entry.usd());
    usage = usage.plus(entry.usage());
  }

  public synchronized Bill bill() {
    return new Bill(List.copyOf(entries), exchanges, usd, usage);
  }
}
