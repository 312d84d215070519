package dev.sluice.mcp.upstream.call;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Ends a call before its time, from any thread and once.
public final class Cancellation {

  /// What is done when the call is cancelled, until it is closed.
  public interface Watch extends AutoCloseable {
    @Override
    void close();
  }

  private final List<Runnable> actions = new ArrayList<>();
  private @Nullable String reason;

  /// The reason goes to the server as it is.
  public void cancel(String why) {
    List<Runnable> due;
    synchronized (this) {
      if (reason != null) {
        return;
      }
      reason = why;
      due = List.copyOf(actions);
      actions.clear();
    }
    due.forEach(Runnable::run);
  }

  public synchronized Optional<String> reason() {
    return Optional.ofNullable(reason);
  }

  public boolean cancelled() {
    return reason().isPresent();
  }

  /// Runs the action at the cancellation, at once where that has been. It must not block.
  public Watch onCancel(Runnable action) {
    synchronized (this) {
      if (reason == null) {
        actions.add(action);
        return () -> forget(action);
      }
    }
    action.run();
    return () -> {};
  }

  private synchronized void forget(Runnable action) {
    actions.remove(action);
  }
}
