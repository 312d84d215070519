package dev.sluice.e2e.failover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.demo.parts.RecordedClient;
import dev.sluice.e2e.ResidentMemory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// Many sessions at once at providers of four languages that fail in every way: each session comes
/// to its end, and the ledger is what the providers bill.
///
/// `SLUICE_SOAK_SECONDS` sets how long (30 by default), `SLUICE_SEED` the seed (printed).
final class FailoverSoakE2E {

  private static final int CLIENTS = 24;
  private static final int STEPS_MAX = 8;
  private static final Duration AWAY_EVERY = Duration.ofSeconds(2);

  private static final Duration LENGTH =
      Duration.ofSeconds(Long.parseLong(System.getenv().getOrDefault("SLUICE_SOAK_SECONDS", "30")));

  @Test
  void every_session_comes_to_its_end_and_the_books_agree() throws Exception {
    long seed =
        Long.parseLong(
            System.getenv().getOrDefault("SLUICE_SEED", Long.toString(System.nanoTime())));
    System.out.println("seed " + seed);
    var random = new SplittableRandom(seed);
    try (var soak = FourLanguages.start()) {
      learn(soak);
      var played = new Played(random.split());
      soak.simulators().forEach(one -> one.otherwise(played::script));
      var early =
          CompletableFuture.supplyAsync(
              () -> ResidentMemory.of(soak.world().gateway().process()),
              CompletableFuture.delayedExecutor(LENGTH.toMillis() / 3, TimeUnit.MILLISECONDS));
      var findings = new Findings();
      run(soak, played, random, findings);
      var late = ResidentMemory.of(soak.world().gateway().process());
      System.out.println("failover: " + findings);
      System.out.println("failover, played: " + played.counts());
      System.out.println("memory in KiB after a third: " + early.join() + ", at the end: " + late);
      assertThat(played.counts()).containsKeys(played.names().toArray(String[]::new));
      assertThat(soak.simulators()).allSatisfy(one -> assertThat(one.violations()).isEmpty());
      late.assertGrownInBoundsSince(early.join());
      new SoakBooks(soak).assertAgree();
    }
  }

  /// What an estimate rests on: whole answers of each provider.
  private static void learn(FourLanguages soak) throws InterruptedException {
    soak.simulators().forEach(one -> one.otherwise(Task::turn));
    for (var key : FourLanguages.KEYS) {
      var random = new SplittableRandom(1);
      new Session(client(soak, key), new Task("warm" + key, STEPS_MAX), random, new Findings())
          .run();
    }
  }

  private static RecordedClient client(FourLanguages soak, String key) {
    return new RecordedClient(soak.world().gateway().address(), soak.world().gateway().key(key));
  }

  private static void run(
      FourLanguages soak, Played played, SplittableRandom random, Findings findings)
      throws InterruptedException, ExecutionException {
    long until = System.nanoTime() + LENGTH.toNanos();
    var serial = new AtomicLong();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        var own = random.split();
        var client = client(soak, FourLanguages.KEYS.get(i % FourLanguages.KEYS.size()));
        all.add(
            threads.submit(
                () -> {
                  while (System.nanoTime() < until) {
                    var task = new Task("s" + serial.incrementAndGet(), 1 + own.nextInt(STEPS_MAX));
                    new Session(client, task, own, findings).run();
                    findings.ended();
                  }
                  return null;
                }));
      }
      leaveAndComeBack(soak, played, until);
      for (var one : all) {
        one.get();
      }
    }
  }

  /// From time to time one of the providers cannot be reached for a while.
  private static void leaveAndComeBack(FourLanguages soak, Played played, long until)
      throws InterruptedException {
    while (System.nanoTime() < until) {
      var provider = played.anyOf(soak.simulators());
      provider.leave();
      TimeUnit.NANOSECONDS.sleep(played.away().toNanos());
      provider.comeBack();
      TimeUnit.NANOSECONDS.sleep(AWAY_EVERY.toNanos());
    }
  }
}
