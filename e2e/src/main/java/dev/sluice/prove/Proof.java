package dev.sluice.prove;

import dev.sluice.prove.Findings.Killed;
import dev.sluice.prove.crowd.Ask;
import dev.sluice.prove.crowd.Crowd;
import dev.sluice.prove.crowd.Lane;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// One run: the crowd, the kill, and what came of it.
final class Proof {

  private static final Duration STREAM_WITHIN = Duration.ofSeconds(20);
  private static final Duration GONE_WITHIN = Duration.ofSeconds(10);
  private static final Duration LOOKED_EVERY = Duration.ofMillis(5);

  private static final String UNREADABLE = "the ledger cannot be read at the end";

  private Proof() {}

  static Findings run(Path folder, Kill kill, Plan plan) throws InterruptedException {
    try (var world = ProofWorld.start(folder, plan)) {
      return run(world, kill, plan);
    }
  }

  private static Findings run(ProofWorld world, Kill kill, Plan plan) throws InterruptedException {
    var asks = Ask.crowd(plan.requests(), ProofWorld.PRICES);
    var first = world.lane(world.first());
    var second = world.lane(world.second());
    try (var watch = Watch.start(world.provider(), world::budget);
        var crowd = Crowd.start(asks, first, second, plan.patience())) {
      var killed = kill(kill, plan, world, first);
      var ends = crowd.join();
      world.awaitQuiet();
      var seen = watch.end();
      var budget = world.budget().orElseThrow(() -> new IllegalStateException(UNREADABLE));
      var books = Books.of(world.provider().bill(), world.usage(), budget, second.admitted());
      return new Findings(plan.limit(), killed, ends, seen, books, budget);
    }
  }

  /// Kills the first gateway in mid-stream, once some exchanges have ended; without a stream at the
  /// end of the patience.
  private static Killed kill(Kill kill, Plan plan, ProofWorld world, Lane first)
      throws InterruptedException {
    var begun = System.nanoTime();
    while (world.provider().bill().exchanges() < plan.endedBeforeKill() || first.streaming() == 0) {
      Thread.sleep(LOOKED_EVERY);
    }
    var cut = first.asking();
    var streams = first.streaming();
    var billed = world.provider().bill().exchanges();
    var after = Duration.ofNanos(System.nanoTime() - begun);
    var tree = world.first().process().descendants().toList();
    kill.hit(world.first());
    return new Killed(after, awaitGone(tree), billed, streams, cut);
  }

  /// How long the processes live on that the gateway had started.
  private static Duration awaitGone(List<ProcessHandle> tree) throws InterruptedException {
    var begun = System.nanoTime();
    while (tree.stream().anyMatch(ProcessHandle::isAlive)) {
      if (System.nanoTime() - begun > GONE_WITHIN.toNanos()) {
        throw new IllegalStateException(
            "a process of the killed gateway still lives after " + GONE_WITHIN.toSeconds() + " s");
      }
      Thread.sleep(LOOKED_EVERY);
    }
    return Duration.ofNanos(System.nanoTime() - begun);
  }
}
