package dev.sluice.mcp.catalog;

import dev.sluice.core.mcp.PinStore;
import dev.sluice.core.policy.ObjectName;
import java.util.HashMap;
import java.util.Map;

/// A record in memory that can be away, and can be lost.
final class MemoryPins implements PinStore {

  private final Map<String, Map<String, Pin>> recorded = new HashMap<>();
  private boolean away;

  @Override
  public synchronized Map<String, Pin> recordFirst(
      ObjectName server, String source, Map<String, Pin> first) throws PinsUnavailableException {
    if (away) {
      throw new PinsUnavailableException("the record is away", new IllegalStateException());
    }
    if (!first.isEmpty()) {
      recorded.putIfAbsent(server + " " + source, first);
    }
    return recorded.getOrDefault(server + " " + source, Map.of());
  }

  synchronized void leave() {
    away = true;
  }

  synchronized void comeBack() {
    away = false;
  }

  synchronized void lose() {
    recorded.clear();
  }

  synchronized Map<String, Map<String, Pin>> recorded() {
    return Map.copyOf(recorded);
  }
}
