package dev.sluice.ledger.redis;

import dev.sluice.ledger.Amounts;
import dev.sluice.ledger.HoldRequest;
import dev.sluice.ledger.redis.LateEnds.End;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What this client has booked and Redis may still forget: its holds until they end, and their ends
/// until they are kept elsewhere.
final class OwnHolds {

  /// The oldest beyond it cannot be booked again where Redis loses them.
  private static final int OPEN_MAX = 50_000;

  private static final int ENDED_MAX = 10_000;

  private record Taken(HoldRequest request, long sequence) {}

  private record Ended(@Nullable Taken taken, End end, long sequence) {}

  private final Map<String, Taken> open = new Eldest<>(OPEN_MAX);
  private final Map<String, Ended> ended = new Eldest<>(ENDED_MAX);
  private long kept;

  /// @param request for what was granted
  /// @param sequence of its event, or of a later one
  synchronized void taken(HoldRequest request, long sequence) {
    open.put(request.id(), new Taken(request, sequence));
  }

  /// @param total what the hold has now
  synchronized void extended(String holdId, Amounts total) {
    open.computeIfPresent(
        holdId, (_, taken) -> new Taken(taken.request().granted(total), taken.sequence()));
  }

  /// @param sequence of its event, or of a later one
  synchronized void ended(End end, long sequence) {
    var taken = open.remove(end.holdId());
    if (sequence > kept) {
      ended.put(end.holdId(), new Ended(taken, end, sequence));
    }
  }

  /// The request of a hold that was taken here.
  synchronized @Nullable HoldRequest request(String holdId) {
    var taken = open.get(holdId);
    if (taken == null && ended.get(holdId) instanceof Ended(var of, _, _)) {
      taken = of;
    }
    return taken == null ? null : taken.request();
  }

  /// @param sequence of the last event that is kept elsewhere
  synchronized void kept(long sequence) {
    kept = sequence;
    ended.values().removeIf(end -> end.sequence() <= sequence);
  }

  /// Open holds that Redis may have forgotten, with what was kept.
  synchronized List<HoldRequest> unkept() {
    return open.values().stream()
        .filter(taken -> taken.sequence() > kept)
        .map(Taken::request)
        .toList();
  }

  /// Ends that Redis may have forgotten, with what was kept: their holds are open again.
  synchronized List<End> reopen() {
    var ends = ended.values().stream().map(Ended::end).toList();
    ended.forEach(
        (id, end) -> {
          if (end.taken() != null) {
            open.put(id, end.taken());
          }
        });
    ended.clear();
    return ends;
  }

  private static final class Eldest<V> extends LinkedHashMap<String, V> {
    private final int max;

    Eldest(int max) {
      this.max = max;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
      return size() > max;
    }
  }
}
