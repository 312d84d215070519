package dev.sluice.standalone.ledger;

import dev.sluice.core.budget.Measure;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.ledger.Position;
import dev.sluice.ledger.books.Books;
import dev.sluice.ledger.books.Comparison;
import dev.sluice.ledger.books.Counters;
import dev.sluice.ledger.books.FastBook;
import dev.sluice.ledger.books.WindowId;
import dev.sluice.ledger.redis.RedisBooks;
import dev.sluice.ledger.store.Store;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/// Proves that what Redis holds is the sum of the events, while gateways run or not.
///
/// First the log tells how far it is, which Redis must be too. Then Redis tells all that it holds,
/// with its position, and then the store is read up to there, and the stream after it. What has
/// left the stream meanwhile has come to the store, which then is read again. So all events up to
/// that position are found, and none is kept.
final class BooksCheck {

  private static final int EQUAL = 0;
  private static final int DIFFERENT = 1;

  private BooksCheck() {}

  static int run(Place place, PrintStream out) throws IOException {
    var logged = Store.read(place.ledger(), Store.END).books().position();
    var redis = place.books().dump();
    if (redis.state().rebuilding()) {
      return LedgerCommand.ended(DIFFERENT, "Redis is being rebuilt: nothing is admitted");
    }
    if (logged.compareTo(redis.position()) > 0) {
      out.printf("the log   is at %s%nRedis     is at %s%n", logged, redis.position());
      return verdict(out, "DIFFERENT: Redis has lost events", DIFFERENT);
    }
    var kept = Store.read(place.ledger(), redis.position());
    long inLog = add(kept, place.books(), redis.position());
    for (long before = -1; !sameSequence(kept.books(), redis) && inLog > before; ) {
      before = inLog;
      kept = Store.read(place.ledger(), redis.position());
      inLog = add(kept, place.books(), redis.position());
    }
    var books = kept.books();
    out.printf(
        "events    %d, of them %d after the last checkpoint and %d not in the log yet%n",
        books.position().sequence(), kept.events(), books.position().sequence() - inLog);
    if (!sameSequence(books, redis)) {
      kept.damage().ifPresent(where -> LedgerCommand.ended(DIFFERENT, where));
      out.printf("Redis     is at event %d%n", redis.position().sequence());
      return verdict(out, "DIFFERENT: the log and Redis are not at the same event", DIFFERENT);
    }
    books.begin(redis.position().epoch());
    return report(books, redis, place, out);
  }

  private static int report(Books books, FastBook redis, Place place, PrintStream out)
      throws IOException {
    var compared = Comparison.of(books, redis);
    out.printf(
        "windows   %d compared; %d past ones are forgotten by one side%n",
        compared.windows(), compared.forgotten());
    out.printf("holds     %d open%n", compared.holds());
    out.printf(
        "money     by the log   posted %s, held %s, over all windows%n",
        sum(books.windows(), Counters::posted), sum(books.windows(), Counters::held));
    out.printf(
        "          by Redis     posted %s, held %s%n",
        sum(redis.windows(), Counters::posted), sum(redis.windows(), Counters::held));
    usage(redis, place, out);
    if (compared.equal()) {
      return verdict(out, "EQUAL: what Redis holds is the sum of the events", EQUAL);
    }
    table(compared.differences(), out);
    return verdict(out, "DIFFERENT: " + compared.differences().size() + " numbers", DIFFERENT);
  }

  private static int verdict(PrintStream out, String sentence, int code) {
    out.println(sentence);
    return code;
  }

  /// A Redis that was never used has an epoch of its own.
  private static boolean sameSequence(Books books, FastBook redis) {
    return books.position().sequence() == redis.position().sequence();
  }

  /// Adds what waits in the stream up to a position.
  ///
  /// @return the number of the last event that was in the log
  private static long add(Store.Kept kept, RedisBooks redis, Position upTo) {
    var books = kept.books();
    long inLog = books.position().sequence();
    for (var next = redis.after(kept.lastId());
        !next.isEmpty();
        next = redis.after(next.getLast().id())) {
      for (var event : next) {
        if (event.position().compareTo(upTo) > 0) {
          return inLog;
        }
        if (books.fits(event)) {
          books.add(event);
        }
      }
    }
    return inLog;
  }

  private static NanoUsd sum(
      java.util.Map<WindowId, Counters> windows, ToLongFunction<Counters> column) {
    return new NanoUsd(
        windows.entrySet().stream()
            .filter(entry -> entry.getKey().measure() == Measure.USD)
            .mapToLong(entry -> column.applyAsLong(entry.getValue()))
            .sum());
  }

  /// What usage records say of the keys' windows, beside what is posted there. Records come a
  /// moment later, and old ones are deleted: so this is shown, and not judged.
  private static void usage(FastBook redis, Place place, PrintStream out) throws IOException {
    var keys = new TreeMap<WindowId, Counters>(redis.windows());
    keys.keySet()
        .removeIf(window -> !window.limit().startsWith("key:") || window.measure() != Measure.USD);
    if (keys.isEmpty()) {
      return;
    }
    var costs = UsageCosts.read(place.usage(), keys.keySet());
    out.printf("%n%-48s %-24s %16s %16s%n", "key's window", "from", "posted", "usage records");
    keys.forEach(
        (window, counters) ->
            out.printf(
                "%-48s %-24s %16s %16s%n",
                window.limit(),
                Instant.ofEpochMilli(window.start()),
                new NanoUsd(counters.posted()),
                costs.of(window)));
    out.println();
  }

  private static void table(List<Comparison.Difference> differences, PrintStream out) {
    out.printf(
        "%-48s %-24s %-10s %-18s %16s %16s%n",
        "limit or hold", "from", "measure", "column", "by the log", "by Redis");
    for (var difference : differences) {
      out.printf(
          "%-48s %-24s %-10s %-18s %16s %16s%n",
          difference.what(),
          difference.start() == 0 ? "" : Instant.ofEpochMilli(difference.start()),
          difference.measure().word(),
          difference.column(),
          amount(difference.measure(), difference.byLog()),
          amount(difference.measure(), difference.byRedis()));
    }
  }

  private static String amount(Measure measure, long value) {
    return measure == Measure.USD ? new NanoUsd(value).toString() : Long.toString(value);
  }
}
