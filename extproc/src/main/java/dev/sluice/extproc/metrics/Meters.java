package dev.sluice.extproc.metrics;

import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.price.Tokens;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.function.DoubleSupplier;

/// All meters of the request flow. Names follow OpenTelemetry's for generative AI where it has one;
/// `docs/reference/metrics.md` lists them.
public final class Meters {

  private static final double NANOS = 1e9;

  private final PrometheusRegistry registry;
  private final Counter exchanges;
  private final Counter refusals;
  private final Counter tokens;
  private final Counter cost;
  private final Counter estimated;
  private final Counter overruns;
  private final Counter counts;
  private final Counter countsExceeded;
  private final Counter watched;
  private final Counter extensions;
  private final Counter cutAnswers;
  private final Counter lateSettlements;
  private final Counter lostUsage;
  private final Counter expired;
  private final Counter unconfirmed;
  private final Counter corrected;
  private final Counter lateEvidence;
  private final Counter forgotten;
  private final Counter degraded;
  private final Counter moved;
  private final Counter lostCache;
  private final Counter unledgered;
  private final Counter droppedCharges;
  private final Histogram duration;
  private final Histogram firstByte;
  private final Histogram reserve;

  public Meters(PrometheusRegistry registry) {
    this.registry = registry;
    exchanges =
        counter(
            "gen_ai_client_operations",
            "Exchanges with providers, by how they ended.",
            "provider",
            "model",
            "outcome");
    refusals = counter("sluice_refusals", "Requests that were refused.", "kind");
    tokens =
        counter(
            "gen_ai_client_inference_usage_tokens",
            "Tokens as the provider bills them; web searches are uses.",
            "provider",
            "model",
            "class");
    cost = counter("sluice_cost_usd", "What was settled, in US dollars.", "provider", "model");
    estimated = counter("sluice_estimated_settlements", "Settlements without a final usage.");
    overruns =
        counter("sluice_hold_overruns", "Calls that cost more than was held: zero for ever.");
    counts = counter("sluice_input_counts", "Counts of input tokens before a request.", "outcome");
    countsExceeded =
        counter("sluice_input_counts_exceeded", "Bills above a count with its margin.");
    watched = counter("sluice_watched_answers", "Answers that passed through the gateway.");
    extensions = counter("sluice_hold_extensions", "Asked of the ledger.", "outcome");
    cutAnswers = counter("sluice_cut_answers", "Answers that a budget has ended.", "kind");
    lateSettlements =
        counter(
            "sluice_late_settlements", "Ends of holds that the ledger took late or not.", "why");
    lostUsage = counter("sluice_lost_usage_records", "Usage records that could not be written.");
    expired = counter("sluice_expired_holds", "Holds that nobody ended, posted in full.");
    unconfirmed = counter("sluice_unconfirmed_usd", "What was posted for expired holds.");
    corrected =
        counter("sluice_corrected_usd", "Of that, what was replaced by a cost that came late.");
    lateEvidence =
        counter(
            "sluice_late_evidence",
            "Ends of exchanges of other gateways, by what became of their holds.",
            "outcome");
    forgotten = counter("sluice_forgotten_exchanges", "Exchanges whose end Envoy never told.");
    degraded =
        counter(
            "sluice_degraded_requests",
            "Requests that a cheaper model served.",
            "provider",
            "asked",
            "served");
    moved =
        counter(
            "sluice_session_moves", "Sessions that went on elsewhere than before.", "from", "to");
    lostCache =
        counter("sluice_lost_cache_usd", "What the prompt caches would have saved them.", "to");
    unledgered =
        counter("sluice_unledgered_requests", "Requests without a hold, the ledger being away.");
    droppedCharges =
        counter("sluice_dropped_charges", "Costs of such requests that were never posted.");
    duration = histogram("gen_ai_client_operation_duration", "From the request to its end.");
    firstByte = histogram("gen_ai_client_first_byte_duration", "From the request to the answer.");
    reserve = histogram("sluice_reserve_duration", "One call that takes a hold.");
  }

  private Counter counter(String name, String help, String... labels) {
    return Counter.builder().name(name).help(help).labelNames(labels).register(registry);
  }

