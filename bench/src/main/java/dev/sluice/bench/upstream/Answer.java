package dev.sluice.bench.upstream;

/// The streams that the upstream can answer with.
public enum Answer {
  /// A short text, all of it in one write.
  SHORT(10),
  /// 300 deltas, each in its own write, as fast as they go.
  BURST(300),
  /// 200 deltas, one every 5 ms, each with the time at which it was sent.
  PACED(200);

  private final int deltas;

  Answer(int deltas) {
    this.deltas = deltas;
  }

  /// How many deltas the stream has.
  public int deltas() {
    return deltas;
  }
}
