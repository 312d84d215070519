package dev.sluice.operator.admin;

import dev.sluice.operator.publish.Reach;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.function.DoubleSupplier;

/// What an operator tells Prometheus.
public final class OperatorMeters {

  private static final double[] SECONDS = {0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Histogram rounds =
      Histogram.builder()
          .name("sluice_operator_round_seconds")
          .help("From a round's begin until the policy is published.")
          .classicOnly()
          .classicUpperBounds(SECONDS)
          .register(registry);
  private final Gauge objects =
      Gauge.builder()
          .name("sluice_operator_objects")
          .help("Objects of each kind at the last round.")
          .labelNames("kind")
          .register(registry);
  private final Gauge faulty =
      Gauge.builder()
          .name("sluice_operator_faulty_objects")
          .help("Objects whose present version is not in force, for what is wrong with it.")
          .register(registry);
  private final Gauge gateways =
      Gauge.builder()
          .name("sluice_operator_gateways")
          .help("Gateways that report, by whether they have what was published last.")
          .labelNames("state")
          .register(registry);
  private final Counter writes =
      Counter.builder()
          .name("sluice_operator_status_writes")
          .help("Statuses that were written to the API server, by whether it took them.")
          .labelNames("outcome")
          .register(registry);

  public PrometheusRegistry registry() {
    return registry;
  }

  /// A figure that is asked for at each scrape.
  public void ask(String name, String help, DoubleSupplier figure) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(gauge -> gauge.call(figure.getAsDouble()))
        .register(registry);
  }

  /// @param kinds how many objects there are of each
  public void round(Duration taken, Map<String, Long> kinds, int faultyObjects) {
    rounds.observe(taken.toNanos() / 1e9);
    objects.clear(); // A kind whose last object is gone.
    kinds.forEach((kind, count) -> objects.labelValues(kind).set(count));
    faulty.set(faultyObjects);
  }

  public void reach(Reach reach, long generation) {
    int behind = reach.without(generation).size();
    gateways.labelValues("behind").set(behind);
    gateways.labelValues("current").set(reach.generations().size() - behind);
  }

  public void wroteStatus(boolean taken) {
    writes.labelValues(taken ? "written" : "failed").inc();
  }
}
