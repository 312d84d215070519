package dev.sluice.mcp.govern;

import dev.sluice.core.policy.ObjectName;
import java.util.HashMap;
import java.util.Map;

/// The calls that each key has under way at each server: all keys share its one connection, and no
/// key may have it to itself.
final class UnderWay {

  /// Half of what a connection takes.
  static final int CALLS_MAX = 256;

  private record Of(ObjectName key, ObjectName server) {}

  private final Map<Of, Integer> calls = new HashMap<>();

  /// Whether there was room for one more; then it must be left.
  synchronized boolean enter(ObjectName key, ObjectName server) {
    var of = new Of(key, server);
    int before = calls.getOrDefault(of, 0);
    if (before >= CALLS_MAX) {
      return false;
    }
    calls.put(of, before + 1);
    return true;
  }

  synchronized void leave(ObjectName key, ObjectName server) {
    calls.computeIfPresent(new Of(key, server), (_, count) -> count > 1 ? count - 1 : null);
  }
}
