package dev.sluice.ledger.books;

import dev.sluice.core.budget.Measure;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// The log's books beside the fast book, window by window and hold by hold.
///
/// @param windows how many were compared
/// @param forgotten how many past ones are in one book only
/// @param holds how many open ones were compared
public record Comparison(int windows, int forgotten, int holds, List<Difference> differences) {

  /// One number that should be equal.
  ///
  /// @param what a limit's id, or `hold ID`
  /// @param start of the window in milliseconds since 1970; 0 for a hold
  /// @param column posted, held or unconfirmed
  public record Difference(
      String what, long start, Measure measure, String column, long byLog, long byRedis) {}

  public Comparison {
    differences = List.copyOf(differences);
  }

  public boolean equal() {
    return differences.isEmpty();
  }

  /// Both must be at the same position.
  public static Comparison of(Books books, FastBook redis) {
    if (!books.position().equals(redis.position())) {
      throw new IllegalStateException(
          "BUG: books at " + books.position() + ", Redis at " + redis.position());
    }
    var differences = new ArrayList<Difference>();
    int compared = 0;
    int forgotten = 0;
    var all = new TreeSet<>(books.windows().keySet());
    all.addAll(redis.windows().keySet());
    var heldByHolds = heldByHolds(books);
    for (var window : all) {
      var inLog = books.windows().get(window);
      var inRedis = redis.windows().get(window);
      if (window.isPast(redis.time()) && (inLog == null || inRedis == null)) {
        forgotten++;
        continue;
      }
      compared++;
      var byLog = inLog == null ? Counters.ZERO : inLog;
      var byRedis = inRedis == null ? Counters.ZERO : inRedis;
      compare(differences, window, "posted", byLog.posted(), byRedis.posted());
      compare(differences, window, "held", byLog.held(), byRedis.held());
      compare(differences, window, "unconfirmed", byLog.unconfirmed(), byRedis.unconfirmed());
      long holds = heldByHolds.getOrDefault(window, 0L);
      compare(differences, window, "held by open holds", byLog.held(), holds);
    }
    int holds = compareHolds(books, redis, differences);
    return new Comparison(compared, forgotten, holds, differences);
  }

  private static void compare(
      List<Difference> differences, WindowId window, String column, long byLog, long byRedis) {
    if (byLog != byRedis) {
      differences.add(
          new Difference(window.limit(), window.start(), window.measure(), column, byLog, byRedis));
    }
  }

  /// What the log's open holds claim in each window.
  private static Map<WindowId, Long> heldByHolds(Books books) {
    var sums = new HashMap<WindowId, Long>();
    for (var hold : books.open().values()) {
      var claim = Sums.ofHold(hold.usd(), hold.tokens());
      for (var slot : hold.slots()) {
        sums.merge(slot.window(), claim.of(slot.measure()), Math::addExact);
      }
    }
    return sums;
  }

  private static int compareHolds(Books books, FastBook redis, List<Difference> differences) {
    var ids = new TreeSet<>(books.open().keySet());
    ids.addAll(redis.holds().keySet());
    for (var id : ids) {
      var byLog = books.open().get(id);
      var byRedis = redis.holds().get(id);
      if (byLog == null || byRedis == null || !byLog.claim().equals(byRedis.claim())) {
        long log = byLog == null ? 0 : byLog.usd();
        long other = byRedis == null ? 0 : byRedis.usd();
        differences.add(new Difference("hold " + id, 0, Measure.USD, "held", log, other));
      }
    }
    return ids.size();
  }
}
