package dev.sluice.extproc.reserve;

import dev.sluice.extproc.reply.Refused;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/// Bodies that were admitted and that Envoy is still reading, each with its part of the budget.
public final class Uploads {

  /// Longer than Envoy lets a request arrive; one that is older has ended untold.
  private static final Duration UPLOAD_MAX = Duration.ofMinutes(6);

  private record Upload(BufferBudget.Lease lease, Instant since) {}

  private final ConcurrentMap<String, Upload> open = new ConcurrentHashMap<>();
  private final BufferBudget buffers;
  private final InstantSource clock;

  public Uploads(BufferBudget buffers, InstantSource clock) {
    this.buffers = buffers;
    this.clock = clock;
  }

  /// Takes a part of the budget for a body that may now be read.
  ///
  /// @param length null where it is unknown
  /// @throws Refused where it does not fit
  public void admit(String requestId, @Nullable Long length) {
    forgetOld();
    open.put(requestId, new Upload(buffers.lease(length), clock.instant()));
  }

  /// The part of a body that has arrived; a small one was not admitted before, and gets its now.
  ///
  /// @throws Refused where it does not fit
  public BufferBudget.Lease arrived(String requestId, @Nullable Long length) {
    var upload = open.remove(requestId);
    return upload == null ? buffers.lease(length) : upload.lease();
  }

  /// The request has ended, perhaps before its body had arrived.
  public void ended(String requestId) {
    var upload = open.remove(requestId);
    if (upload != null) {
      upload.lease().release();
    }
  }

  private void forgetOld() {
    var oldest = clock.instant().minus(UPLOAD_MAX);
    open.forEach(
        (requestId, upload) -> {
          if (upload.since().isBefore(oldest)) {
            ended(requestId);
          }
        });
  }
}
