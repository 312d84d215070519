package dev.sluice.mcp.catalog.lists;

import dev.sluice.core.mcp.PinStore.Pin;
import dev.sluice.mcp.upstream.call.ServerCard;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// What is known of the lists of one source, for as long as a server is that source. One thread
/// fills it; all others read.
public final class Shelf {

  private final String source;
  private final Map<ListKind, Turn> turns = new EnumMap<>(ListKind.class);
  private final Map<ListKind, Stock> stocks = new ConcurrentHashMap<>();
  private final Set<ListKind> tried = ConcurrentHashMap.newKeySet();
  private final long waitEnd;
  private volatile Optional<Map<String, Pin>> pins = Optional.empty();
  private volatile Optional<String> pinTrouble = Optional.empty();
  private volatile Optional<ServerCard> card = Optional.empty();

  public Shelf(String source, ListLimits limits) {
    this.source = source;
    this.waitEnd = System.nanoTime() + limits.firstUseMax().toNanos();
    for (var kind : ListKind.values()) {
      turns.put(kind, new Turn(limits));
    }
  }

  public String source() {
    return source;
  }

  Turn turn(ListKind kind) {
    return Objects.requireNonNull(turns.get(kind));
  }

  public void want(ListKind kind) {
    turn(kind).want();
  }

  public void renew() {
    turns.values().forEach(Turn::renew);
  }

  public Optional<Stock> stock(ListKind kind) {
    return Optional.ofNullable(stocks.get(kind));
  }

  void put(ListKind kind, Stock stock) {
    stocks.put(kind, stock);
  }

  /// Why the list of that kind could not be had the last time.
  public Optional<String> trouble(ListKind kind) {
    return turn(kind).trouble();
  }

  /// Why any of the lists could not be had the last time.
  public Optional<String> trouble() {
    return turns.values().stream().flatMap(turn -> turn.trouble().stream()).findFirst();
  }

  /// What the server said of itself last, over whatever connection.
  public Optional<ServerCard> card() {
    return card;
  }

  void met(Optional<ServerCard> value) {
    card = value;
  }

  /// What is on record of its tools; empty where that is not known.
  public Optional<Map<String, Pin>> pins() {
    return pins;
  }

  public Optional<String> pinTrouble() {
    return pinTrouble;
  }

  void pinned(Map<String, Pin> recorded) {
    pins = Optional.of(Map.copyOf(recorded));
    pinTrouble = Optional.empty();
  }

  void notPinned(String sentence) {
    pinTrouble = Optional.of(sentence);
  }

  /// From now on nobody waits for that list.
  void tried(ListKind kind) {
    if (tried.add(kind)) {
      synchronized (this) {
        notifyAll();
      }
    }
  }

  void triedAll() {
    for (var kind : ListKind.values()) {
      tried(kind);
    }
  }

  /// Waits until the list was asked for once; all callers together for `firstUseMax` after the
  /// server became this source.
  public void awaitFirst(ListKind kind) {
    if (tried.contains(kind)) {
      return;
    }
    try {
      synchronized (this) {
        while (!tried.contains(kind) && waitEnd - System.nanoTime() > 0) {
          TimeUnit.NANOSECONDS.timedWait(this, Math.max(1_000_000, waitEnd - System.nanoTime()));
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  Instant next() {
    return turns.values().stream().map(Turn::next).min(Instant::compareTo).orElse(Instant.MAX);
  }
}
