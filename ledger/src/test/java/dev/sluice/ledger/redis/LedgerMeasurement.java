package dev.sluice.ledger.redis;

import com.sun.management.OperatingSystemMXBean;
import dev.sluice.core.budget.Budget;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.ledger.Blocking;
import dev.sluice.ledger.Reservation;
import dev.sluice.ledger.Samples;
import dev.sluice.testkit.RedisServer;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/// Measures reserve and settle over six levels against one Redis; a program, not a test.
///
/// Its only argument is the URL of an empty Redis; without it one is started that writes every call
/// to disk before it answers.
final class LedgerMeasurement {

  private static final List<Budget> BUDGETS = Samples.sixLevels("alice", "9000000");
  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final AtomicInteger IDS = new AtomicInteger();

  private final RedisLedger redis;
  private final Blocking ledger;
  private final RedisProbe probe;

  private LedgerMeasurement(RedisLedger ledger, RedisProbe probe) {
    this.redis = ledger;
    this.ledger = new Blocking(ledger);
    this.probe = probe;
  }

  public static void main(String[] arguments) throws Exception {
    if (arguments.length > 0) {
      measure(arguments[0]);
      return;
    }
    try (var server = RedisServer.start()) {
      measure(server.uri());
    }
  }

  private static void measure(String uri) throws Exception {
    try (var ledger =
            RedisLedger.connect(new RedisConfig(uri, "sluice", Duration.ofSeconds(20), null));
        var probe = new RedisProbe(uri)) {
      var measurement = new LedgerMeasurement(ledger, probe);
      measurement.run(20_000, 16);
      measurement.serverTime("reserve", 20_000, measurement::reserve);
      measurement.serverTime("settle", 20_000, measurement::settleLast);
      for (int callers : new int[] {1, 16, 64, 256}) {
        measurement.pairs(callers == 1 ? 20_000 : 100_000, callers);
      }
      measurement.memory();
    }
  }

  private String reserve() {
    var id = "01234567-89ab-cdef-0123-" + IDS.incrementAndGet();
    var request = Samples.hold(id, BUDGETS, "0.05", "0.001");
    if (!(ledger.reserve(request) instanceof Reservation.Granted)) {
      throw new IllegalStateException("refused");
    }
    return id;
  }

  private String settleLast() {
    var id = "01234567-89ab-cdef-0123-" + IDS.getAndDecrement();
    ledger.settle(id, new NanoUsd(1_234_567));
    return id;
  }

  private void serverTime(String verb, int calls, Callable<String> call) throws Exception {
    probe.commands().configResetstat();
    var nanos = new long[calls];
    for (int i = 0; i < calls; i++) {
      long from = System.nanoTime();
      call.call();
      nanos[i] = System.nanoTime() - from;
    }
    Arrays.sort(nanos);
    System.out.printf(
        "%-8s Redis a call: %s; round trip of a single caller: p50 %.0f us, p99 %.0f us%n",
        verb, scriptMicros(), nanos[calls / 2] / 1e3, nanos[calls * 99 / 100] / 1e3);
    if (verb.equals("settle")) {
      IDS.set(calls * 10);
    }
  }

  /// The mean, and the median, which a busy machine does not spoil.
  private String scriptMicros() {
    return field("commandstats", "cmdstat_evalsha", "usec_per_call")
        + " us mean, "
        + field("latencystats", "latency_percentiles_usec_evalsha", "p50")
        + " us median";
  }

  private String field(String section, String line, String name) {
    return probe
        .commands()
        .info(section)
        .lines()
        .filter(text -> text.startsWith(line + ":"))
        .map(text -> text.replaceAll(".*\\b" + name + "=([0-9.]+).*", "$1"))
        .findFirst()
        .orElse("?");
  }

  private void pairs(int pairs, int callers) throws Exception {
    double redisBefore = redisCpuSeconds();
    long javaBefore = SYSTEM.getProcessCpuTime();
    long from = System.nanoTime();
    run(pairs, callers);
    double seconds = (System.nanoTime() - from) / 1e9;
    System.out.printf(
        "%3d callers: %.0f reserve+settle pairs/s; CPU a pair: Redis %.0f us, Java %.0f us%n",
        callers,
        pairs / seconds,
        (redisCpuSeconds() - redisBefore) * 1e6 / pairs,
        (SYSTEM.getProcessCpuTime() - javaBefore) / 1e3 / pairs);
  }

  private void run(int pairs, int callers) throws Exception {
    var left = new AtomicInteger(pairs);
    Callable<Void> caller =
        () -> {
          while (left.getAndDecrement() > 0) {
            ledger.settle(reserve(), new NanoUsd(1_234_567));
          }
          return null;
        };
    try (var crowd = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var done : crowd.invokeAll(Collections.nCopies(callers, caller))) {
        done.get();
      }
    }
  }

  private void memory() {
    long before = info("memory", "used_memory");
    int holds = 20_000;
    for (int i = 0; i < holds; i++) {
      reserve();
    }
    long open = info("memory", "used_memory");
    redis.expireAll();
    System.out.printf(
        "memory: %d bytes an open hold, %d bytes one that has expired%n",
        (open - before) / holds, (info("memory", "used_memory") - before) / holds);
  }

  private double redisCpuSeconds() {
    return probe
        .commands()
        .info("cpu")
        .lines()
        .filter(line -> line.matches("used_cpu_(sys|user):.*"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(':') + 1).strip()))
        .sum();
  }

  private long info(String section, String name) {
    return probe
        .commands()
        .info(section)
        .lines()
        .filter(line -> line.startsWith(name + ":"))
        .mapToLong(line -> Long.parseLong(line.substring(name.length() + 1).strip()))
        .findFirst()
        .orElseThrow();
  }
}
