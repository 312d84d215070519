package dev.sluice.mcp.upstream.http;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Does something short at a time, unless it is called off before.
public final class Watchdog {

  private static final ScheduledThreadPoolExecutor TIMER = timer();

  private Watchdog() {}

  /// The action must not block: all share one thread.
  public static Future<?> at(Duration delay, Runnable action) {
    return TIMER.schedule(action, delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  private static ScheduledThreadPoolExecutor timer() {
    var timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("mcp-watchdog").factory());
    timer.setRemoveOnCancelPolicy(true);
    return timer;
  }
}
