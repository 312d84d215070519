package dev.sluice.ledger.redis;

import dev.sluice.core.budget.Measure;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.LedgerUnavailableException;
import dev.sluice.ledger.LedgerUnfitException;
import dev.sluice.ledger.Position;
import dev.sluice.ledger.books.BookEvent;
import dev.sluice.ledger.books.BookState;
import dev.sluice.ledger.books.BookState.Phase;
import dev.sluice.ledger.books.Books;
import dev.sluice.ledger.books.Counters;
import dev.sluice.ledger.books.EndedHold;
import dev.sluice.ledger.books.FastBook;
import dev.sluice.ledger.books.OpenHold;
import dev.sluice.ledger.books.Packed;
import dev.sluice.ledger.books.Slot;
import dev.sluice.ledger.books.WindowId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// The ledger's Redis as a book to be kept: its events, all that it holds, and its rebuild.
///
/// All methods block, for the configured timeout at most, and throw [LedgerUnavailableException]
/// then. Beside the ledger, with a connection of its own: no verb waits behind a batch of events.
public final class RedisBooks implements AutoCloseable {

  public static final int EVENTS_PER_CALL_MAX = 500;

  /// From so many on that some store has not confirmed, nothing is admitted.
  public static final long EVENTS_WAITING_MAX = 1_000_000;

  private static final int WINDOWS_PER_CALL_MAX = 500;
  private static final int STEPS_AT_ONCE_MAX = 1_000;
  private static final Duration LOCK = Duration.ofSeconds(30);

  private final RedisConnection redis;
  private final Script drain;
  private final Script peek;
  private final Script dump;
  private final Script claim;
  private final Script restore;
  private final Script state;
  private final Script behind;

  private RedisBooks(RedisConnection redis, String clock) {
    this.redis = redis;
    this.drain = Script.of(clock, "windows.lua", "events.lua", "stores.lua", "drain.lua");
    this.peek = Script.of("windows.lua", "peek.lua");
    this.dump = Script.of(clock, "windows.lua", "events.lua", "dump.lua");
    this.claim = Script.of(clock, "windows.lua", "events.lua", "claim.lua");
    this.restore = Script.of(clock, "windows.lua", "events.lua", "restore.lua");
    this.state = Script.of("windows.lua", "events.lua", "state.lua");
    this.behind = Script.of("windows.lua", "stores.lua", "behind.lua");
  }

  /// @throws LedgerUnavailableException if Redis cannot be reached
  /// @throws LedgerUnfitException if it would lose what it acknowledged, or cannot be written to
  public static RedisBooks connect(RedisConfig config) {
    return connect(config, "clock.lua");
  }

  static RedisBooks connect(RedisConfig config, String clock) {
    var redis = RedisConnection.open(config);
    try {
      RedisFitness.check(redis);
      return new RedisBooks(redis, clock);
    } catch (LedgerUnavailableException | LedgerUnfitException e) {
      redis.close();
      throw e;
    }
  }

  /// What a look for news has found.
  ///
  /// @param waiting events in the stream that some store has not confirmed
  public record Drained(BookState state, long waiting, List<BookEvent> events) {
    public Drained {
      events = List.copyOf(events);
    }
  }

  /// The next events for a store, after those that it was given before.
  ///
  /// @param last id of the last event that the store has on disk
  /// @param has ids of events that are on disk, to be confirmed
  /// @param trim drops the events that all stores have
  public Drained next(String store, String last, Collection<String> has, Trim trim) {
    return drain("next", store, last, has, trim);
  }

  /// Begins to read for a store, after the last event that it has.
  public Drained attach(String store, String last) {
    return drain("attach", store, last, List.of(), Trim.NO);
  }

  /// Whether a call also drops what all stores have.
  public enum Trim {
    NO,
    YES
  }

  private Drained drain(String mode, String store, String last, Collection<String> has, Trim trim) {
    var arguments = new ArrayList<String>(has.size() + 5);
    arguments.add(Integer.toString(EVENTS_PER_CALL_MAX));
    arguments.add(store);
    arguments.add(mode);
    arguments.add(last);
    arguments.add(trim == Trim.YES ? "trim" : "");
    arguments.addAll(has);
    var reply = run(drain, arguments);
    return new Drained(state(reply), Replies.number(reply, 5), events(reply, 6));
  }

