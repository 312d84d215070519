package dev.sluice.extproc.reserve;

import dev.sluice.core.refusal.Refusal;
import dev.sluice.extproc.reply.Refused;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Bounds the bytes of all bodies that are held at once.
public final class BufferBudget {

  private final AtomicLong held = new AtomicLong();
  private final long bytesMax;
  private final long unknownBytes;

  /// @param unknownBytes what a body of unknown length counts as, until it is known
  public BufferBudget(long bytesMax, long unknownBytes) {
    this.bytesMax = bytesMax;
    this.unknownBytes = unknownBytes;
  }

  /// A part of the budget, given back once.
  public final class Lease {

    private final AtomicLong bytes;

    private Lease(long bytes) {
      this.bytes = new AtomicLong(bytes);
    }

    /// The length is known now.
    public void shrinkTo(long known) {
      long before = bytes.getAndUpdate(now -> Math.min(now, known));
      held.addAndGet(Math.min(before, known) - before);
    }

    public void release() {
      held.addAndGet(-bytes.getAndSet(0));
    }
  }

  /// Takes a part for one body.
  ///
  /// @param length null where it is unknown
  /// @throws Refused where it does not fit
  public Lease lease(@Nullable Long length) {
    long bytes = length == null ? unknownBytes : length;
    if (held.addAndGet(bytes) > bytesMax) {
      held.addAndGet(-bytes);
      throw new Refused(new Refusal.BuffersFull());
    }
    return new Lease(bytes);
  }

  public long heldBytes() {
    return held.get();
  }
}
