package dev.sluice.mcp.upstream.call;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/// Counts what a server sends that it should not, and that is dropped.
public final class Tally {

  /// What was dropped.
  public enum Dropped {
    /// An answer with an id that no open call has.
    UNKNOWN_ANSWER,
    /// Progress of no open call.
    UNKNOWN_PROGRESS,
    /// What is no message.
    MALFORMED,
    /// A message that a call could not take any more.
    OVERFLOW,
    /// A request that nobody here can answer, or one too many.
    UNANSWERABLE_REQUEST,
    /// A tool whose definition breaks the protocol.
    INVALID_TOOL
  }

  private final Map<Dropped, LongAdder> counts = new EnumMap<>(Dropped.class);

  public Tally() {
    for (var kind : Dropped.values()) {
      counts.put(kind, new LongAdder());
    }
  }

  public void drop(Dropped kind) {
    counts.getOrDefault(kind, new LongAdder()).increment();
  }

  public long dropped(Dropped kind) {
    return counts.getOrDefault(kind, new LongAdder()).sum();
  }

  public Map<Dropped, Long> dropped() {
    var all = new EnumMap<Dropped, Long>(Dropped.class);
    counts.forEach((kind, count) -> all.put(kind, count.sum()));
    return all;
  }
}
