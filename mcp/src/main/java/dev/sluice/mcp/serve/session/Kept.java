package dev.sluice.mcp.serve.session;

import dev.sluice.core.policy.ObjectName;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What this gateway remembers of sessions beside what their tokens say: which have ended, from
/// which level on they hear log messages, and which resources they watch; and which of these it has
/// itself asked a server for. Of the oldest it forgets.
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

  private static final class Notes {
    private boolean ended;
    private boolean learned;
    private Optional<String> level = Optional.empty();
    private final Set<Watched> watched = new LinkedHashSet<>();

    /// Of those what a server tells this gateway of.
    private final Set<Watched> held = new LinkedHashSet<>();
  }

  private final SessionLimits limits;

  /// The one first that was asked for the longest time ago.
  private final Map<String, Notes> sessions = new LinkedHashMap<>(16, 0.75f, true);

  /// What forgotten sessions watched.
  private final Set<Watched> forgotten = new LinkedHashSet<>();

  public Kept(SessionLimits limits) {
    this.limits = limits;
  }

  /// The session is over; what nobody else here watches is handed back.
  public synchronized Set<Watched> end(String session) {
    var left = forget(session);
    notes(session).ended = true;
    left.addAll(forgotten());
    return left;
  }

  /// Forgets a watcher; what nobody else here watches is handed back.
  public synchronized Set<Watched> forget(String session) {
    var left = new LinkedHashSet<Watched>();
    Optional.ofNullable(sessions.remove(session)).ifPresent(notes -> left.addAll(notes.held));
    left.removeIf(this::held);
    return left;
  }

  /// Whether what other gateways know of the session is known here.
  public synchronized boolean learned(String session) {
    return Optional.ofNullable(sessions.get(session)).map(notes -> notes.learned).orElse(false);
  }

  /// Adds what all gateways remember: what was said here meanwhile may not be among it yet.
  public synchronized void learn(String session, Remembered remembered) {
    var notes = notes(session);
    notes.learned = true;
    notes.ended |= remembered.ended();
    notes.level = remembered.level().filter(LEVELS::contains).or(() -> notes.level);
    remembered.watched().forEach(watched -> know(notes, watched));
  }

  /// What other gateways know may be something else by now.
  public synchronized void unlearn() {
    sessions.values().forEach(notes -> notes.learned = false);
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
        .map(notes -> new LinkedHashSet<>(notes.watched))
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
    var elsewhere = notes.watched.contains(watched);
    if (!know(notes, watched)) {
      return Added.ONE_TOO_MANY;
    }
    notes.held.add(watched);
    return elsewhere ? Added.WATCHED_ELSEWHERE : Added.NEW;
  }

  /// A session watches it, at another gateway.
  public synchronized void know(String session, Watched watched) {
    know(notes(session), watched);
  }

  private boolean know(Notes notes, Watched watched) {
    if (notes.watched.contains(watched)) {
      return true;
    }
    return notes.watched.size() < limits.resourcesMax() && notes.watched.add(watched);
  }

  /// All that the session watches, a server tells this gateway of from now on; what none here was
  /// told of before is handed back.
  public synchronized Set<Watched> hold(String session) {
    var begun = watched(session);
    begun.removeIf(this::held);
    Optional.ofNullable(sessions.get(session)).ifPresent(notes -> notes.held.addAll(notes.watched));
    return begun;
  }

  /// The server was not asked for it after all.
  public synchronized void release(String session, Watched watched) {
    Optional.ofNullable(sessions.get(session)).ifPresent(notes -> notes.held.remove(watched));
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
    notes.ifPresent(known -> known.held.remove(watched));
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
    return sessions.values().stream().anyMatch(notes -> notes.held.contains(watched));
  }

  /// Whether the session watches it, here or elsewhere.
  public synchronized boolean watches(String session, Watched watched) {
    return Optional.ofNullable(sessions.get(session))
        .map(notes -> notes.watched.contains(watched))
        .orElse(false);
  }

  private Notes notes(String session) {
    var notes = sessions.computeIfAbsent(session, _ -> new Notes());
    if (sessions.size() > limits.keptMax()) {
      var eldest = sessions.values().iterator();
      forgotten.addAll(eldest.next().held);
      eldest.remove();
    }
    return notes;
  }
}
