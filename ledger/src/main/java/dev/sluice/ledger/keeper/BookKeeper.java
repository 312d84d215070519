package dev.sluice.ledger.keeper;

import dev.sluice.ledger.LedgerUnavailableException;
import dev.sluice.ledger.Position;
import dev.sluice.ledger.books.BookState;
import dev.sluice.ledger.books.BookState.Phase;
import dev.sluice.ledger.keeper.Rebuild.Rebuilt;
import dev.sluice.ledger.redis.RedisBooks;
import dev.sluice.ledger.redis.RedisBooks.Drained;
import dev.sluice.ledger.redis.RedisBooks.TakenException;
import dev.sluice.ledger.redis.RedisBooks.Trim;
import dev.sluice.ledger.redis.RedisLedger;
import dev.sluice.ledger.store.Store;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the true book: brings the events to the store, and compares Redis with it at every look.
///
/// Redis answers each look with its position. Where that is behind what the store has, or what the
/// ledger was told, Redis has lost events that it acknowledged. By then no verb of this gateway is
/// booked any more. Of all gateways, the one whose store has most rebuilds Redis (see [Rebuild]);
/// the others go on when it is done.
public final class BookKeeper implements AutoCloseable {

  /// How long events wait for each other.
  private static final Duration GATHERED = Duration.ofMillis(50);

  /// How often a gateway that books nothing itself looks what others have booked.
  private static final Duration LOOKED_EVERY = Duration.ofSeconds(1);

  private static final Duration TRIMMED_EVERY = Duration.ofSeconds(1);
  private static final Duration CHECKPOINT_EVERY = Duration.ofMinutes(5);
  private static final int CHECKPOINT_EVENTS_MAX = 100_000;

  /// How long a start waits for books that another gateway rebuilds.
  private static final Duration AGREED_WITHIN = Duration.ofSeconds(60);

  private static final Logger LOG = LoggerFactory.getLogger(BookKeeper.class);

  /// Where the store is alone with its Redis, nobody else need be asked.
  ///
  /// @param holdLifetime of holds that are open at a rebuild
  /// @param patience for how long other gateways may say that they have more
  public record Terms(Duration holdLifetime, Duration patience) {}

  private final RedisBooks redis;
  private final Store store;
  private final Backlog backlog;
  private final Terms terms;
  private final InstantSource clock;
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile Figures figures = new Figures(0, 0, Duration.ZERO, 0, 0);
  private @Nullable RedisLedger ledger;
  private @Nullable Thread thread;
  private boolean attached;
  private boolean failing;
  private List<String> confirmed = List.of();
  private long lookedAt;
  private long trimmedAt;

  public BookKeeper(RedisBooks redis, Store store, Terms terms, InstantSource clock) {
    this.redis = redis;
    this.store = store;
    this.backlog = new Backlog(redis, Backlog.TOLD_FROM);
    this.terms = terms;
    this.clock = clock;
  }

  /// Looks until Redis agrees with the store, and rebuilds it where need be; before any client of
  /// this gateway connects, which would take what it finds for true.
  public void agree() throws IOException, InterruptedException {
    store.damage().ifPresent(where -> LOG.error("the ledger's log is damaged: {}", where));
    long until = System.nanoTime() + AGREED_WITHIN.toNanos();
    while (!look()) {
      if (System.nanoTime() > until) {
        throw new LedgerUnavailableException(
            "redis: its books wait to be rebuilt, and nobody has done so within " + AGREED_WITHIN,
            null);
      }
      pause(GATHERED);
    }
  }

  /// Keeps the books of a ledger until [#close].
  public void serve(RedisLedger client) {
    ledger = client;
    thread = Thread.ofVirtual().name("book-keeper").start(this::keepUntilClosed);
  }

