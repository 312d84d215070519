package dev.sluice.ledger.keeper;

import dev.sluice.ledger.books.BookEvent;
import dev.sluice.ledger.redis.RedisBooks;
import dev.sluice.ledger.redis.RedisBooks.Begun;
import dev.sluice.ledger.redis.RedisBooks.TakenException;
import dev.sluice.ledger.store.Store;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// Restores what Redis should hold, from a store and from the events that are still in the stream.
///
/// It has begun: a new epoch is on, in which nobody books. Then
/// 1. the store takes the events that it has not. Those that continue its log are added as they
///    are. Others are of a history that forked: Redis had lost events, and somebody went on
///    booking. Money was spent in both branches, so what they add is added;
/// 2. all that Redis holds is replaced by the store's books; open holds get a fresh lifetime;
/// 3. the books open, and the sequence goes on.
///
/// Interrupted anywhere, the books stay closed, and the next run does it all again.
public record Rebuild(RedisBooks redis, Store store) {

  /// What a rebuild has done.
  ///
  /// @param forked events of another branch that were added
  /// @param lostFrom the first event that was acknowledged and that nobody has; above `lostTo`
  ///   where there is none
  public record Rebuilt(
      long epoch, long sequence, int windows, int holds, long forked, long lostFrom, long lostTo) {

    public long lost() {
      return Math.max(0, lostTo - lostFrom + 1);
    }

    /// For people.
    public String sentence() {
      return "restored %d windows and %d open holds up to event %d, epoch %d; %s"
          .formatted(windows, holds, sequence, epoch, losses());
    }

    private String losses() {
      var branch = forked == 0 ? "" : forked + " events of a forked history were added; ";
      return lost() == 0
          ? branch + "no event is lost"
          : "%s%d events are lost: %d to %d".formatted(branch, lost(), lostFrom, lostTo);
    }
  }

  /// @param seen sequence of the last event that anybody here was told of
  /// @param lifetime of the open holds
  public Rebuilt run(Begun begun, long seen, Duration lifetime) throws IOException, TakenException {
    takeNext();
    long last = store.position().sequence();
    long forked = takeForked(begun.epoch());
    store.begin(begun.epoch());
    var books = store.books();
    var rebuilt =
        new Rebuilt(
            begun.epoch(),
            books.position().sequence(),
            books.windows().size(),
            books.open().size(),
            forked,
            last + 1,
            // Of a fork, Redis counted the other branch.
            forked > 0 ? seen : Math.max(seen, begun.before().sequence()));
    redis.restore(begun, books, lifetime, rebuilt.sentence());
    return rebuilt;
  }

  /// The events that continue the log.
  private void takeNext() throws IOException {
    List<BookEvent> next;
    do {
      next = continuing(store, redis.after(store.lastId()));
      store.append(next);
    } while (!next.isEmpty());
  }

  /// How far a log and the stream reach together.
  ///
  /// @param logged sequence of the log's last event
  /// @param lastId its id in the stream
  public static long reach(RedisBooks redis, long logged, String lastId) {
    long sequence = logged;
    var id = lastId;
    for (var events = redis.after(id); !events.isEmpty(); events = redis.after(id)) {
      for (var event : events) {
        if (event.position().sequence() == sequence + 1) {
          sequence++;
        }
      }
      id = events.getLast().id();
    }
    return sequence;
  }

  /// Of events in their order, the first ones that continue a store's log without a gap.
  static List<BookEvent> continuing(Store store, List<BookEvent> events) {
    var at = store.position();
    int count = 0;
    for (var event : events) {
      var sameEpoch = at.sequence() == 0 || event.position().epoch() == at.epoch();
      if (!sameEpoch || event.position().sequence() != at.sequence() + 1) {
        break;
      }
      at = event.position();
      count++;
    }
    return events.subList(0, count);
  }

  private long takeForked(long epoch) throws IOException {
    long forked = 0;
    for (var events = redis.after(store.lastId());
        !events.isEmpty();
        events = redis.after(store.lastId())) {
      for (var event : events) {
        var adopted = store.books().adopted(event, epoch);
        if (adopted.isPresent()) {
          store.append(List.of(adopted.get()));
          forked++;
        } else {
          store.passed(event.id());
        }
      }
    }
    return forked;
  }
}