  /// Events in the stream after an id, at most [#EVENTS_PER_CALL_MAX]; confirms none.
  public List<BookEvent> after(String id) {
    return events(run(peek, List.of(id, Integer.toString(EVENTS_PER_CALL_MAX))), 1);
  }

  /// All windows and open holds at one moment.
  public FastBook dump() {
    var reply = run(dump, List.of());
    var windows = windows((List<?>) reply.get(7));
    var holds = new HashMap<String, OpenHold>();
    var records = (List<?>) reply.get(8);
    for (int at = 0; at < records.size(); at += 2) {
      holds.put(text(records.get(at)), hold(new Packed(bytes(records.get(at + 1)))));
    }
    return new FastBook(state(reply), text(reply.get(5)), Replies.number(reply, 6), windows, holds);
  }

  /// A window that became the current one again has a second field, which is out of date.
  private static Map<WindowId, Counters> windows(List<?> fields) {
    var windows = new HashMap<WindowId, Counters>();
    for (int at = 0; at < fields.size(); at += 2) {
      var field = text(fields.get(at));
      if (!field.startsWith("#")) {
        var in = new Packed(bytes(fields.get(at + 1)));
        long start = in.number();
        var counters = new Counters(in.number(), in.number(), in.number());
        var suffix = ":" + start;
        if (field.endsWith(suffix)) {
          var limit = field.substring(0, field.length() - suffix.length());
          windows.putIfAbsent(new WindowId(limit, start), counters);
        } else {
          windows.put(new WindowId(field, start), counters);
        }
      }
    }
    return windows;
  }

  private static OpenHold hold(Packed in) {
    var _ = in.word();
    return new OpenHold(
        in.number(), in.number(), in.number(), (int) in.number(), in.word(), in.slots());
  }

  /// A rebuild that has begun: nothing is booked until it ends.
  ///
  /// @param before where Redis stood
  public record Begun(long epoch, Position before) {}

  /// Whether a rebuild may lose events that Redis has counted.
  public enum Loss {
    REFUSED,
    ACCEPTED
  }

  /// Begins a rebuild; empty where another store is at it, or others may have more events.
  ///
  /// @param patience for how long others may say what they have
  public Optional<Begun> claim(String store, long sequence, Duration patience) {
    return claim(store, sequence, patience, Loss.REFUSED);
  }

  /// The same.
  ///
  /// @param loss what was accepted stays so until the books are open, whoever opens them
  public Optional<Begun> claim(String store, long sequence, Duration patience, Loss loss) {
    return begun(
        List.of(
            "claim", store, Long.toString(sequence), millis(patience), millis(LOCK), word(loss)));
  }

  /// Closes the books, to be rebuilt by whoever keeps a store and looks.
  public void closeBooks(Loss loss) {
    var _ = begun(List.of("close", word(loss)));
  }

  private static String word(Loss loss) {
    return loss == Loss.ACCEPTED ? "accept-loss" : "";
  }

  /// Where Redis stands.
  ///
  /// @param rebuilt what the last rebuild had to tell; empty where there was none
  public record Told(BookState state, String rebuilt) {}

  /// Small, however much Redis holds.
  public Told told() {
    var reply = run(state, List.of());
    return new Told(state(reply), text(reply.get(5)));
  }

  /// A store that has not confirmed all events.
  ///
  /// @param since when the first that it has not confirmed was booked
  public record Behind(String store, Instant since) {}

  /// The store that is furthest behind; empty where all have everything.
  public Optional<Behind> furthestBehind() {
    var reply = run(behind, List.of());
    return reply.size() == 1
        ? Optional.empty()
        : Optional.of(
            new Behind(text(reply.get(1)), Instant.ofEpochMilli(Replies.number(reply, 2))));
  }

  private Optional<Begun> begun(List<String> arguments) {
    var reply = run(claim, arguments);
    return Replies.word(reply).equals("wait")
        ? Optional.empty()
        : Optional.of(
            new Begun(
                Replies.number(reply, 1),
                new Position(Replies.number(reply, 2), Replies.number(reply, 3))));
  }

  /// Another rebuild has begun since.
  public static final class TakenException extends Exception {
    private static final long serialVersionUID = 1L;
  }

