package dev.sluice.bench.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcessTreeTest {
  @Test
  void counts_the_time_and_the_memory_of_a_jvm() {
    var tree = new ProcessTree(ProcessHandle.current());
    long before = tree.cpuMicros().getOrDefault(Role.JVM, 0L);
    long end = System.nanoTime() + 200_000_000;
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    assertThat(tree.cpuMicros()).containsOnlyKeys(Role.JVM);
    assertThat(tree.cpuMicros().get(Role.JVM)).isGreaterThan(before);
    assertThat(tree.residentKib().get(Role.JVM)).isGreaterThan(10_000);
  }
}
