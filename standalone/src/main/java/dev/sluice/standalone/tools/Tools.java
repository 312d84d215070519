package dev.sluice.standalone.tools;

import dev.sluice.core.mcp.Admissions;
import dev.sluice.core.mcp.Admissions.Admitted;
import dev.sluice.core.mcp.PinStore;
import dev.sluice.core.mcp.SessionBus;
import dev.sluice.core.mcp.ToolSecrets;
import dev.sluice.core.policy.KeyDigest;
import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.core.policy.Snapshot;
import dev.sluice.core.policy.SnapshotStore;
import dev.sluice.core.usage.UsageSink;
import dev.sluice.ledger.Ledger;
import dev.sluice.mcp.catalog.CatalogLimits;
import dev.sluice.mcp.catalog.ReportListener;
import dev.sluice.mcp.catalog.Servers;
import dev.sluice.mcp.catalog.link.ConnectionSettings;
import dev.sluice.mcp.catalog.link.Programs;
import dev.sluice.mcp.codemode.CodeModeLimits;
import dev.sluice.mcp.govern.GovernedCalls;
import dev.sluice.mcp.govern.hold.HoldTimes;
import dev.sluice.mcp.serve.McpService;
import dev.sluice.mcp.serve.Parts;
import dev.sluice.mcp.serve.ServeLimits;
import dev.sluice.mcp.serve.session.Seal;
import dev.sluice.mcp.upstream.call.ClientProfile;
import dev.sluice.mcp.upstream.guard.GuardRules;
import dev.sluice.mcp.upstream.stdio.Launcher;
import dev.sluice.mcp.upstream.stdio.StdioOpener;
import dev.sluice.standalone.serve.Owned;
import dev.sluice.standalone.serve.Surroundings;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The service of tools of a gateway: from a policy's servers to the socket that Envoy connects to.
public final class Tools implements AutoCloseable {

  private final Owned owned;
  private final Servers servers;
  private final MetaSlot meta;
  private final McpService service;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Snapshot snapshot;
  private ToolSecrets secrets = ToolSecrets.NONE;

  private Tools(Owned owned, Servers servers, MetaSlot meta, McpService service) {
    this.owned = owned;
    this.servers = servers;
    this.meta = meta;
    this.service = service;
  }

  /// The gateway that it is a part of.
  ///
  /// @param store of the policy in force
  /// @param meters of this gateway
  public record Around(
      Admissions admissions,
      SnapshotStore store,
      Ledger ledger,
      UsageSink usage,
      PrometheusRegistry meters,
      InstantSource clock) {

    public static Around of(Surroundings around, Ledger ledger) {
      return new Around(
          around.admissions(),
          around.store(),
          ledger,
          around.usage(),
          around.meters(),
          Surroundings.CLOCK);
    }
  }

  /// Which servers may be reached, what is known of them, and who serves their tools beside this
  /// one.
  ///
  /// @param rules which addresses may be called
  /// @param programs where those that are programs are started
  /// @param codeMode limits of programs of models
  /// @param pins what their first lists had
  /// @param reports hears what is said of them
  /// @param bus to the gateways that serve the same clients
  public record Reached(
      GuardRules rules,
      Launcher programs,
      CodeModeLimits codeMode,
      PinStore pins,
      ReportListener reports,
      SessionBus bus) {}

  /// Serves from now on, nothing before the first policy.
  ///
  /// @param seal with the secret that all gateways of the installation share
  static Tools open(Path socket, Around around, Reached reached, Seal seal) throws IOException {
    var owned = new Owned();
    try {
      var servers =
          owned.add(
              new Servers(
                  settings(around, reached),
                  reached.pins(),
                  CatalogLimits.STANDARD,
                  reached.reports()));
      var calls =
          owned.add(
              new GovernedCalls(
                  around.ledger(),
                  around.usage(),
                  around.clock(),
                  HoldTimes.STANDARD,
                  around.meters(),
                  admitted -> present(around.store(), admitted)));
      var meta = owned.add(new MetaSlot(calls, reached.codeMode(), around.clock()));
      var parts =
          new Parts(
              servers,
              calls,
              meta,
              around.admissions(),
              digest -> key(around.store(), digest),
              seal,
              reached.bus(),
              Set.of());
      Files.deleteIfExists(socket);
      var address = UnixDomainSocketAddress.of(socket);
      var service =
          owned.add(McpService.start(address, parts, ServeLimits.STANDARD, around.clock()));
      return new Tools(owned, servers, meta, service);
    } catch (IOException | RuntimeException e) {
      owned.close();
      throw e;
    }
  }

  private static ConnectionSettings settings(Around around, Reached reached) {
    var launcher = reached.programs();
    var programs =
        switch (launcher) {
          // What a tool host may start says its own list.
          case Launcher.Children() -> new Programs.Any();
          case Launcher.Host(_) -> new Programs.Any();
          case Launcher.Nowhere() -> new Programs.None();
        };
    return ConnectionSettings.of(reached.rules(), programs, ClientProfile.of("sluice", "1"))
        .with(around.clock())
        .with(
            (command, profile, limits, listener, tally) ->
                new StdioOpener(launcher, command, profile, limits, listener, tally));
  }

  private static Optional<KeyPolicy> key(SnapshotStore store, KeyDigest digest) {
    return store.loaded() ? Optional.ofNullable(store.current().key(digest)) : Optional.empty();
  }

  private static Optional<Admitted> present(SnapshotStore store, Admitted admitted) {
    if (!store.loaded()) {
      return Optional.empty();
    }
    var policy = store.current();
    return Optional.ofNullable(policy.key(admitted.key().digest()))
        .map(key -> new Admitted(admitted.requestId(), key, policy.version()));
  }

  /// Takes what the policy in force declares. It waits for no server.
  void policy(Snapshot next) {
    lock.lock();
    try {
      snapshot = next;
      apply();
    } finally {
      lock.unlock();
    }
  }

  /// Takes what servers are to have.
  void secrets(ToolSecrets next) {
    lock.lock();
    try {
      secrets = next;
      apply();
    } finally {
      lock.unlock();
    }
  }

  private void apply() {
    if (snapshot != null) {
      if (!snapshot.servers().isEmpty()) {
        meta.fill();
      }
      servers.keepOff(snapshot.apiServers());
      servers.apply(snapshot.servers(), secrets);
    }
  }

  /// Ends streams that would last for ever; calls that are under way go on.
  void drain() {
    service.drain();
  }

  @Override
  public void close() {
    owned.close();
  }
}
