package dev.sluice.ledger.keeper;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.budget.Measure;
import dev.sluice.core.budget.Window;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.LedgerUnavailableException;
import dev.sluice.ledger.Settlement;
import dev.sluice.ledger.books.FastBook;
import dev.sluice.ledger.books.Slot;
import dev.sluice.ledger.books.WindowId;
import dev.sluice.ledger.redis.RedisBooks;
import dev.sluice.ledger.redis.RedisLedger;
import dev.sluice.ledger.store.PostedEvents;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets a budget whose window was changed start with what the log shows for its period.
///
/// The ledger knows a budget by its id, and the window is a part of it: so a changed window is a
/// new budget, and empty. Before the policy that has it is in force
/// 1. the budgets are found that are new for an owner that the ledger knows;
/// 2. what was posted for the owner since the present period began is summed up from the log, as
///    far as events do not name the budget (see [Carry]); where the log does not go back so far,
///    what Redis has posted in another window of the owner since then counts, if that is more;
/// 3. the sum is booked, by a verb of the ledger's own: so the log explains it too.
///
/// Requests in flight are charged to the windows that they were admitted in. Once the last of them
/// has ended, all is done once more for what they, and other gateways, have posted meanwhile. That
/// is also how it is done where the ledger is away while the policy changes.
public final class ChangedWindows implements AutoCloseable {

  /// How long a change waits for this gateway's own events to be in the log.
  private static final Duration KEPT_WITHIN = Duration.ofSeconds(2);

  private static final Duration KEPT_LOOKED_EVERY = Duration.ofMillis(5);

  /// How often it is looked whether requests of before are in flight, and for how long.
  private static final Duration LOOKED_EVERY = Duration.ofSeconds(5);

  private static final Duration LOOKED_FOR = Duration.ofHours(2);

  /// A window that ends so soon is left alone: the sum could be booked in the next one.
  private static final Duration ENDS_WITHIN = Duration.ofSeconds(5);

  /// Carries of the past are looked for as long as the ledger remembers their ids, and longer.
  private static final Duration CARRIES_SINCE = Ledger.MEMORY.multipliedBy(2);

  private static final Logger LOG = LoggerFactory.getLogger(ChangedWindows.class);

  private final RedisLedger ledger;
  private final RedisBooks redis;
  private final BookKeeper keeper;
  private final Path log;
  private final Duration lookedEvery;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final ExecutorService later = Executors.newVirtualThreadPerTaskExecutor();
  private volatile Set<String> inForce = Set.of();

  /// @param log the folder of the keeper's store
  public ChangedWindows(RedisLedger ledger, RedisBooks redis, BookKeeper keeper, Path log) {
    this(ledger, redis, keeper, log, LOOKED_EVERY);
  }

  ChangedWindows(
      RedisLedger ledger, RedisBooks redis, BookKeeper keeper, Path log, Duration lookedEvery) {
    this.ledger = ledger;
    this.redis = redis;
    this.keeper = keeper;
    this.log = log;
    this.lookedEvery = lookedEvery;
  }

  /// Budgets that came into force.
  ///
  /// @param at by [System#nanoTime]
  private record Edit(List<Budget> added, long at) {
    Edit {
      added = List.copyOf(added);
    }

    /// What later edits have left of it.
    Edit of(Set<String> ids) {
      return new Edit(added.stream().filter(budget -> ids.contains(budget.id())).toList(), at);
    }
  }

  private enum Done {
    /// None of the budgets can have been changed.
    NOTHING,
    BOOKED,
    LATER
  }

  /// At a start: of these budgets those count that the ledger does not know.
  public void begin(Map<String, Budget> budgets) throws InterruptedException {
    inForce = Set.copyOf(budgets.keySet());
    var added = new HashMap<>(budgets);
    redis.dump().windows().keySet().forEach(window -> added.remove(window.limit()));
    carry(added);
  }

  /// At a change of the policy, before the next one is in force.
  public void change(Map<String, Budget> before, Map<String, Budget> next)
      throws InterruptedException {
    inForce = Set.copyOf(next.keySet());
    var added = new HashMap<>(next);
    added.keySet().removeAll(before.keySet());
    carry(added);
  }

