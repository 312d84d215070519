package dev.sluice.feed.session;

import dev.sluice.core.mcp.SessionBus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/// What was said here of what is kept of sessions, and is not in Redis yet: of each name of a
/// session the last word. It waits for Redis as long as that is away.
final class Unsent {

  private final int changesMax;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Map<String, Errand.Change>> sessions = new LinkedHashMap<>();
  private int size;

  Unsent(int changesMax) {
    this.changesMax = changesMax;
  }

  /// False where the oldest one was forgotten for it.
  boolean put(Errand.Change change) {
    lock.lock();
    try {
      var names = sessions.computeIfAbsent(change.session(), _ -> new LinkedHashMap<>());
      if (change instanceof Errand.Keep && change.name().equals(SessionBus.ENDED)) {
        size -= names.size();
        names.clear();
      }
      if (names.put(change.name(), change) == null) {
        size++;
      }
      if (size <= changesMax) {
        return true;
      }
      forget(sessions.values().iterator().next().values().iterator().next());
      return false;
    } finally {
      lock.unlock();
    }
  }

  private void forget(Errand.Change change) {
    var names = sessions.get(change.session());
    if (names != null && names.remove(change.name(), change)) {
      size--;
      if (names.isEmpty()) {
        sessions.remove(change.session());
      }
    }
  }

  /// The first ones, up to so many; they stay until they are done.
  List<Errand> next(int most) {
    lock.lock();
    try {
      var next = new ArrayList<Errand>();
      for (var names : sessions.values()) {
        for (var change : names.values()) {
          if (next.size() == most) {
            return next;
          }
          next.add(change);
        }
      }
      return next;
    } finally {
      lock.unlock();
    }
  }

  void done(Errand.Change change) {
    lock.lock();
    try {
      forget(change);
    } finally {
      lock.unlock();
    }
  }

  /// The others of its session, and those of all other sessions, come before it.
  void failed(Errand.Change change) {
    lock.lock();
    try {
      var names = sessions.get(change.session());
      if (names != null && names.remove(change.name(), change)) {
        names.put(change.name(), change);
        sessions.remove(change.session());
        sessions.put(change.session(), names);
      }
    } finally {
      lock.unlock();
    }
  }

  /// What is kept of a session, as it will be.
  Map<String, String> over(String session, Map<String, String> read) {
    lock.lock();
    try {
      var kept = new HashMap<>(read);
      for (var change : sessions.getOrDefault(session, Map.of()).values()) {
        switch (change) {
          case Errand.Keep(_, var name, var value) -> kept.put(name, value);
          case Errand.Drop(_, var name) -> kept.remove(name);
        }
      }
      return Map.copyOf(kept);
    } finally {
      lock.unlock();
    }
  }
}