  private Histogram histogram(String name, String help) {
    return Histogram.builder()
        .name(name)
        .help(help)
        .unit(Unit.SECONDS)
        .classicOnly()
        .classicUpperBounds(
            .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300)
        .register(registry);
  }

  public void gauges(DoubleSupplier inFlight, DoubleSupplier bufferedBytes) {
    gauge("sluice_exchanges_in_flight", "Exchanges that have not ended.", inFlight);
    gauge("sluice_buffered_bytes", "Bodies that are held now.", bufferedBytes);
  }

  public void lateCharges(DoubleSupplier waiting) {
    gauge("sluice_late_charges_waiting", "Costs that wait for the ledger.", waiting);
  }

  private void gauge(String name, String help, DoubleSupplier value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call(value.getAsDouble()))
        .register(registry);
  }

  public void refused(String kind) {
    refusals.labelValues(kind).inc();
  }

  public void reserved(long nanos) {
    reserve.observe(nanos / NANOS);
  }

  public void ended(String provider, String model, String outcome, long durationMs) {
    exchanges.labelValues(provider, model, outcome).inc();
    duration.observe(durationMs / 1e3);
  }

  public void firstByte(long millis) {
    firstByte.observe(millis / 1e3);
  }

  public void used(String provider, String model, Tokens used, NanoUsd paid) {
    tokens.labelValues(provider, model, "input").inc(used.input());
    tokens.labelValues(provider, model, "output").inc(used.output());
    tokens.labelValues(provider, model, "cache_read").inc(used.cacheRead());
    tokens.labelValues(provider, model, "cache_write_5m").inc(used.cacheWrite5m());
    tokens.labelValues(provider, model, "cache_write_1h").inc(used.cacheWrite1h());
    tokens.labelValues(provider, model, "web_search").inc(used.webSearches());
    cost.labelValues(provider, model).inc(paid.nanos() / NANOS);
  }

  public void estimated() {
    estimated.inc();
  }

  public void overrun() {
    overruns.inc();
  }

  /// A provider was asked to count a request.
  ///
  /// @param outcome `counted`, `never` or `lost`
  public void counted(String outcome) {
    counts.labelValues(outcome).inc();
  }

  public void countExceeded() {
    countsExceeded.inc();
  }

  /// An answer's head came to the gateway.
  public void watched() {
    watched.inc();
  }

  /// The ledger was asked to let a hold grow.
  ///
  /// @param outcome `extended`, `busy`, `exhausted`, `ended` or `lost`
  public void extended(String outcome) {
    extensions.labelValues(outcome).inc();
  }

  /// An answer was ended, since its hold could not grow.
  ///
  /// @param kind of the refusal
  public void cut(String kind) {
    cutAnswers.labelValues(kind).inc();
  }

  /// The ledger did not end a hold as it was told.
  ///
  /// @param why `unavailable`, `expired`, `corrected`, `ended` or `unknown`
  public void lateSettlement(String why) {
    lateSettlements.labelValues(why).inc();
  }

  public void lostUsage() {
    lostUsage.inc();
  }

  public void expired(NanoUsd posted) {
    expired.inc();
    unconfirmed.inc(posted.nanos() / NANOS);
  }

  /// @param was posted for the expired hold, until its cost was known
  public void corrected(NanoUsd was) {
    corrected.inc(was.nanos() / NANOS);
  }

  /// An end was told here whose exchange another gateway knew.
  ///
  /// @param outcome `booked`, `repeated`, `cut`, `price`, `unavailable`, `failed` or `dropped`
  public void lateEvidence(String outcome) {
    lateEvidence.labelValues(outcome).inc();
  }

  public void degraded(String provider, String asked, String served) {
    degraded.labelValues(provider, asked, served).inc();
  }

  /// A session's requests go to another provider, or to another model, than before.
  ///
  /// @param lost what its prompt cache would have saved
  public void moved(String from, String to, NanoUsd lost) {
    moved.labelValues(from, to).inc();
    lostCache.labelValues(to).inc(lost.nanos() / NANOS);
  }

  public void unledgered() {
    unledgered.inc();
  }

  public void droppedCharge() {
    droppedCharges.inc();
  }

  public void forgotten() {
    forgotten.inc();
  }
}
