package dev.sluice.ledger.keeper;

import com.sun.management.OperatingSystemMXBean;
import dev.sluice.ledger.Position;
import dev.sluice.ledger.Samples;
import dev.sluice.ledger.books.Books;
import dev.sluice.ledger.books.Counters;
import dev.sluice.ledger.books.WindowId;
import dev.sluice.ledger.redis.RedisBooks;
import dev.sluice.ledger.redis.RedisConfig;
import dev.sluice.ledger.redis.RedisLedger;
import dev.sluice.ledger.store.Store;
import dev.sluice.testkit.RedisServer;
import io.lettuce.core.RedisClient;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;

/// Measures what keeping an event costs, and how long Redis is busy with telling all windows; a
/// program, not a test.
final class BooksMeasurement {

  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final int PAIRS = Integer.getInteger("pairs", 20_000);
  private static final int AT_ONCE = 250;
  private static final int WINDOWS = 100_000;

  private final RedisServer server;
  private final RedisClient client;

  private BooksMeasurement(RedisServer server) {
    this.server = server;
    this.client = RedisClient.create(server.uri());
  }

  public static void main(String[] arguments) throws Exception {
    try (var server = RedisServer.start()) {
      var measurement = new BooksMeasurement(server);
      measurement.draining();
      measurement.dump();
      measurement.client.shutdown();
    }
  }

  private RedisConfig config() {
    return new RedisConfig(server.uri(), "sluice", Duration.ofSeconds(20), null);
  }

  /// First the events are booked with nobody to keep them, then they are kept: twice, the first
  /// time to warm up.
  private void draining() throws Exception {
    var folder = Files.createTempDirectory("books-");
    for (int round = 0; round < 2; round++) {
      try (var ledger = RedisLedger.connect(config())) {
        book(ledger, "round" + round + "-");
        double redisBefore = redisCpuSeconds();
        long jvmBefore = SYSTEM.getProcessCpuTime();
        long start = System.nanoTime();
        try (var books = RedisBooks.connect(config());
            var store = Store.open(folder, InstantSource.system());
            var keeper =
                new BookKeeper(
                    books,
                    store,
                    new BookKeeper.Terms(Duration.ofMinutes(65), Duration.ZERO),
                    InstantSource.system())) {
          keeper.serve(ledger);
          Awaitility.await()
              .atMost(Duration.ofMinutes(2))
              .until(() -> keeper.figures().sequence() == ledger.position().sequence());
        }
        double events = 2.0 * PAIRS;
        System.out.printf(
            "kept %.0f events in %.1f s: JVM %.1f us, Redis %.1f us of CPU an event, %d bytes%n",
            events,
            (System.nanoTime() - start) / 1e9,
            (SYSTEM.getProcessCpuTime() - jvmBefore) / 1e3 / events,
            (redisCpuSeconds() - redisBefore) * 1e6 / events,
            bytes(folder) / (long) events / (round + 1));
      }
    }
  }

  private static long bytes(java.nio.file.Path folder) throws Exception {
    try (var files = Files.list(folder)) {
      long sum = 0;
      for (var file : files.filter(f -> f.toString().endsWith(".jsonl")).toList()) {
        sum += Files.size(file);
      }
      return sum;
    }
  }

  private static void book(RedisLedger ledger, String prefix) {
    var limits = Samples.sixLevels("alice", "9000000");
    for (int from = 0; from < PAIRS; from += AT_ONCE) {
      var calls = new ArrayList<CompletableFuture<?>>();
      for (int i = from; i < from + AT_ONCE; i++) {
        var id = prefix + "01234567-89ab-cdef-0123-" + i;
        calls.add(
            ledger
                .reserve(Samples.hold(id, limits, "0.05", "0.001"))
                .thenCompose(
                    _ ->
                        ledger.settle(
                            id,
                            dev.sluice.ledger.Charge.usd(
                                new dev.sluice.core.money.NanoUsd(1_234_567)))));
      }
      calls.forEach(CompletableFuture::join);
    }
  }

  private double redisCpuSeconds() {
    try (var connection = client.connect()) {
      return connection
          .sync()
          .info("cpu")
          .lines()
          .filter(l -> l.startsWith("used_cpu_sys:") || l.startsWith("used_cpu_user:"))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(':') + 1)))
          .sum();
    }
  }

  private void dump() throws Exception {
    Map<WindowId, Counters> windows = new HashMap<>();
    for (int i = 0; i < WINDOWS; i++) {
      var limit = "key:default/developer-number-" + i + ":Month.Europe/Berlin";
      windows.put(new WindowId(limit, System.currentTimeMillis()), new Counters(i, 0, 0));
    }
    try (var books = RedisBooks.connect(config())) {
      long start = System.nanoTime();
      var begun = books.claim("store", 1L << 40, Duration.ZERO).orElseThrow();
      var all = Books.of(new Position(begun.epoch(), 1), windows, Map.of());
      books.restore(begun, all, Duration.ofMinutes(65), "");
      System.out.printf(
          "%d windows restored in %d ms%n", WINDOWS, (System.nanoTime() - start) / 1_000_000);
      for (int i = 0; i < 5; i++) {
        double before = redisCpuSeconds();
        books.dump();
        System.out.printf("told: %.0f ms of Redis' CPU%n", (redisCpuSeconds() - before) * 1e3);
      }
    }
  }
}
