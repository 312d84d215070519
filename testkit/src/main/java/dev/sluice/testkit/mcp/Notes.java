package dev.sluice.testkit.mcp;

import java.util.ArrayList;
import java.util.List;

/// What a simulated server received, and what of it broke the protocol.
final class Notes {

  private final List<Received> received = new ArrayList<>();
  private final List<String> violations = new ArrayList<>();
  private final List<String> cancelled = new ArrayList<>();

  synchronized void received(Received message) {
    received.add(message);
  }

  synchronized void violation(String what) {
    violations.add(what);
  }

  synchronized void cancelled(String id) {
    cancelled.add(id);
  }

  synchronized List<Received> received() {
    return List.copyOf(received);
  }

  synchronized List<String> violations() {
    return List.copyOf(violations);
  }

  synchronized List<String> cancelled() {
    return List.copyOf(cancelled);
  }
}
