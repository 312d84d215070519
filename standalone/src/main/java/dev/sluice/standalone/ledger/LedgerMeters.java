package dev.sluice.standalone.ledger;

import dev.sluice.ledger.keeper.Figures;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/// What the ledger's keeper tells Prometheus.
public final class LedgerMeters {

  private static final double MILLIS_PER_SECOND = 1_000;

  private LedgerMeters() {}

  public static void register(PrometheusRegistry meters, Supplier<Figures> figures) {
    gauge(
        meters,
        figures,
        "sluice_ledger_events_waiting",
        "Events in Redis that some gateway's log has not, and the last one.",
        Figures::waiting);
    gauge(
        meters,
        figures,
        "sluice_ledger_sequence",
        "The last event in this gateway's log.",
        Figures::sequence);
    gauge(
        meters,
        figures,
        "sluice_ledger_checkpoint_age_seconds",
        "Since the last checkpoint of the log.",
        last -> last.checkpointAge().toMillis() / MILLIS_PER_SECOND);
    counter(
        meters,
        figures,
        "sluice_ledger_rebuilds",
        "How often this gateway has rebuilt Redis.",
        Figures::rebuilds);
    counter(
        meters,
        figures,
        "sluice_ledger_events_lost",
        "Events that were acknowledged, and that nobody has.",
        Figures::lost);
  }

  private static void gauge(
      PrometheusRegistry meters,
      Supplier<Figures> figures,
      String name,
      String help,
      ToDoubleFunction<Figures> value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(gauge -> gauge.call(value.applyAsDouble(figures.get())))
        .register(meters);
  }

  private static void counter(
      PrometheusRegistry meters,
      Supplier<Figures> figures,
      String name,
      String help,
      ToDoubleFunction<Figures> value) {
    CounterWithCallback.builder()
        .name(name)
        .help(help)
        .callback(counter -> counter.call(value.applyAsDouble(figures.get())))
        .register(meters);
  }
}
