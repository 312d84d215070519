package dev.sluice.mcp.serve.session;

import dev.sluice.core.policy.ObjectName;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What this replica remembers of sessions beside what their tokens say: which have ended, from
/// which level on they hear log messages, and which resources they watch. Of the oldest it forgets.
public final class Kept {

  /// A resource of a server.
  public record Watched(ObjectName server, String uri) {}

  /// What became of the wish to watch a resource.
  public enum Added {
    NEW,
    WATCHED_BEFORE,
    ONE_TOO_MANY
  }

  private static final List<String> LEVELS =
      List.of("debug", "info", "notice", "warning", "error", "critical", "alert", "emergency");

  private static final class Notes {
    private boolean ended;
    private Optional<String> level = Optional.empty();
    private final Set<Watched> watched = new LinkedHashSet<>();
  }

  private final SessionLimits limits;
  private final Map<String, Notes> sessions = new LinkedHashMap<>();

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
    var left = watched(session);
    sessions.remove(session);
    left.removeIf(this::watched);
    return left;
  }

  /// What was watched by sessions that were forgotten since this was last asked, and is not any
  /// more by any here.
  public synchronized Set<Watched> forgotten() {
    var left = new LinkedHashSet<>(forgotten);
    forgotten.clear();
    left.removeIf(this::watched);
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

  public synchronized Added watch(String session, Watched watched) {
    var known = notes(session).watched;
    if (known.contains(watched)) {
      return Added.WATCHED_BEFORE;
    }
    if (known.size() >= limits.resourcesMax()) {
      return Added.ONE_TOO_MANY;
    }
    known.add(watched);
    return Added.NEW;
  }

  /// Whether nobody here watches it any more.
  public synchronized boolean unwatch(String session, Watched watched) {
    Optional.ofNullable(sessions.get(session)).ifPresent(notes -> notes.watched.remove(watched));
    return !watched(watched);
  }

  /// Whether anybody here watches it.
  public synchronized boolean watched(Watched watched) {
    return sessions.values().stream().anyMatch(notes -> notes.watched.contains(watched));
  }

  public synchronized boolean watches(String session, Watched watched) {
    return Optional.ofNullable(sessions.get(session))
        .map(notes -> notes.watched.contains(watched))
        .orElse(false);
  }

  private Notes notes(String session) {
    var notes = sessions.computeIfAbsent(session, _ -> new Notes());
    if (sessions.size() > limits.keptMax()) {
      var eldest = sessions.values().iterator();
      forgotten.addAll(eldest.next().watched);
      eldest.remove();
    }
    return notes;
  }
}
