package dev.sluice.mcp.catalog;

import dev.sluice.core.mcp.ApiServer;
import dev.sluice.core.mcp.PinStore;
import dev.sluice.core.mcp.ServerReport;
import dev.sluice.core.mcp.ToolChange;
import dev.sluice.core.mcp.ToolSecrets;
import dev.sluice.core.mcp.ToolServer;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.mcp.catalog.judge.Collisions;
import dev.sluice.mcp.catalog.link.ConnectionSettings;
import dev.sluice.mcp.catalog.link.Link;
import dev.sluice.mcp.catalog.link.Links;
import dev.sluice.mcp.catalog.link.Wiring;
import dev.sluice.mcp.catalog.lists.Refresher;
import dev.sluice.mcp.catalog.lists.Shelf;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/// The servers of the policy in force, each with a connection that lasts as long as what it is made
/// of stays the same.
public final class Servers implements Catalog, AutoCloseable {

  private final Links links;
  private final CatalogLimits limits;
  private final InstantSource clock;
  private final Refresher refresher;
  private final Watchers watchers;
  private final Reporting reporting;
  private volatile SortedMap<ObjectName, Kept> kept = new TreeMap<>();
  private boolean closed;

  /// A server, and what its connection is made of.
  private record Kept(Wiring wiring, Served served) {}

  public Servers(
      ConnectionSettings around, PinStore pins, CatalogLimits limits, ReportListener listener) {
    this.links = new Links(around);
    this.limits = limits;
    this.clock = around.clock();
    this.refresher = new Refresher(limits.lists(), pins, clock);
    this.watchers = new Watchers(limits.pendingMax());
    this.reporting = new Reporting(this::said, listener, limits.reportEvery());
    reporting.start();
  }

  /// Keeps all of them off the addresses of the API server: before what a policy declares is taken.
  public void keepOff(Set<ApiServer> apiServers) {
    links.keepOff(apiServers);
  }

  /// Takes what a policy declares in the place of what was declared before. It waits for no server.
  public synchronized void apply(SortedMap<ObjectName, ToolServer> declared, ToolSecrets secrets) {
    if (closed) {
      return;
    }
    var before = kept;
    var after = new TreeMap<ObjectName, Kept>();
    for (var server : declared.values()) {
      var wiring = links.wiring(server, secrets);
      if (after.size() >= limits.serversMax()) {
        wiring =
            wiring.refused(
                "more servers are declared than %d, and this is one more"
                    .formatted(limits.serversMax()));
      }
      var known = Optional.ofNullable(before.get(server.name()));
      after.put(
          server.name(),
          known.isPresent() ? taken(known.get(), server, wiring) : begun(server, wiring));
    }
    kept = after;
    before.forEach(
        (name, gone) -> {
          if (!after.containsKey(name)) {
            gone.served().close(limits.drainMax());
            told(name);
          }
        });
    reporting.look();
  }

  private void told(ObjectName gone) {
    watchers.tell(new Change.Tools(gone));
    watchers.tell(new Change.Prompts(gone));
    watchers.tell(new Change.Resources(gone));
  }

  private Kept begun(ToolServer server, Wiring wiring) {
    var ear = new Ear(server.name(), watchers, reporting, limits.uriCharactersMax());
    var shelf = shelf(wiring);
    var link = links.open(server.name(), wiring, ear, Optional.empty());
    var state = new Served.State(server, link, shelf);
    var served = new Served(state, refresher, ear, limits, clock);
    ear.hearFor(served);
    served.start();
    return new Kept(wiring, served);
  }

  private Kept taken(Kept known, ToolServer server, Wiring wiring) {
    var state = known.served().state();
    if (known.wiring().equals(wiring)) {
      if (!state.declared().equals(server)) {
        known.served().become(new Served.State(server, state.link(), state.shelf()));
      }
      return known;
    }
    // Another secret or timeout leaves what it listed last, and what is watched of it; another URL
    // or command does not.
    var same = known.wiring().source().equals(wiring.source());
    var shelf = same ? state.shelf() : shelf(wiring);
    var before = same ? Optional.of(state.link()) : Optional.<Link>empty();
    var ear = new Ear(server.name(), watchers, reporting, limits.uriCharactersMax());
    ear.hearFor(known.served());
    var link = links.open(server.name(), wiring, ear, before);
    known.served().become(new Served.State(server, link, shelf));
    return new Kept(wiring, known.served());
  }

  private Shelf shelf(Wiring wiring) {
    return new Shelf(wiring.source(), limits.lists());
  }

  @Override
  public List<Offered> servers() {
    return kept.values().stream().<Offered>map(Kept::served).toList();
  }

  @Override
  public Optional<Offered> server(ObjectName name) {
    return Optional.ofNullable(kept.get(name)).map(Kept::served);
  }

  @Override
  public Watch watch(Consumer<Change> heard) {
    return watchers.add(heard);
  }

  /// What is to be said of each, in the order of their names.
  public List<ServerReport> reports() {
    return said().reports();
  }

  /// The definitions that pins hide, as many as are kept.
  public List<ToolChange> changes() {
    return said().changes();
  }

  private Reporting.Said said() {
    var reports = new ArrayList<ServerReport>();
    var changes = new ArrayList<ToolChange>();
    long bytes = 0;
    for (var server : kept.values()) {
      reports.add(server.served().report());
      for (var change : server.served().changes()) {
        var recorded = change.recorded();
        bytes += change.current().length() + (recorded == null ? 0 : recorded.length());
        if (changes.size() < limits.changesMax() && bytes <= limits.changeBytesMax()) {
          changes.add(change);
        }
      }
    }
    return new Reporting.Said(Collisions.told(reports), changes);
  }

  @Override
  public synchronized void close() {
    closed = true;
    kept.values().forEach(server -> server.served().close(Duration.ZERO));
    kept = new TreeMap<>();
    watchers.close();
    reporting.close();
  }
}
