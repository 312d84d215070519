package dev.sluice.mcp.serve.session;

import dev.sluice.core.policy.ObjectName;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// What this gateway remembers of sessions beside what their tokens say: which have ended, from
/// which level on they hear log messages, and which resources they watch; and which of these it has
/// itself asked a server for. Of the oldest it forgets, and of those for which it asked no server
/// first.
public final class Kept {

  /// A resource of a server.
  public record Watched(ObjectName server, String uri) {}

  /// What became of the wish to watch a resource.
  public enum Added {
    NEW,
    /// At another gateway.
    WATCHED_ELSEWHERE,
    WATCHED_BEFORE,
    ONE_TOO_MANY
  }

  private static final List<String> LEVELS =
      List.of("debug", "info", "notice", "warning", "error", "critical", "alert", "emergency");

  /// Where it is known from that a session watches something.
  private enum Known {
    /// It was said here.
    SAID,
    /// Other gateways tell it.
    TOLD,
    /// They told it, and what they told since then may be lost.
    STALE
  }

  private static final class Notes {
    private boolean ended;
    private boolean learned;
    private Optional<String> level = Optional.empty();
    private final Map<Watched, Known> watched = new LinkedHashMap<>();

    /// Of those what a server tells this gateway of.
    private final Set<Watched> held = new LinkedHashSet<>();
  }

  private final SessionLimits limits;

  /// The one first that was asked for the longest time ago.
  private final Map<String, Notes> sessions = new LinkedHashMap<>(16, 0.75f, true);

  /// Sessions of which other gateways are asked now.
  private final Set<String> asked = new HashSet<>();

  /// How many sessions hold it.
  private final Map<Watched, Integer> holders = new HashMap<>();

  /// What forgotten sessions watched.
  private final Set<Watched> forgotten = new LinkedHashSet<>();

  public Kept(SessionLimits limits) {
    this.limits = limits;
  }

  /// The session is over; what nobody else here watches is handed back.
  public synchronized Set<Watched> end(String session) {
    var left = forget(session);
    var notes = notes(session);
    notes.ended = true;
    // There is nothing more to learn of it.
    notes.learned = true;
    left.addAll(forgotten());
    return left;
  }

  /// Forgets a watcher; what nobody else here watches is handed back.
  public synchronized Set<Watched> forget(String session) {
    var left = new LinkedHashSet<Watched>();
    Optional.ofNullable(sessions.remove(session)).ifPresent(notes -> left.addAll(released(notes)));
    left.removeIf(this::held);
    return left;
  }

  /// Whether what other gateways know of the session is known here.
  public synchronized boolean learned(String session) {
    return Optional.ofNullable(sessions.get(session)).map(notes -> notes.learned).orElse(false);
  }

  /// Whether other gateways are to be asked what they know of the session. Until that is done it is
  /// noted what they tell of it.
  public synchronized boolean begin(String session) {
    return !learned(session) && (asked.contains(session) || asked.add(session));
  }

  public synchronized void done(String session) {
    asked.remove(session);
  }

  /// Adds what all gateways remember: what was said here meanwhile may not be among it yet. What
  /// they told before and do not remember any more, it watches no more.
  public synchronized void learn(String session, Remembered remembered) {
    var notes = notes(session);
    notes.learned = true;
    notes.ended |= remembered.ended();
    notes.level = remembered.level().filter(LEVELS::contains).or(() -> notes.level);
    for (var watched : Set.copyOf(notes.watched.keySet())) {
      if (notes.watched.get(watched) == Known.STALE && !remembered.watched().contains(watched)) {
        notes.watched.remove(watched);
        if (release(notes, watched)) {
          forgotten.add(watched);
        }
      }
    }
    remembered.watched().forEach(watched -> know(notes, watched, Known.TOLD));
  }

  /// What other gateways know may be something else by now; but not of sessions that have ended.
  public synchronized void unlearn() {
    for (var notes : sessions.values()) {
      notes.learned = notes.ended;
      notes.watched.replaceAll((_, known) -> known == Known.TOLD ? Known.STALE : known);
    }
  }

  /// What was watched by sessions that were forgotten since this was last asked, and is not any
  /// more by any here.
  public synchronized Set<Watched> forgotten() {
    var left = new LinkedHashSet<>(forgotten);
    forgotten.clear();
    left.removeIf(this::held);
    return left;
  }

  public synchronized Set<Watched> watched(String session) {
    return Optional.ofNullable(sessions.get(session))
        .map(notes -> new LinkedHashSet<>(notes.watched.keySet()))
        .orElseGet(LinkedHashSet::new);
  }

  public synchronized boolean ended(String session) {
    return Optional.ofNullable(sessions.get(session)).map(n -> n.ended).orElse(false);
  }

  /// False for a level that there is not.
  public synchronized boolean level(String session, String level) {
    var known = LEVELS.contains(level);
    if (known) {
      notes(session).level = Optional.of(level);
    }
    return known;
  }

  /// The session hears log messages from that level on, as another gateway says. Of sessions that
  /// are not known here, that is asked for when they come.
  public synchronized void told(String session, String level) {
    known(session)
        .filter(_ -> LEVELS.contains(level))
        .ifPresent(notes -> notes.level = Optional.of(level));
  }

  /// From which level on the session hears log messages; empty where it has not said so.
  public synchronized Optional<String> level(String session) {
    return Optional.ofNullable(sessions.get(session)).flatMap(notes -> notes.level);
  }

