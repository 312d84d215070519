package dev.sluice.mcp.codemode.run;

import dev.sluice.mcp.upstream.call.Cancellation;

/// Interrupts the thread that made it when a call is cancelled, and never once it is closed.
final class Interruption implements AutoCloseable {
  private final Thread thread = Thread.currentThread();
  private final Cancellation.Watch watch;
  private boolean interrupted;
  private boolean over;

  Interruption(Cancellation cancellation) {
    watch = cancellation.onCancel(this::interrupt);
  }

  private synchronized void interrupt() {
    if (!over) {
      interrupted = true;
      thread.interrupt();
    }
  }

  @Override
  public void close() {
    watch.close();
    synchronized (this) {
      over = true;
      if (interrupted) {
        // The thread goes on to tell of the cancellation.
        var _ = Thread.interrupted();
      }
    }
  }
}