  /// Writes the books in the place of all that Redis holds, and opens them.
  ///
  /// @param lifetime of the open holds from now
  /// @param told what whoever asks is to be told
  public void restore(Begun begun, Books books, Duration lifetime, String told)
      throws TakenException {
    step(begun, "clear", List.of());
    restoreWindows(begun, books);
    var steps = new ArrayList<List<String>>();
    books.open().forEach((id, hold) -> steps.add(arguments(id, hold, lifetime)));
    stepAll(begun, "hold", steps);
    steps.clear();
    books.ended().forEach((id, end) -> steps.add(arguments(id, end)));
    stepAll(begun, "ended", steps);
    step(begun, "open", List.of(Long.toString(books.position().sequence()), told));
  }

  private void restoreWindows(Begun begun, Books books) throws TakenException {
    var arguments = new ArrayList<String>();
    for (var entry : books.windows().entrySet()) {
      var window = entry.getKey();
      var counters = entry.getValue();
      var last = books.isLast(window);
      arguments.add(last ? window.limit() : window.limit() + ":" + window.start());
      add(
          arguments,
          window.start(),
          counters.posted(),
          counters.held(),
          counters.unconfirmed(),
          window.forgottenAt());
      if (arguments.size() == 6 * WINDOWS_PER_CALL_MAX) {
        step(begun, "windows", arguments);
        arguments.clear();
      }
    }
    step(begun, "windows", arguments);
  }

  private static List<String> arguments(String id, OpenHold hold, Duration lifetime) {
    var arguments = new ArrayList<>(List.of(id));
    add(arguments, hold.usd(), hold.tokens(), hold.createdAt(), hold.extensions());
    arguments.add(hold.note());
    arguments.add(millis(lifetime));
    addSlots(arguments, hold.slots());
    return arguments;
  }

  private static List<String> arguments(String id, EndedHold end) {
    var arguments = new ArrayList<>(List.of(id, end.outcome().word()));
    add(arguments, end.usd(), end.tokens(), end.postedUsd(), end.postedTokens());
    add(arguments, end.endedAt() + Ledger.MEMORY.toMillis());
    addSlots(arguments, end.slots());
    return arguments;
  }

  private static void add(List<String> arguments, long... numbers) {
    for (long number : numbers) {
      arguments.add(Long.toString(number));
    }
  }

  private static void addSlots(List<String> arguments, List<Slot> slots) {
    for (var slot : slots) {
      arguments.add(slot.window().limit());
      add(arguments, slot.window().start(), measureOf(slot));
    }
  }

  private static long measureOf(Slot slot) {
    return List.of(Measure.values()).indexOf(slot.measure());
  }

  private void stepAll(Begun begun, String what, List<List<String>> steps) throws TakenException {
    for (int from = 0; from < steps.size(); from += STEPS_AT_ONCE_MAX) {
      var sent = new ArrayList<CompletableFuture<List<Object>>>();
      for (var step : steps.subList(from, Math.min(from + STEPS_AT_ONCE_MAX, steps.size()))) {
        sent.add(send(begun, what, step));
      }
      for (var step : sent) {
        checkTaken(step);
      }
    }
  }

  private void step(Begun begun, String what, List<String> arguments) throws TakenException {
    checkTaken(send(begun, what, arguments));
  }

  private CompletableFuture<List<Object>> send(Begun begun, String what, List<String> arguments) {
    var all = new ArrayList<>(List.of(Long.toString(begun.epoch()), millis(LOCK), what));
    all.addAll(arguments);
    return redis.runPacked(restore, all.toArray(String[]::new));
  }

  private static void checkTaken(CompletableFuture<List<Object>> step) throws TakenException {
    if (Replies.word(RedisConnection.await(step)).equals("taken")) {
      throw new TakenException();
    }
  }

  private List<Object> run(Script script, List<String> arguments) {
    return RedisConnection.await(redis.runPacked(script, arguments.toArray(String[]::new)));
  }

  private static BookState state(List<Object> reply) {
    var position = Replies.position(reply);
    var phase = Phase.values()[(int) Replies.number(reply, 3)];
    return new BookState(position, phase, Replies.number(reply, 4));
  }

  private static List<BookEvent> events(List<Object> reply, int from) {
    var events = new ArrayList<BookEvent>();
    for (int at = from; at < reply.size(); at += 2) {
      events.add(BookEvent.read(text(reply.get(at)), bytes(reply.get(at + 1))));
    }
    return events;
  }

  private static byte[] bytes(Object packed) {
    return ((String) packed).getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String text(Object packed) {
    return new String(bytes(packed), StandardCharsets.UTF_8);
  }

  private static String millis(Duration duration) {
    return Long.toString(duration.toMillis());
  }

  @Override
  public void close() {
    redis.close();
  }
}
