package dev.sluice.mcp.catalog.link;

import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.upstream.Connection;
import dev.sluice.mcp.upstream.Health;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallException;
import dev.sluice.mcp.upstream.call.CallResult;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// A connection with the calls that use it: one that is retired takes no new ones, and is closed
/// when the last has ended.
public final class Link {

  private final Connection connection;
  private final Runnable atEnd;
  private int calls;
  private boolean retired;

  Link(Connection connection, Runnable atEnd) {
    this.connection = connection;
    this.atEnd = atEnd;
  }

  Connection connection() {
    return connection;
  }

  public Health health() {
    return connection.health();
  }

  /// Empty where it was retired before the call.
  public Optional<CallResult> call(Call call) {
    synchronized (this) {
      if (retired) {
        return Optional.empty();
      }
      calls++;
    }
    try {
      return Optional.of(connection.call(call));
    } finally {
      synchronized (this) {
        calls--;
        notifyAll();
      }
    }
  }

  public void tell(Message.Notification notification) throws CallException {
    connection.tell(notification);
  }

  /// Closes it when its calls have ended, and at the latest after that time.
  public void retire(Duration max) {
    synchronized (this) {
      retired = true;
    }
    if (max.isZero()) {
      close();
    } else {
      Thread.ofVirtual().name("mcp-retire").start(() -> closeAfterCalls(max));
    }
  }

  private void closeAfterCalls(Duration max) {
    try {
      awaitCalls(System.nanoTime() + max.toNanos());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    close();
  }

  private synchronized void awaitCalls(long end) throws InterruptedException {
    while (calls > 0 && end - System.nanoTime() > 0) {
      TimeUnit.NANOSECONDS.timedWait(this, Math.max(1_000_000, end - System.nanoTime()));
    }
  }

  private void close() {
    connection.close();
    atEnd.run();
  }
}
