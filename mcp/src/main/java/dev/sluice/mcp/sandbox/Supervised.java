package dev.sluice.mcp.sandbox;

import dev.sluice.mcp.sandbox.Outcome.Broken;
import dev.sluice.mcp.sandbox.Outcome.Stopped;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The thread of a run under the eyes of who asked for it: it is interrupted when its time is over.
///
/// A thread of the platform, since a program that computes would keep a carrier of virtual threads
/// for as long as it may; and since the CPU time of such a thread can be asked for.
final class Supervised {
  private static final Logger LOG = LoggerFactory.getLogger(Supervised.class);
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final long STACK_BYTES = 4L << 20;
  // Between two looks at its interruption a run does at most one copy within its memory.
  private static final long STOP_MILLIS_MAX = 5_000;

  private final Run run;
  private final Limits limits;
  private final Runnable after;
  private final long startedNanos;
  private final CountDownLatch over = new CountDownLatch(1);
  private volatile long cpuBefore = -1;
  private volatile @Nullable Outcome outcome;

  /// @param startedNanos since when wall time counts: it may have waited for its turn
  Supervised(Run run, Limits limits, long startedNanos, Runnable after) {
    this.run = run;
    this.limits = limits;
    this.startedNanos = startedNanos;
    this.after = after;
  }

  /// From here on CPU time counts; called by the run's thread.
  void begins() {
    cpuBefore = THREADS.getCurrentThreadCpuTime();
  }

  Outcome outcome(Function<Supervised, Outcome> work) throws InterruptedException {
    var thread =
        Thread.ofPlatform()
            .name("sandbox-run")
            .daemon()
            .stackSize(STACK_BYTES)
            .start(() -> work(work));
    try {
      while (true) {
        long wall = limits.wallMillisMax() - millis(System.nanoTime() - startedNanos);
        long cpu = limits.cpuMillisMax() - millis(cpuNanos(thread));
        // As much CPU time as is left cannot be used before as much time has passed.
        if (over.await(Math.max(0, Math.min(wall, cpu)), TimeUnit.MILLISECONDS)) {
          return ended();
        }
        if (cpu <= 0) {
          return stopped(thread, new Exceeded.CpuTime(limits.cpuMillisMax()));
        }
        if (wall <= 0) {
          return stopped(thread, new Exceeded.WallTime(limits.wallMillisMax()));
        }
      }
    } finally {
      thread.interrupt();
    }
  }

  private void work(Function<Supervised, Outcome> work) {
    try {
      outcome = work.apply(this);
    } finally {
      after.run();
      over.countDown();
    }
  }

  private Outcome stopped(Thread thread, Exceeded exceeded) throws InterruptedException {
    thread.interrupt();
    if (!over.await(STOP_MILLIS_MAX, TimeUnit.MILLISECONDS)) {
      LOG.error("BUG: a run did not end when it was stopped: {}", exceeded.sentence());
      return new Stopped(exceeded, "");
    }
    return outcome instanceof Broken broken ? new Stopped(exceeded, broken.printed()) : ended();
  }

  private Outcome ended() {
    return outcome == null ? new Broken(run.printed()) : outcome;
  }

  private long cpuNanos(Thread thread) {
    long before = cpuBefore;
    return before < 0 ? 0 : Math.max(0, THREADS.getThreadCpuTime(thread.threadId()) - before);
  }

  private static long millis(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos);
  }
}
