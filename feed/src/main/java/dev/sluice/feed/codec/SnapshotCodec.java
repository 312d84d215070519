package dev.sluice.feed.codec;

import dev.sluice.core.policy.Snapshot;
import dev.sluice.proto.policy.v1.PolicyProto;
import java.time.DateTimeException;

/// Snapshots to messages and back, exactly.
public final class SnapshotCodec {

  private SnapshotCodec() {}

  public static PolicyProto.Snapshot write(Snapshot snapshot) {
    return new SnapshotWriter().write(snapshot);
  }

  /// @throws UnreadablePolicyException where it has what this program does not know, or what no
  ///   snapshot can have
  public static Snapshot read(PolicyProto.Snapshot message) {
    try {
      return new SnapshotReader(new Limits(message)).read(message);
    } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
      throw new UnreadablePolicyException(
          "snapshot %s: %s".formatted(message.getVersion(), e.getMessage()), e);
    }
  }
}
