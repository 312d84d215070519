package dev.sluice.ledger.books;

import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.Position;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The sum of all events up to a position: what each window holds, which holds are open, and how
/// the others ended of late. Not for more than one thread.
public final class Books {

  /// Ends are remembered as long as the ledger does, and no more than these.
  private static final int ENDED_MAX = 20_000;

  private static final int EXPIRED_MAX = 100_000;

  private final Map<WindowId, Counters> windows = new HashMap<>();

  /// The window of each limit in which a hold was taken last.
  private final Map<String, Long> lastUsed = new HashMap<>();

  private final Map<String, OpenHold> open = new HashMap<>();
  private final Map<String, EndedHold> ended = new LinkedHashMap<>();
  private final Map<String, EndedHold> expired = new LinkedHashMap<>();
  private Position position = Position.NONE;

  /// As they were when a checkpoint was taken, or as Redis has them.
  public static Books of(
      Position position, Map<WindowId, Counters> windows, Map<String, OpenHold> open) {
    var books = new Books();
    books.position = position;
    books.open.putAll(open);
    windows.forEach(books::restore);
    return books;
  }

  public Position position() {
    return position;
  }

  public Map<WindowId, Counters> windows() {
    return Collections.unmodifiableMap(windows);
  }

  public Map<String, OpenHold> open() {
    return Collections.unmodifiableMap(open);
  }

  /// The ends that are remembered, oldest first.
  public Map<String, EndedHold> ended() {
    var all = new LinkedHashMap<>(expired);
    all.putAll(ended);
    return all;
  }

  /// Whether it is the window of its limit that was used last.
  public boolean isLast(WindowId window) {
    return Long.valueOf(window.start()).equals(lastUsed.get(window.limit()));
  }

  private void restore(WindowId window, Counters counters) {
    windows.put(window, counters);
    lastUsed.merge(window.limit(), window.start(), Math::max);
  }

  /// Of one that was not the last by its start: somebody had set a clock back.
  public void used(WindowId window) {
    lastUsed.put(window.limit(), window.start());
  }

  public void remember(String holdId, EndedHold end) {
    if (end.outcome() == Kind.EXPIRED || end.outcome() == Kind.CORRECTED) {
      expired.put(holdId, end);
    } else {
      ended.put(holdId, end);
    }
  }

  /// Whether an event is the next one: sequences have no gap, also from epoch to epoch.
  public boolean fits(BookEvent event) {
    return event.sequence() == position.sequence() + 1
        && event.position().epoch() >= position.epoch();
  }

  public void add(BookEvent event) {
    if (!fits(event)) {
      throw new IllegalStateException("BUG: " + event.position() + " after " + position);
    }
    for (var slot : event.slots()) {
      long posted = event.posted().of(slot.measure());
      long held = event.held().of(slot.measure());
      long unconfirmed = event.unconfirmed().of(slot.measure());
      windows.merge(
          slot.window(),
          Counters.ZERO.plus(posted, held, unconfirmed),
          (before, _) -> before.plus(posted, held, unconfirmed));
    }
    note(event);
    position = event.position();
  }

  private void note(BookEvent event) {
    var id = event.holdId();
    var held = event.held();
    switch (event.kind()) {
      case RESERVED -> {
        open.put(
            id,
            new OpenHold(held.usd(), held.tokens(), event.time(), 0, event.text(), event.slots()));
        event.slots().forEach(slot -> used(slot.window()));
      }
      case EXTENDED -> open.computeIfPresent(id, (_, hold) -> hold.extended(held));
      case SETTLED, RELEASED, EXPIRED -> end(event, open.remove(id));
      case CORRECTED -> expired.computeIfPresent(id, (_, hold) -> hold.corrected(event.posted()));
    }
  }

  private void end(BookEvent event, @Nullable OpenHold hold) {
    if (hold == null) {
      return; // The check tells: what it held is in the windows still.
    }
    var posted = event.posted();
    remember(
        event.holdId(),
        new EndedHold(
            event.kind(),
            hold.usd(),
            hold.tokens(),
            posted.usd(),
            posted.tokens(),
            event.time(),
            event.kind() == Kind.EXPIRED ? hold.slots() : List.of()));
    forgetEnds(ended, event.time() - Ledger.MEMORY.toMillis(), ENDED_MAX);
    forgetEnds(expired, event.time() - Ledger.MEMORY.toMillis(), EXPIRED_MAX);
  }

  private static void forgetEnds(Map<String, EndedHold> ends, long before, int most) {
    for (var oldest = ends.values().iterator(); oldest.hasNext(); oldest.remove()) {
      if (oldest.next().endedAt() >= before && ends.size() <= most) {
        return;
      }
    }
  }

  /// Forgets windows that are long over.
  public void forgetPast(long now) {
    windows.keySet().removeIf(window -> window.forgottenAt() < now);
    lastUsed.entrySet().removeIf(last -> !windows.containsKey(lastOf(last)));
  }

  private static WindowId lastOf(Map.Entry<String, Long> last) {
    return new WindowId(last.getKey(), last.getValue());
  }

  /// Goes on in another epoch, with the same sequence.
  public void begin(long epoch) {
    position = new Position(epoch, position.sequence());
  }

  /// An event of a history that forked from this one, as the next event here; empty where it adds
  /// nothing. Money was spent in both branches; a hold that is in both has one begin and one end.
  public Optional<BookEvent> adopted(BookEvent event, long epoch) {
    var id = event.holdId();
    var hold = open.get(id);
    var next = new Position(epoch, position.sequence() + 1);
    return switch (event.kind()) {
      case RESERVED ->
          hold != null || ended.containsKey(id) || expired.containsKey(id)
              ? Optional.empty()
              : Optional.of(event.at(next));
      case EXTENDED -> hold == null ? Optional.empty() : Optional.of(event.at(next));
      case SETTLED, RELEASED, EXPIRED ->
          hold == null ? Optional.empty() : Optional.of(event.ending(hold).at(next));
      case CORRECTED -> {
        var end = expired.get(id);
        yield end == null || end.outcome() == Kind.CORRECTED
            ? Optional.empty()
            : Optional.of(event.at(next));
      }
    };
  }
}