  public static List<String> levels() {
    return LEVELS;
  }

  /// Whether who hears messages from a level on hears one of that level; one that is not known is
  /// heard.
  public static boolean heard(String from, String level) {
    var index = LEVELS.indexOf(level);
    return index < 0 || index >= LEVELS.indexOf(from);
  }

  /// A server is asked for it here.
  public synchronized Added watch(String session, Watched watched) {
    var notes = notes(session);
    if (notes.held.contains(watched)) {
      return Added.WATCHED_BEFORE;
    }
    var elsewhere = notes.watched.containsKey(watched);
    if (!know(notes, watched, Known.SAID)) {
      return Added.ONE_TOO_MANY;
    }
    hold(notes, watched);
    return elsewhere ? Added.WATCHED_ELSEWHERE : Added.NEW;
  }

  /// The session watches it, as another gateway says. Of sessions that are not known here, that is
  /// asked for when they come.
  public synchronized void told(String session, Watched watched) {
    known(session).ifPresent(notes -> know(notes, watched, Known.TOLD));
  }

  private Optional<Notes> known(String session) {
    return asked.contains(session)
        ? Optional.of(notes(session))
        : Optional.ofNullable(sessions.get(session));
  }

  private boolean know(Notes notes, Watched watched, Known from) {
    if (!notes.watched.containsKey(watched) && notes.watched.size() >= limits.resourcesMax()) {
      return false;
    }
    notes.watched.merge(watched, from, (before, now) -> before == Known.SAID ? before : now);
    return true;
  }

  /// All that the session watches, a server tells this gateway of from now on; what none here was
  /// told of before is handed back.
  public synchronized Set<Watched> hold(String session) {
    var begun = watched(session);
    begun.removeIf(this::held);
    Optional.ofNullable(sessions.get(session))
        .ifPresent(notes -> notes.watched.keySet().forEach(watched -> hold(notes, watched)));
    return begun;
  }

  /// The same of one resource, if the session still watches it. Whether nothing here was told of it
  /// before.
  public synchronized boolean hold(String session, Watched watched) {
    var begun = watches(session, watched) && !held(watched);
    Optional.ofNullable(sessions.get(session))
        .filter(notes -> notes.watched.containsKey(watched))
        .ifPresent(notes -> hold(notes, watched));
    return begun;
  }

  /// The server was not asked for it after all.
  public synchronized void release(String session, Watched watched) {
    Optional.ofNullable(sessions.get(session)).ifPresent(notes -> release(notes, watched));
  }

  private void hold(Notes notes, Watched watched) {
    if (notes.held.add(watched)) {
      holders.merge(watched, 1, Integer::sum);
    }
  }

  /// Whether it was held for that session.
  private boolean release(Notes notes, Watched watched) {
    var held = notes.held.remove(watched);
    if (held) {
      holders.computeIfPresent(watched, (_, count) -> count > 1 ? count - 1 : null);
    }
    return held;
  }

  private Set<Watched> released(Notes notes) {
    var held = Set.copyOf(notes.held);
    held.forEach(watched -> release(notes, watched));
    return held;
  }

  /// Whether a server tells this gateway of it for that session.
  public synchronized boolean holds(String session, Watched watched) {
    return Optional.ofNullable(sessions.get(session))
        .map(notes -> notes.held.contains(watched))
        .orElse(false);
  }

  /// Whether no server need tell this gateway of it any more.
  public synchronized boolean unwatch(String session, Watched watched) {
    var notes = Optional.ofNullable(sessions.get(session));
    notes.ifPresent(known -> known.watched.remove(watched));
    notes.ifPresent(known -> release(known, watched));
    return !held(watched);
  }

  /// The session watches it no more, as another gateway says; it is handed back where a server need
  /// not tell this gateway of it any more.
  public synchronized Set<Watched> unwatched(String session, Watched watched) {
    var held = holds(session, watched);
    var last = unwatch(session, watched);
    return held && last ? Set.of(watched) : Set.of();
  }

  /// Whether a server is to tell this gateway of it.
  public synchronized boolean held(Watched watched) {
    return holders.containsKey(watched);
  }

  /// Whether the session watches it, here or elsewhere.
  public synchronized boolean watches(String session, Watched watched) {
    return Optional.ofNullable(sessions.get(session))
        .map(notes -> notes.watched.containsKey(watched))
        .orElse(false);
  }

  private Notes notes(String session) {
    var notes = sessions.computeIfAbsent(session, _ -> new Notes());
    if (sessions.size() > limits.keptMax()) {
      forgetOne(session);
    }
    return notes;
  }

  /// A client that has only its stream of changes here says nothing, and what it watches is worth
  /// more than what can be learned again.
  private void forgetOne(String but) {
    var eldest = first(but, notes -> notes.held.isEmpty()).or(() -> first(but, _ -> true));
    eldest
        .flatMap(session -> Optional.ofNullable(sessions.remove(session)))
        .ifPresent(notes -> forgotten.addAll(released(notes)));
  }

  private Optional<String> first(String but, Predicate<Notes> fitting) {
    return sessions.entrySet().stream()
        .filter(entry -> !entry.getKey().equals(but) && fitting.test(entry.getValue()))
        .map(Map.Entry::getKey)
        .findFirst();
  }
}
