package dev.sluice.bench.http;

import java.nio.ByteBuffer;

/// Takes the parts of a body as they arrive.
@FunctionalInterface
public interface BodySink {
  /// Drops the body.
  BodySink NOWHERE = (buffer, from, to, arrivedAt) -> {};

  /// Takes the bytes from `from` to `to` by absolute index, which arrived at `arrivedAt` on the
  /// clock of `System.nanoTime`.
  void accept(ByteBuffer buffer, int from, int to, long arrivedAt);
}
