package dev.sluice.bench.ledger;

import dev.sluice.core.budget.Period;
import dev.sluice.ledger.redis.RedisLedger;
import dev.sluice.standalone.socket.EventLoops;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Locale;

/// `./sluice bench ledger`: what budgets of six levels cost Redis and the JVM.
public final class LedgerBench {

  private static final int AT_ONCE = 64;
  private static final int CALLS = 20_000;
  private static final int PAIRS = 100_000;
  private static final int FEW_KEYS = 100;
  private static final int MANY = 100_000;
  private static final int OPENERS = 500;

  private final RedisFigures redis;
  private final Verbs verbs;
  private final Runnable awaitKept;
  private final SixLevels levels = SixLevels.of("alice", Period.YEAR);

  /// @param awaitKept returns once the log is empty
  LedgerBench(RedisFigures redis, RedisLedger ledger, Runnable awaitKept) {
    this.redis = redis;
    this.awaitKept = awaitKept;
    this.verbs = new Verbs(ledger);
  }

  /// Runs all of it and prints the figures; takes some minutes, two of them until a minute is over.
  ///
  /// @param program of Redis
  public static void run(Path program, Path folder) {
    try (var own = OwnRedis.start(program, folder);
        var redis = new RedisFigures(own.uri());
        var loops = EventLoops.start(1);
        var keeping = Keeping.start(OwnRedis.config(own.uri(), loops), folder.resolve("books"));
        var ledger = OwnRedis.connect(own.uri(), loops)) {
      keeping.serve(ledger);
      System.out.println(redis.version() + ", a log of every write, budgets of six levels");
      var bench = new LedgerBench(redis, ledger, keeping::awaitKept);
      bench.warmUp(CALLS);
      bench.times(CALLS);
      bench.pairs(PAIRS, AT_ONCE);
      bench.pairs(PAIRS, 4 * AT_ONCE);
      JavaCost.print(own.uri());
      bench.memory(MANY);
      double few = bench.newWindow(FEW_KEYS);
      double many = bench.newWindow(MANY);
      System.out.printf(
          Locale.ROOT, "new window: %,d keys / %,d: %.2f times%n", MANY, FEW_KEYS, many / few);
    }
  }

  void warmUp(int pairs) {
    Verbs.all(pairs, AT_ONCE, _ -> verbs.pair(levels));
  }

  /// One caller, so that nothing waits: the time is the script's alone.
  void times(int calls) {
    var ids = new ArrayList<String>(calls);
    redis.forgetTimes();
    for (int i = 0; i < calls; i++) {
      ids.add(Verbs.await(verbs.reserve(levels)));
    }
    System.out.println("reserve, Redis time: " + redis.scriptTime());
    redis.forgetTimes();
    ids.forEach(id -> Verbs.await(verbs.settle(id)));
    System.out.println("settle, Redis time:  " + redis.scriptTime());
  }

  void pairs(int pairs, int atOnce) {
    double before = redis.cpuSeconds();
    long from = System.nanoTime();
    Verbs.all(pairs, atOnce, _ -> verbs.pair(levels));
    double seconds = (System.nanoTime() - from) / 1e9;
    double cpu = redis.cpuSeconds() - before;
    System.out.printf(
        Locale.ROOT,
        "%d at once: %,.0f pairs/s, %,.0f on one core of Redis (%.0f us of its CPU a pair)%n",
        atOnce,
        pairs / seconds,
        pairs / cpu,
        cpu * 1e6 / pairs);
  }

  /// Holds of one key, then as many of a key each: the difference is what a key needs.
  void memory(int each) {
    long before = usedBytes();
    var ids = new ArrayList<String>(each);
    for (int i = 0; i < each; i++) {
      ids.add("");
    }
    Verbs.all(each, AT_ONCE, i -> verbs.reserve(levels).thenAccept(id -> ids.set(i, id)));
    long open = usedBytes();
    Verbs.all(each, AT_ONCE, i -> verbs.settle(ids.get(i)));
    long ended = usedBytes();
    Verbs.all(each, AT_ONCE, i -> verbs.reserve(SixLevels.of("key-" + i, Period.YEAR)));
    long keys = usedBytes();
    System.out.printf(
        Locale.ROOT,
        "memory of %,d: %d bytes an open hold, %d an ended one, %d a key of two budgets%n",
        each,
        (open - before) / each,
        (ended - before) / each,
        (keys - ended - (open - before)) / each);
  }

  /// Without what the log has of the calls before.
  private long usedBytes() {
    awaitKept.run();
    return redis.usedBytes();
  }

  /// Uses every key within a minute's window, and times the first calls in the next one: of keys
  /// that have all six levels for themselves, so that each call opens six windows.
  ///
  /// @return their median, in microseconds
  double newWindow(int keys) {
    Verbs.all(keys, AT_ONCE, i -> verbs.reserve(SixLevels.of("minute-" + i, Period.MINUTE)));
    openWindows();
    awaitNextMinute();
    redis.forgetTimes();
    openWindows();
    var time = redis.scriptTime();
    System.out.printf(Locale.ROOT, "first reserve in six new windows, %,d keys: %s%n", keys, time);
    return time.p50();
  }

  private void openWindows() {
    for (int i = 0; i < OPENERS; i++) {
      Verbs.await(verbs.reserve(SixLevels.alone("alone-" + i, Period.MINUTE)));
    }
  }

  private static void awaitNextMinute() {
    long minute = Duration.ofMinutes(1).toMillis();
    try {
      Thread.sleep(minute - System.currentTimeMillis() % minute + 1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
