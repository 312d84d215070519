package dev.sluice.mcp.govern;

import dev.sluice.core.money.NanoUsd;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.function.DoubleSupplier;

/// The meters of calls of tools, by server and never by key; `docs/reference/metrics.md` lists
/// them.
final class ToolMeters {

  private static final double NANOS = 1e9;

  private final PrometheusRegistry registry;
  private final Counter calls;
  private final Counter messages;
  private final Counter answers;
  private final Counter refusals;
  private final Counter cost;
  private final Counter cut;
  private final Counter unledgered;
  private final Counter dropped;
  private final Counter leftOut;
  private final Counter lost;
  private final Histogram duration;

  ToolMeters(PrometheusRegistry registry) {
    this.registry = registry;
    calls = counter("sluice_tool_calls", "Calls of tools, by how they ended.", "server", "outcome");
    messages =
        counter(
            "sluice_tool_messages",
            "Other messages to servers of tools, by how they ended.",
            "server",
            "method",
            "outcome");
    answers =
        counter(
            "sluice_meta_tool_calls",
            "Calls of the gateway's own tools, by how they ended.",
            "tool",
            "outcome");
    refusals =
        counter("sluice_tool_refusals", "Calls and messages that were refused.", "server", "kind");
    cost = counter("sluice_tool_cost_usd", "What was posted for calls of tools.", "server");
    cut = counter("sluice_cut_tool_results", "Results that were cut.", "server");
    unledgered =
        counter("sluice_unledgered_tool_calls", "Calls without a hold, the ledger being away.");
    dropped = counter("sluice_dropped_tool_charges", "Costs of such calls that were never posted.");
    leftOut =
        counter(
            "sluice_unredacted_tool_contents",
            "Contents that no record has, since the rules could not say what of them.",
            "server");
    lost = counter("sluice_lost_tool_records", "Records of calls that could not be written.");
    duration =
        Histogram.builder()
            .name("sluice_tool_call_duration")
            .help("From the call to its end, limits and record included.")
            .unit(Unit.SECONDS)
            .labelNames("server")
            .classicOnly()
            .classicUpperBounds(.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 30, 300)
            .register(registry);
  }

  private Counter counter(String name, String help, String... labels) {
    return Counter.builder().name(name).help(help).labelNames(labels).register(registry);
  }

  void waiting(DoubleSupplier waiting) {
    GaugeWithCallback.builder()
        .name("sluice_late_tool_charges_waiting")
        .help("Costs of calls without a hold that wait for the ledger.")
        .callback(callback -> callback.call(waiting.getAsDouble()))
        .register(registry);
  }

  void ended(String server, String outcome, long nanos) {
    calls.labelValues(server, outcome).inc();
    duration.labelValues(server).observe(nanos / NANOS);
  }

  void passed(String server, String method, String outcome) {
    messages.labelValues(server, method, outcome).inc();
  }

  void answered(String tool, String outcome) {
    answers.labelValues(tool, outcome).inc();
  }

  void refused(String server, String kind) {
    refusals.labelValues(server, kind).inc();
  }

  void posted(String server, NanoUsd added) {
    // A counter only grows; what lowers an earlier record is in the records alone.
    cost.labelValues(server).inc(Math.max(0, added.nanos()) / NANOS);
  }

  void cut(String server) {
    cut.labelValues(server).inc();
  }

  void unledgered() {
    unledgered.inc();
  }

  void dropped() {
    dropped.inc();
  }

  void leftOut(String server) {
    leftOut.labelValues(server).inc();
  }

  void lost() {
    lost.inc();
  }
}
