package dev.sluice.standalone.serve;

import dev.sluice.core.policy.SnapshotStore;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.keeper.Figures;
import dev.sluice.standalone.admin.AdminServer;
import dev.sluice.standalone.admin.Answer;
import dev.sluice.standalone.admin.Asked;
import dev.sluice.standalone.admin.ListingPages;
import dev.sluice.standalone.admin.MetricsPage;
import dev.sluice.standalone.admin.UsagePages;
import dev.sluice.standalone.ledger.LedgerMeters;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/// What the admin server shows.
public record AdminPages(
    Readiness readiness,
    PrometheusRegistry meters,
    SnapshotStore store,
    Ledger ledger,
    Supplier<Figures> figures) {

  /// With the listings.
  public AdminServer serve(HostPort address, ListingPages listing) throws UsageException {
    var pages = new TreeMap<>(all());
    pages.put("/v1/keys", _ -> listing.keys());
    pages.put("/v1/teams", _ -> listing.teams());
    pages.put("/v1/providers", _ -> listing.providers());
    pages.put("/v1/mcp", _ -> listing.servers());
    pages.put("/v1/tools", _ -> listing.hidden());
    pages.put("/v1/explain/", listing::explain);
    return start(address, pages, AdminServer.ANSWERED_WITHIN);
  }

  /// With `/drain`, which answers once the gateway is drained.
  public AdminServer serve(HostPort address, PodDrain drain) throws UsageException {
    var pages = new TreeMap<>(all());
    pages.put("/drain", _ -> drain.answer());
    return start(address, pages, drain.endedWithin());
  }

  /// The port was free before Envoy took its own.
  private static AdminServer start(
      HostPort address, Map<String, Function<Asked, Answer>> pages, Duration answeredWithin)
      throws UsageException {
    try {
      return AdminServer.start(Ports.of("--admin", address), pages, answeredWithin);
    } catch (IOException e) {
      throw new UsageException("--admin " + address + ": " + e.getMessage());
    }
  }

  private Map<String, Function<Asked, Answer>> all() {
    LedgerMeters.register(meters, figures);
    var usage = new UsagePages(store, ledger);
    var metrics = new MetricsPage(meters);
    return Map.of(
        "/healthz", _ -> Answer.text(200, "ok"),
        "/readyz", _ -> readiness.answer(),
        "/metrics", _ -> metrics.scrape(),
        "/v1/usage", _ -> usage.all(),
        "/v1/usage/", asked -> usage.one(asked.rest()));
  }
}
