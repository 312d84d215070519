package dev.sluice.e2e.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// Somebody who calls a tool again and again, while others do what they should not.
final class Bystander implements AutoCloseable {

  private static final long EVERY_MILLIS = 50;

  /// Of a machine on which much else runs; a call that waits for an attack would take longer.
  private static final Duration SLOWEST_MAX = Duration.ofSeconds(20);

  /// What half of the calls may take, where there are so many that it means something.
  private static final Duration MEDIAN_MAX = Duration.ofSeconds(1);

  private static final int CALLS_OF_A_MEDIAN = 10;

  private final ToolClient client;
  private final String tool;
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final List<Long> nanos = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();
  private int calls;

  private Bystander(ToolClient client, String tool) {
    this.client = client;
    this.tool = tool;
  }

  static Bystander start(ToolClient client, String tool) {
    var bystander = new Bystander(client, tool);
    var _ =
        bystander.clock.scheduleWithFixedDelay(
            bystander::call, 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
    return bystander;
  }

  private void call() {
    var text = "call-" + calls();
    var before = System.nanoTime();
    String said;
    try {
      said = client.call(tool, "{\"text\":\"" + text + "\"}").text();
    } catch (AssertionError | RuntimeException e) {
      said = e.toString();
    }
    took(System.nanoTime() - before, said.equals(text) ? "" : text + " was answered: " + said);
  }

  private synchronized void took(long time, String failure) {
    calls++;
    nanos.add(time);
    if (!failure.isEmpty()) {
      failures.add(failure);
    }
  }

  /// How many calls there were in all.
  synchronized int calls() {
    return calls;
  }

  /// Fails where a call failed, or took too long, since this was asked last.
  ///
  /// @return how long they took, for people
  synchronized String assertUndisturbed(String during) {
    assertThat(failures).as("calls of a bystander during: %s", during).isEmpty();
    if (nanos.isEmpty()) {
      return "bystander: one call at most, under way";
    }
    var sorted = nanos.stream().sorted().toList();
    assertThat(millis(sorted, 1)).as(during).isLessThan(SLOWEST_MAX.toMillis());
    if (sorted.size() >= CALLS_OF_A_MEDIAN) {
      assertThat(millis(sorted, 0.5)).as(during).isLessThan(MEDIAN_MAX.toMillis());
    }
    nanos.clear();
    return "bystander: %4d calls, p50 %4d ms, p99 %5d ms, max %5d ms"
        .formatted(sorted.size(), millis(sorted, 0.5), millis(sorted, 0.99), millis(sorted, 1));
  }

  private static long millis(List<Long> sorted, double share) {
    int index = (int) Math.min(sorted.size() - 1L, Math.round(share * sorted.size()));
    return sorted.get(index) / 1_000_000;
  }

  @Override
  public void close() {
    clock.shutdown();
    try {
      assertThat(clock.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
