package dev.sluice.standalone.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.Callable;

/// A time within which something is promised to be so: whoever looks later than that sees it. How
/// long the look itself takes is no part of the promise.
public final class Promised {

  private static final Duration LOOKED_EVERY = Duration.ofMillis(20);
  private static final Duration LOOKED_FOR = Duration.ofSeconds(60);

  private Promised() {}

  /// @param isSo each look at it; the time begins now
  public static void within(Duration most, Callable<Boolean> isSo) {
    long from = System.nanoTime();
    await()
        .atMost(LOOKED_FOR)
        .pollDelay(Duration.ZERO)
        .pollInterval(LOOKED_EVERY)
        .until(
            () -> {
              var begun = Duration.ofNanos(System.nanoTime() - from);
              boolean so = isSo.call();
              if (!so) {
                assertThat(begun).as("when a look began that did not see it").isLessThan(most);
              }
              return so;
            });
  }
}
