package dev.sluice.mcp.catalog.lists;

import dev.sluice.core.mcp.PinStore;
import dev.sluice.core.mcp.PinStore.Pin;
import dev.sluice.core.mcp.PinStore.PinsUnavailableException;
import dev.sluice.core.mcp.ToolServer;
import dev.sluice.mcp.catalog.judge.Tools;
import dev.sluice.mcp.catalog.link.Link;
import dev.sluice.mcp.upstream.Health;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/// Asks a server for the lists that are due, and the record for what its tools were at first.
public final class Refresher {

  private static final String ANOTHER_RECORD =
      "the record of the tools was lost and is another one now: here the first one counts";

  private final ListLimits limits;
  private final PinStore store;
  private final InstantSource clock;

  public Refresher(ListLimits limits, PinStore store, InstantSource clock) {
    this.limits = limits;
    this.store = store;
    this.clock = clock;
  }

  /// Does what is due; a list that stalls takes `listMax` at most.
  public void refresh(ToolServer server, Link link, Shelf shelf) {
    switch (link.health().state()) {
      case CONNECTED -> {
        shelf.met(link.health().card());
        for (var kind : ListKind.values()) {
          refresh(server, link, shelf, kind);
        }
      }
      case BACKING_OFF, CLOSED -> shelf.triedAll();
      case CONNECTING -> {
        // Callers wait for it, the first time.
      }
    }
  }

  /// How long until something is due, whatever a server tells in between.
  public Duration rest(Shelf shelf) {
    var now = clock.instant();
    var next = shelf.next();
    return next.isAfter(now.plus(limits.retryMax()))
        ? limits.retryMax()
        : next.isAfter(now) ? Duration.between(now, next) : Duration.ZERO;
  }

  private void refresh(ToolServer server, Link link, Shelf shelf, ListKind kind) {
    var turn = shelf.turn(kind);
    var fresh = turn.due(clock.instant());
    if (fresh) {
      fetch(link, shelf, kind, turn);
    }
    if (kind == ListKind.TOOLS && server.pins() == ToolServer.Pins.FIRST_USE) {
      pin(server, shelf, fresh);
    }
    shelf.tried(kind);
  }

  private void fetch(Link link, Shelf shelf, ListKind kind, Turn turn) {
    turn.begin(clock.instant());
    var fetched =
        has(link.health(), kind)
            ? new Lister(link, kind, limits).fetch()
            : new Lister.Fetched.Whole(List.of(), limits.ttlMax());
    var now = clock.instant();
    switch (fetched) {
      case Lister.Fetched.Whole(var items, var ttl) -> {
        turn.succeeded(now, ttl);
        shelf.put(kind, new Stock(items, now, ttl));
      }
      case Lister.Fetched.Not(var sentence) -> turn.failed(now, sentence);
    }
  }

  private static boolean has(Health health, ListKind kind) {
    return health
        .card()
        .map(card -> card.capabilities().path(kind.capability()).isObject())
        .orElse(false);
  }

  /// The record is asked with each new list, so that one that was lost is put back as it was: what
  /// is known here is recorded, and not what the server says now.
  private void pin(ToolServer server, Shelf shelf, boolean fresh) {
    var stock = shelf.stock(ListKind.TOOLS);
    var known = shelf.pins();
    if (stock.isEmpty() || (known.isPresent() && !fresh)) {
      return;
    }
    var first = known.orElseGet(() -> first(server, stock.get()));
    try {
      var recorded = store.recordFirst(server.name(), shelf.source(), first);
      // A server that lists nothing yet has shown nothing.
      if (recorded.isEmpty()) {
        return;
      }
      if (known.isEmpty() || known.get().equals(recorded)) {
        shelf.pinned(recorded);
      } else {
        // The record was lost, and somebody who remembered nothing was the first to write it anew.
        shelf.notPinned(ANOTHER_RECORD);
      }
    } catch (PinsUnavailableException e) {
      if (known.isEmpty()) {
        shelf.notPinned("tools are hidden: " + e.getMessage());
      }
    }
  }

  private static Map<String, Pin> first(ToolServer server, Stock stock) {
    return Tools.pins(Tools.of(server.name(), stock.items()));
  }
}
