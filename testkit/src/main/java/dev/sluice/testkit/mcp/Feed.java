package dev.sluice.testkit.mcp;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The messages of one stream, kept so that a client can ask for those that it missed.
final class Feed {

  private final String name;
  private final List<String> messages = new ArrayList<>();
  private boolean closed;

  Feed(String name) {
    this.name = name;
  }

  String name() {
    return name;
  }

  synchronized void add(String message) {
    messages.add(message);
    notifyAll();
  }

  synchronized void close() {
    closed = true;
    notifyAll();
  }

  synchronized boolean over(int index) {
    return closed && index >= messages.size();
  }

  /// The message at that place, if it comes in that time.
  synchronized Optional<String> at(int index, Duration wait) {
    var end = System.nanoTime() + wait.toNanos();
    try {
      while (index >= messages.size() && !closed && System.nanoTime() < end) {
        wait(Math.max(1, (end - System.nanoTime()) / 1_000_000));
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    return index < messages.size() ? Optional.of(messages.get(index)) : Optional.empty();
  }
}