  private void carry(Map<String, Budget> added) throws InterruptedException {
    if (added.isEmpty()) {
      return;
    }
    var edit = new Edit(List.copyOf(added.values()), System.nanoTime());
    var done = tried(edit);
    if (done != Done.NOTHING) {
      var _ = later.submit(() -> finish(edit, done));
    }
  }

  private void finish(Edit made, Done before) {
    try {
      var done = before;
      while (!closing.await(lookedEvery.toMillis(), TimeUnit.MILLISECONDS)) {
        var edit = made.of(inForce);
        var over = System.nanoTime() - edit.at() > LOOKED_FOR.toNanos();
        var last = over || !inFlight(edit);
        if (last || done == Done.LATER) {
          done = tried(edit);
        }
        if (over && done == Done.LATER) {
          LOG.error("what was spent is not carried over to {}", ids(edit.added()));
        }
        if (over || (last && done != Done.LATER)) {
          return;
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.error("a bug: what is posted late is not carried over to {}", ids(made.added()), e);
    }
  }

  private static List<String> ids(List<Budget> budgets) {
    return budgets.stream().map(Budget::id).toList();
  }

  /// Whether holds are open that are charged to other windows of the same owners.
  private boolean inFlight(Edit edit) {
    try {
      return redis.dump().holds().values().stream()
          .anyMatch(
              hold -> edit.added().stream().anyMatch(budget -> isOfOthers(hold.slots(), budget)));
    } catch (LedgerUnavailableException e) {
      LOG.debug("it is looked again", e);
      return true;
    }
  }

  private static boolean isOfOthers(List<Slot> slots, Budget budget) {
    var owner = owner(budget);
    return !Carry.names(slots, budget)
        && slots.stream().anyMatch(slot -> slot.window().owner().equals(owner));
  }

  private static String owner(Budget budget) {
    return new WindowId(budget.id(), 0).owner();
  }

  private Done tried(Edit edit) throws InterruptedException {
    try {
      return book(edit);
    } catch (LedgerUnavailableException | IOException e) {
      LOG.warn("what was spent is carried over later to {}", ids(edit.added()), e);
      return Done.LATER;
    } catch (RuntimeException e) {
      // The policy must come into force: it may suspend somebody.
      LOG.error("a bug: what was spent is not carried over yet to {}", ids(edit.added()), e);
      return Done.LATER;
    }
  }

  private Done book(Edit edit) throws IOException, InterruptedException {
    var all = redis.dump();
    if (all.state().rebuilding()) {
      return Done.LATER;
    }
    var changed = changed(edit, all);
    if (changed.isEmpty()) {
      return Done.NOTHING;
    }
    var now = Instant.ofEpochMilli(all.time());
    var froms = new HashMap<Budget, Instant>();
    for (var budget : changed) {
      if (!endsSoon(budget, now)) {
        froms.put(budget, from(budget, all, editedAt(edit, all)));
      }
    }
    awaitKept();
    book(froms, all);
    return froms.size() == changed.size() ? Done.BOOKED : Done.LATER;
  }

  /// Those whose owner has been charged in other windows.
  private static List<Budget> changed(Edit edit, FastBook all) {
    var byOwner =
        all.windows().keySet().stream()
            .collect(
                Collectors.groupingBy(
                    WindowId::owner, Collectors.mapping(WindowId::limit, Collectors.toSet())));
    return edit.added().stream()
        .filter(
            budget ->
                byOwner.getOrDefault(owner(budget), Set.of()).stream()
                    .anyMatch(id -> !id.equals(budget.id())))
        .toList();
  }

  private static boolean endsSoon(Budget budget, Instant now) {
    return budget.window() instanceof Window.Calendar calendar
        && !calendar.at(now).holds(now.plus(ENDS_WITHIN));
  }

  /// When the edit was made, by the clock of Redis.
  private static long editedAt(Edit edit, FastBook all) {
    return all.time() - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - edit.at());
  }

  /// A rolling window that opens with the edit, or after it, has the period before that too.
  private static Instant from(Budget budget, FastBook all, long editedAt) {
    return switch (budget.window()) {
      case Window.Calendar calendar -> calendar.at(Instant.ofEpochMilli(all.time())).start();
      case Window.Rolling(var period) -> {
        long length = period.fixed().toMillis();
        long opened =
            all.windows().keySet().stream()
                .filter(window -> window.limit().equals(budget.id()))
                .mapToLong(WindowId::start)
                .filter(start -> start + length > all.time())
                .max()
                .orElse(all.time());
        yield Instant.ofEpochMilli(opened < editedAt ? opened : opened - length);
      }
    };
  }

  private void awaitKept() throws InterruptedException {
    long until = System.nanoTime() + KEPT_WITHIN.toNanos();
    long booked = ledger.position().sequence();
    while (keeper.figures().sequence() < booked && System.nanoTime() < until) {
      if (closing.await(KEPT_LOOKED_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    }
  }

  private void book(Map<Budget, Instant> froms, FastBook all) throws IOException {
    var now = Instant.ofEpochMilli(all.time());
    var found = read(froms, Map.of(), now);
    // What was carried before is not carried again; seldom there is any.
    for (var before = Map.<String, Long>of(); !found.carriedTo().equals(before); ) {
      before = found.carriedTo();
      found = read(froms, before, now);
    }
    for (var carry : found.carries()) {
      carry.end(found.reading().last());
      if (!found.reading().whole()) {
        carry.atLeast(posted(carry, all), all.position().sequence());
      }
      book(carry, found.reading());
    }
  }

  /// What Redis has posted for the owner since a carry's begin, in one budget: the most of them.
  private static long posted(Carry carry, FastBook all) {
    var owner = owner(carry.budget());
    var byLimit = new HashMap<String, Long>();
    all.windows()
        .forEach(
            (window, counters) -> {
              if (window.owner().equals(owner)
                  && window.measure() == Measure.USD
                  && window.start() >= carry.from().toEpochMilli()
                  && !window.limit().equals(carry.budget().id())) {
                byLimit.merge(window.limit(), counters.posted(), Long::sum);
              }
            });
    return byLimit.values().stream().mapToLong(posted -> posted).max().orElse(0);
  }

  private record Found(List<Carry> carries, PostedEvents.Reading reading) {

    /// Of the budgets that have one.
    Map<String, Long> carriedTo() {
      return carries.stream()
          .filter(carry -> carry.carriedTo() > 0)
          .collect(Collectors.toMap(carry -> carry.budget().id(), Carry::carriedTo));
    }
  }

  private Found read(Map<Budget, Instant> froms, Map<String, Long> after, Instant now)
      throws IOException {
    var carries = new ArrayList<Carry>();
    var byOwner = new HashMap<String, List<Carry>>();
    var since = now.minus(CARRIES_SINCE);
    for (var from : froms.entrySet()) {
      var budget = from.getKey();
      var carry = new Carry(budget, from.getValue(), after.getOrDefault(budget.id(), 0L));
      carries.add(carry);
      byOwner.computeIfAbsent(owner(budget), _ -> new ArrayList<>()).add(carry);
      since = from.getValue().isBefore(since) ? from.getValue() : since;
    }
    var reading =
        PostedEvents.read(
            log,
            since,
            byOwner.keySet(),
            event -> {
              var owners = new HashSet<String>();
              event.slots().forEach(slot -> owners.add(slot.window().owner()));
              for (var owner : owners) {
                byOwner.getOrDefault(owner, List.of()).forEach(carry -> carry.add(event));
              }
            });
    return new Found(carries, reading);
  }

  private void book(Carry carry, PostedEvents.Reading reading) {
    var gap = reading.whole() ? "" : "; the log does not have all of it";
    if (carry.usd().nanos() > 0) {
      var settlement = charged(carry);
      LOG.info(
          "{} is charged {}, what was spent since {}{}: {}",
          carry.budget().id(),
          carry.usd(),
          carry.from(),
          gap,
          settlement);
    } else if (!reading.whole()) {
      LOG.info("{} starts with nothing since {}{}", carry.budget().id(), carry.from(), gap);
    }
  }

  private Settlement charged(Carry carry) {
    try {
      return ledger.charge(carry.request(), carry.charge()).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException failure ? failure : e;
    }
  }

  @Override
  public void close() {
    closing.countDown();
    later.close();
  }
}
