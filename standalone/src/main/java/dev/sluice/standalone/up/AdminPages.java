package dev.sluice.standalone.up;

import dev.sluice.standalone.ledger.LedgerMeters;
import dev.sluice.core.policy.SnapshotStore;
import dev.sluice.standalone.admin.Answer;
import dev.sluice.standalone.admin.MetricsPage;
import dev.sluice.standalone.admin.UsagePages;
import dev.sluice.standalone.manifests.PolicyFeed;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Map;
import java.util.function.Function;

/// What the admin server shows.
record AdminPages(
    Readiness readiness,
    PrometheusRegistry meters,
    SnapshotStore store,
    Books books,
    PolicyFeed feed) {

  Map<String, Function<String, Answer>> all() {
    GaugeWithCallback.builder()
        .name("sluice_manifest_problems")
        .help("What is wrong with the manifests now.")
        .callback(gauge -> gauge.call(feed.problems()))
        .register(meters);
    LedgerMeters.register(meters, books.keeper()::figures);
    var usage = new UsagePages(store, books.ledger());
    var metrics = new MetricsPage(meters);
    return Map.of(
        "/healthz", _ -> Answer.text(200, "ok"),
        "/readyz", _ -> readiness.answer(),
        "/metrics", _ -> metrics.scrape(),
        "/v1/usage", _ -> usage.all(),
        "/v1/usage/", usage::one);
  }
}
