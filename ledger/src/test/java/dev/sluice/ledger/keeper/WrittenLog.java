package dev.sluice.ledger.keeper;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.budget.Measure;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.ledger.Position;
import dev.sluice.ledger.books.BookEvent;
import dev.sluice.ledger.books.Kind;
import dev.sluice.ledger.books.Slot;
import dev.sluice.ledger.books.Sums;
import dev.sluice.ledger.books.WindowId;
import dev.sluice.ledger.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Events of the past, as a keeper would have kept them.
final class WrittenLog {
  private final List<BookEvent> events = new ArrayList<>();
  private final long from;

  WrittenLog(Instant from) {
    this.from = from.toEpochMilli();
  }

  void paid(String id, String usd, Duration after, Budget... budgets) {
    hold(id, usd, after, budgets);
    end(Kind.SETTLED, id, usd, after, budgets);
  }

  void expired(String id, String usd, Duration after, Budget... budgets) {
    hold(id, usd, after, budgets);
    end(Kind.EXPIRED, id, usd, after, budgets);
  }

  private void hold(String id, String usd, Duration after, Budget... budgets) {
    add(Kind.RESERVED, id, after, Sums.ZERO, usd(usd, 1), Sums.ZERO, budgets);
  }

  private void end(Kind kind, String id, String usd, Duration after, Budget... budgets) {
    var unconfirmed = kind == Kind.EXPIRED ? usd(usd, 1) : Sums.ZERO;
    add(kind, id, after, usd(usd, 1), usd("-" + usd, -1), unconfirmed, budgets);
  }

  void corrected(String id, String usd, Duration after, Budget... budgets) {
    add(Kind.CORRECTED, id, after, usd(usd, 0), Sums.ZERO, Sums.ZERO, budgets);
  }

  private static Sums usd(String usd, long count) {
    var negative = usd.startsWith("-");
    long nanos = NanoUsd.parse(negative ? usd.substring(1) : usd).nanos();
    return new Sums(negative ? -nanos : nanos, 0, count, count);
  }

  private void add(
      Kind kind,
      String id,
      Duration after,
      Sums posted,
      Sums held,
      Sums unconfirmed,
      Budget... budgets) {
    long time = from + after.toMillis();
    long start = time - time % Duration.ofHours(1).toMillis();
    var slots =
        Arrays.stream(budgets)
            .map(budget -> new Slot(new WindowId(budget.id(), start), Measure.USD))
            .toList();
    long sequence = events.size() + 1;
    events.add(
        new BookEvent(
            time + "-" + sequence,
            kind,
            new Position(from, sequence),
            time,
            id,
            posted,
            held,
            unconfirmed,
            "",
            slots));
  }

  void write(Path path) throws IOException {
    try (var store = Store.open(path, InstantSource.system())) {
      store.append(events);
    }
  }
}
