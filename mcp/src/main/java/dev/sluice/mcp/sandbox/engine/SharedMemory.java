package dev.sluice.mcp.sandbox.engine;

import java.util.concurrent.atomic.AtomicLong;

/// What all engines may grow by together, so that many runs within their own limits do not fill
/// this process.
public final class SharedMemory {
  private final AtomicLong free;

  public SharedMemory(long bytesMax) {
    free = new AtomicLong(bytesMax);
  }

  boolean take(long bytes) {
    if (free.addAndGet(-bytes) >= 0) {
      return true;
    }
    free.addAndGet(bytes);
    return false;
  }

  void give(long bytes) {
    free.addAndGet(bytes);
  }

  public long freeBytes() {
    return free.get();
  }
}