  private void keepUntilClosed() {
    try {
      while (!pause(GATHERED)) {
        if (hasNews() || since(lookedAt).compareTo(LOOKED_EVERY) >= 0) {
          lookOrTryAgain();
        }
        if (checkpointIsDue()) {
          checkpoint();
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// Whether it is to end.
  private boolean pause(Duration time) throws InterruptedException {
    return closing.await(time.toMillis(), TimeUnit.MILLISECONDS);
  }

  private boolean hasNews() {
    return !failing && seen().compareTo(store.position()) > 0;
  }

  private Position seen() {
    return ledger == null ? Position.NONE : ledger.position();
  }

  private static Duration since(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos);
  }

  private void lookOrTryAgain() {
    try {
      failing = !look();
    } catch (LedgerUnavailableException e) {
      attached = false;
      failing = true;
      LOG.debug("events wait in Redis", e);
    } catch (IOException e) {
      attached = false;
      if (!failing) {
        LOG.error("events cannot be written to the ledger's log: they wait in Redis", e);
      }
      failing = true;
    } catch (RuntimeException e) {
      attached = false;
      failing = true;
      LOG.error("a bug: the books are looked at again", e);
    }
  }

  /// One look, or more while there is a lot.
  ///
  /// @return whether Redis agrees with the store now
  private boolean look() throws IOException {
    while (true) {
      lookedAt = System.nanoTime();
      // Before the call: what is told meanwhile may be more than it answers.
      var seen = seen();
      var found = attached ? next() : redis.attach(store.id(), store.lastId());
      attached = true;
      confirmed = List.of();
      backlog.look(found.waiting()).ifPresent(LOG::warn);
      var agrees = follow(found, seen);
      if (!agrees || found.events().size() < RedisBooks.EVENTS_PER_CALL_MAX) {
        return agrees;
      }
    }
  }

  private boolean follow(Drained found, Position seen) throws IOException {
    try {
      return switch (judge(found.state(), seen)) {
        case AGREES -> keep(found, seen);
        case NEWER -> adopt(seen);
        case LOST -> rebuild(seen, found.state());
        case REBUILDING -> takeOver(seen, found.state());
      };
    } finally {
      tell(found.waiting());
    }
  }

  private Drained next() {
    var trim = since(trimmedAt).compareTo(TRIMMED_EVERY) >= 0 ? Trim.YES : Trim.NO;
    if (trim == Trim.YES) {
      trimmedAt = System.nanoTime();
    }
    return redis.next(store.id(), store.lastId(), confirmed, trim);
  }

  private enum Judgement {
    /// Redis has all that the store has.
    AGREES,
    /// It has less.
    LOST,
    /// Others have rebuilt it.
    NEWER,
    REBUILDING
  }

  private Judgement judge(BookState state, Position seen) {
    var stored = store.position();
    var told = state.position();
    if (state.rebuilding()) {
      return Judgement.REBUILDING;
    }
    if (stored.sequence() == 0 && seen.equals(Position.NONE)) {
      return Judgement.AGREES;
    }
    var known = seen.compareTo(stored) > 0 ? seen : stored;
    if (told.epoch() > known.epoch()) {
      return state.base() >= stored.sequence() || !reachesBack(state)
          ? Judgement.NEWER
          : Judgement.LOST;
    }
    return told.compareTo(known) >= 0 ? Judgement.AGREES : Judgement.LOST;
  }

  /// Whether all events of an epoch are in the stream: then they can be added to what the store has
  /// and that epoch never knew.
  private boolean reachesBack(BookState state) {
    var first = redis.after("0-0");
    return first.isEmpty()
        ? state.position().sequence() == state.base()
        : first.getFirst().position().sequence() <= state.base() + 1;
  }

  private boolean keep(Drained found, Position seen) throws IOException {
    var next = Rebuild.continuing(store, found.events());
    store.append(next);
    if (ledger != null) {
      ledger.kept(store.position().sequence());
    }
    confirmed = next.stream().map(event -> event.id()).toList();
    var rest = found.events().subList(next.size(), found.events().size());
    if (rest.isEmpty() && !hidesEvents(found)) {
      return true;
    }
    var misfit = rest.isEmpty() ? found.state().position() : rest.getFirst().position();
    if (misfit.compareTo(store.position()) <= 0) {
      LOG.error("the ledger's history forked: event {} comes twice", misfit.sequence());
      return rebuild(seen, found.state());
    }
    LOG.warn(
        "the ledger's log has a gap: event {} comes after event {}; it goes on from Redis",
        misfit.sequence(),
        store.position().sequence());
    return rebase();
  }

  /// Whether Redis has events whose ids are older than what the store has: its clock went back.
  private boolean hidesEvents(Drained found) {
    return found.events().size() < RedisBooks.EVENTS_PER_CALL_MAX
        && found.state().position().sequence() > store.position().sequence();
  }

  private boolean rebase() throws IOException {
    var all = redis.dump();
    if (all.state().rebuilding()) {
      return false;
    }
    store.rebase(all);
    attached = false;
    return true;
  }

  /// Another gateway has rebuilt Redis.
  private boolean adopt(Position seen) throws IOException {
    var all = redis.dump();
    if (all.state().rebuilding()) {
      return false;
    }
    long base = all.state().base();
    long known = Math.max(store.position().sequence(), seen.sequence());
    LOG.warn("Redis was rebuilt up to event {}: epoch {}", base, all.position().epoch());
    countLost(base + 1, known);
    store.rebase(all);
    attached = false;
    resume(all.position());
    return true;
  }

  private void resume(Position rebuilt) {
    if (ledger != null) {
      ledger.adopt(rebuilt);
    }
  }

  private void countLost(long from, long to) {
    long lost = Math.max(0, to - from + 1);
    if (lost > 0) {
      LOG.error("{} events of the ledger are lost: {} to {}", lost, from, to);
    }
    figures = figures.plusLost(lost);
  }

  /// A rebuild was begun, and nobody may be at it any more.
  private boolean takeOver(Position seen, BookState state) throws IOException {
    long reach = Rebuild.reach(redis, store.position().sequence(), store.lastId());
    if (reach < state.position().sequence() && state.phase() != Phase.LOSS_ACCEPTED) {
      LOG.warn(
          "Redis waits to be rebuilt up to event {}; this gateway has events up to {} (expected: as"
              + " many, or sluice ledger rebuild --accept-loss)",
          state.position().sequence(),
          reach);
      return false;
    }
    return rebuild(seen, state);
  }

  private boolean rebuild(Position seen, BookState state) throws IOException {
    attached = false;
    long known = Math.max(store.position().sequence(), seen.sequence());
    var begun = redis.claim(store.id(), store.position().sequence(), terms.patience());
    if (begun.isEmpty()) {
      return false;
    }
    if (state.rebuilding()) {
      LOG.warn("Redis waits to be rebuilt: that is done now, from the log");
    } else {
      LOG.error(
          "Redis is at event {} of epoch {} (expected: {} or later): it is rebuilt from the log",
          state.position().sequence(),
          state.position().epoch(),
          known);
    }
    try {
      var rebuild = new Rebuild(redis, store);
      done(rebuild.run(begun.get(), seen.sequence(), terms.holdLifetime()));
      return true;
    } catch (TakenException _) {
      LOG.warn("another gateway rebuilds Redis now");
      return false;
    }
  }

  private void done(Rebuilt rebuilt) {
    LOG.warn("Redis: {}", rebuilt.sentence());
    countLost(rebuilt.lostFrom(), rebuilt.lostTo());
    figures = figures.plusRebuild();
    resume(store.position());
  }

  private void tell(long waiting) {
    var last = figures;
    figures =
        new Figures(
            waiting, store.position().sequence(), checkpointAge(), last.rebuilds(), last.lost());
  }

  public Figures figures() {
    return figures;
  }

  private Duration checkpointAge() {
    return Duration.ofMillis(clock.millis() - store.checkpointAt());
  }

  private boolean checkpointIsDue() {
    return store.eventsSinceCheckpoint() >= CHECKPOINT_EVENTS_MAX
        || (store.eventsSinceCheckpoint() > 0 && checkpointAge().compareTo(CHECKPOINT_EVERY) > 0);
  }

  private void checkpoint() {
    try {
      store.checkpoint();
    } catch (IOException e) {
      LOG.error("no checkpoint of the ledger can be written", e);
    }
  }

  /// Takes what is still in the stream, and writes a checkpoint. The store is the caller's to
  /// close.
  @Override
  public void close() {
    closing.countDown();
    if (thread != null) {
      try {
        thread.join();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return;
      }
    }
    lookOrTryAgain();
    if (!failing) {
      // Once more, to confirm.
      lookOrTryAgain();
    }
    checkpoint();
  }
}
