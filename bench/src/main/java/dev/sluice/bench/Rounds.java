package dev.sluice.bench;

import dev.sluice.bench.load.Load;
import dev.sluice.bench.load.Timings;
import dev.sluice.bench.process.ProcessTree;
import dev.sluice.bench.process.Role;
import dev.sluice.bench.process.Started;
import dev.sluice.bench.report.Sample;
import dev.sluice.bench.upstream.Upstream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// Runs every workload on every target, round after round, so that all see the same state of the
/// machine.
final class Rounds {
  /// What a gateway still does for a request after its last byte is counted, too.
  private static final long SETTLE_MILLIS = 300;

  private static final int WARM_UP_LOADS = 3;

  /// Compiling goes on for so many requests in a JVM, and would be counted as their cost.
  private static final int COMPILE_REQUESTS = 20_000;

  private final Upstream upstream;
  private final List<Target> targets;
  private final Options options;

  Rounds(Upstream upstream, List<Target> targets, Options options) {
    this.upstream = upstream;
    this.targets = List.copyOf(targets);
    this.options = options;
  }

  /// Sends enough through every target that code is compiled and connections are open.
  void warmUp(List<Workload> workloads) {
    Load small = Workload.all().getFirst().load(Gateway.KEY, 1).times(16, COMPILE_REQUESTS / 16);
    targets.stream()
        .filter(target -> target.side() == Side.SLUICE)
        .forEach(target -> small.run(target.address()));
    for (Workload workload : workloads) {
      upstream.answerWith(workload.answer());
      for (Target target : targets) {
        for (int i = 0; i < WARM_UP_LOADS; i++) {
          workload.load(Gateway.KEY, 2 * options.shrink()).run(target.address());
        }
      }
    }
  }

  List<Sample> run(List<Workload> workloads) {
    var samples = new ArrayList<Sample>();
    for (int round = 0; round < options.rounds(); round++) {
      for (Workload workload : workloads) {
        upstream.answerWith(workload.answer());
        var order = new ArrayList<>(targets);
        Collections.rotate(order, round);
        for (Target target : order) {
          samples.add(measure(round, workload, target));
        }
      }
      System.err.printf("round %d of %d done%n", round + 1, options.rounds());
    }
    return samples;
  }

  private Sample measure(int round, Workload workload, Target target) {
    Load load = workload.load(Gateway.KEY, options.shrink());
    Map<Role, Long> before = cpuMicros(target);
    Timings timings = load.run(target.address());
    pause();
    Map<Role, Long> spent = new EnumMap<>(Role.class);
    cpuMicros(target).forEach((role, end) -> spent.put(role, end - before.getOrDefault(role, 0L)));
    int requests = load.connections() * load.requestsEach();
    return new Sample(round, workload, target.side(), requests, timings, spent, memory(target));
  }

  private static Map<Role, Long> cpuMicros(Target target) {
    return target.program().map(Started::tree).map(ProcessTree::cpuMicros).orElse(Map.of());
  }

  private static Map<Role, Long> memory(Target target) {
    return target.program().map(Started::tree).map(ProcessTree::residentKib).orElse(Map.of());
  }

  private static void pause() {
    try {
      Thread.sleep(SETTLE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
