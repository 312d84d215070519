package dev.sluice.mcp.serve.neighbour;

import dev.sluice.core.mcp.SessionBus;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/// Gateways that hear each other in one memory, each on a thread of its own.
public final class Hub {

  private final Map<String, Joined> joined = new ConcurrentHashMap<>();
  private final Map<String, Map<String, String>> kept = new ConcurrentHashMap<>();

  public Joined join(String name) {
    var bus = new Joined(name);
    joined.put(name, bus);
    return bus;
  }

  /// One gateway's bus.
  public final class Joined implements SessionBus {
    private final String self;
    private final ExecutorService thread =
        Executors.newSingleThreadExecutor(Thread.ofVirtual().factory());
    private volatile Optional<Ear> ear = Optional.empty();
    private volatile boolean cut;
    private volatile boolean full;
    private final AtomicInteger unreadable = new AtomicInteger();

    private Joined(String self) {
      this.self = self;
    }

    /// It neither hears nor is heard.
    public void cut() {
      cut = true;
    }

    public void mend() {
      cut = false;
      thread.execute(() -> ear.ifPresent(Ear::missed));
    }

    /// What is kept cannot be read in time so often.
    public void unreadable(int times) {
      unreadable.set(times);
    }

    /// Whether so much waits to be told to one that nothing more is taken.
    public void full(boolean value) {
      full = value;
    }

    private void deliver(String news) {
      if (!cut && !thread.isShutdown()) {
        thread.execute(() -> ear.ifPresent(one -> one.heard(news)));
      }
    }

    @Override
    public String self() {
      return self;
    }

    @Override
    public void tell(String news) {
      if (!cut) {
        joined.values().stream().filter(other -> other != this).forEach(o -> o.deliver(news));
      }
    }

    @Override
    public Told tell(String gateway, String news) {
      if (full) {
        return Told.NO_ROOM;
      }
      if (news.length() > NEWS_BYTES_MAX) {
        return Told.TOO_LARGE;
      }
      if (!cut) {
        Optional.ofNullable(joined.get(gateway)).ifPresent(other -> other.deliver(news));
      }
      return Told.SENT;
    }

    @Override
    public void hear(Ear one) {
      ear = Optional.of(one);
    }

    @Override
    public Optional<Map<String, String>> kept(String session) {
      return cut || unreadable.getAndUpdate(times -> Math.max(0, times - 1)) > 0
          ? Optional.empty()
          : Optional.of(Map.copyOf(of(session)));
    }

    private Map<String, String> of(String session) {
      return kept.computeIfAbsent(session, _ -> new ConcurrentHashMap<>());
    }

    @Override
    public void keep(String session, String name, String value) {
      of(session).put(name, value);
    }

    @Override
    public void drop(String session, String name) {
      of(session).remove(name);
    }

    /// It is gone, and says nothing of it.
    @Override
    public void close() {
      joined.remove(self, this);
      thread.shutdownNow();
    }
  }
}
