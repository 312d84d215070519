package dev.sluice.extproc;

import dev.sluice.core.mcp.Admissions;
import dev.sluice.core.policy.SnapshotStore;
import dev.sluice.core.usage.UsageSink;
import dev.sluice.extproc.answer.RefusalAnswers;
import dev.sluice.extproc.authenticate.Authenticator;
import dev.sluice.extproc.count.CountEstimate;
import dev.sluice.extproc.count.Densities;
import dev.sluice.extproc.count.InputCounter;
import dev.sluice.extproc.count.Tickets;
import dev.sluice.extproc.count.TokenCounter;
import dev.sluice.extproc.count.Uncounted;
import dev.sluice.extproc.decode.RequestDecoder;
import dev.sluice.extproc.degrade.Degrader;
import dev.sluice.extproc.envoy.AccessLog;
import dev.sluice.extproc.envoy.ProcessorService;
import dev.sluice.extproc.exchange.Exchanges;
import dev.sluice.extproc.flow.Attempts;
import dev.sluice.extproc.flow.CountsAbroad;
import dev.sluice.extproc.flow.Courses;
import dev.sluice.extproc.flow.Dispatcher;
import dev.sluice.extproc.flow.Planner;
import dev.sluice.extproc.flow.RequestFlow;
import dev.sluice.extproc.flow.ResponseFlow;
import dev.sluice.extproc.health.Health;
import dev.sluice.extproc.meter.Meter;
import dev.sluice.extproc.metrics.Meters;
import dev.sluice.extproc.reserve.Bounder;
import dev.sluice.extproc.reserve.BufferBudget;
import dev.sluice.extproc.reserve.Reserver;
import dev.sluice.extproc.reserve.SpentBudgets;
import dev.sluice.extproc.reserve.TightReserver;
import dev.sluice.extproc.reserve.Unledgered;
import dev.sluice.extproc.reserve.Uploads;
import dev.sluice.extproc.settle.HoldReaper;
import dev.sluice.extproc.settle.LateEvidence;
import dev.sluice.extproc.settle.Settler;
import dev.sluice.extproc.usage.UsageWriter;
import dev.sluice.extproc.watch.Watcher;
import dev.sluice.ledger.ExpiredHold;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.away.LateCharges;
import dev.sluice.ledger.away.LedgerHealth;
import dev.sluice.wire.anthropic.estimate.CutEstimator;
import io.grpc.BindableService;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/// The request flow, put together. It owns neither the ledger nor the sink.
public final class Gateway implements AutoCloseable {

  private final RequestFlow requests;
  private final Services services;
  private final Exchanges exchanges;
  private final BlockingWork work;
  private final Background background;
  private final Duration closeMax;

  private Gateway(
      RequestFlow requests,
      Services services,
      Exchanges exchanges,
      BlockingWork work,
      Background background,
      Duration closeMax) {
    this.requests = requests;
    this.services = services;
    this.exchanges = exchanges;
    this.work = work;
    this.background = background;
    this.closeMax = closeMax;
  }

  /// What Envoy calls.
  private record Services(ProcessorService processor, AccessLog accessLog) {}

  /// What goes on beside the flow.
  private record Background(HoldReaper reaper, LateCharges lateCharges, Health health) {}

  /// What the flow calls.
  ///
  /// @param admissions of requests for tools, for the service that answers them
  public record Outside(
      Ledger ledger,
      UsageSink usage,
      TokenCounter counter,
      Health.Others health,
      Admissions admissions) {

    /// Of a gateway that is alone, and serves no tools.
    public Outside(Ledger ledger, UsageSink usage, TokenCounter counter) {
      this(ledger, usage, counter, Health.Others.NONE, new Admissions());
    }
  }

  /// Assembles the flow, and starts to look after old holds.
  ///
  /// @param registry of this gateway's meters; two gateways need two
  public static Gateway create(
      SnapshotStore snapshots,
      Outside outside,
      InstantSource clock,
      GatewayConfig config,
      PrometheusRegistry registry) {
    var ledger = outside.ledger();
    var meters = new Meters(registry);
    var exchanges = new Exchanges();
    var work = new BlockingWork(config.closeMax());
    var health = new LedgerHealth(clock);
    var lateCharges = new LateCharges(ledger, health, meters::droppedCharge);
    meters.lateCharges(lateCharges::size);
    var settler = new Settler(ledger, lateCharges, meters, config.holdLifetime());
    var buffers = new BufferBudget(config.bufferedBytesMax(), config.bodyBytesMax());
    var uploads = new Uploads(buffers, clock);
    var spent = new SpentBudgets(ledger, health, clock);
    var bounder = new Bounder(meters, clock);
    var tickets = new Tickets();
    var counter = new InputCounter(outside.counter(), tickets, meters);
    var reserver =
        new Reserver(ledger, health, spent, meters, config.holdLifetime(), config.ledgerWaitMax());
    var holding =
        new Dispatcher.Holding(
            reserver,
            new TightReserver(bounder, reserver, counter),
            new Unledgered(health, meters));
    var estimator = new CutEstimator();
    var densities = new Densities();
    var answers = new RefusalAnswers(clock, config.ledgerAwayMax());
    var watcher = new Watcher(ledger, estimator, answers, meters);
    var courses = new Courses();
    var providers = new Health(clock, outside.health());
    var writer = new UsageWriter(outside.usage(), meters);
    var responses =
        new ResponseFlow(
            exchanges,
            new Meter(estimator, densities),
            settler,
            writer,
            bounder,
            uploads,
            providers);
    var dispatcher = new Dispatcher(exchanges, bounder, holding, settler, watcher);
    var degrader = new Degrader(bounder::isPosted);
    var steps =
        new RequestFlow.Steps(
            new Authenticator(clock, tickets),
            new RequestDecoder(config.bodyBytesMax()),
            uploads,
            spent,
            degrader,
            dispatcher,
            new CountsAbroad(exchanges, new CountEstimate(densities), new Uncounted(clock)),
            courses,
            new Planner(providers),
            new Attempts(
                courses,
                exchanges,
                responses,
                new Attempts.Steps(dispatcher, degrader, settler, answers),
                meters),
            answers,
            outside.admissions());
    var requests = new RequestFlow(snapshots, ledger, clock, meters, steps);
    var reaper =
        HoldReaper.start(
            schedule(config),
            ledger,
            exchanges,
            writer,
            exchange -> {
              courses.end(exchange.facts().requestId());
              responses.forgotten(exchange);
            },
            clock);
    var background = new Background(reaper, lateCharges, providers);
    var accessLog =
        new AccessLog(
            responses, courses, new LateEvidence(snapshots, ledger, settler, writer, meters));
    meters.gauges(() -> exchanges.size(), buffers::heldBytes);
    var services = new Services(new ProcessorService(requests, work, clock), accessLog);
    return new Gateway(requests, services, exchanges, work, background, config.closeMax());
  }

  private static HoldReaper.Schedule schedule(GatewayConfig config) {
    return new HoldReaper.Schedule(
        config.expireEvery(), config.expireMax(), config.holdLifetime(), config.exchangeMax());
  }

  /// Which providers are left alone.
  public Health health() {
    return background.health();
  }

  /// What Envoy calls; to be run by a server with a direct executor.
  public List<BindableService> services() {
    return List.of(services.processor(), services.accessLog());
  }

  /// Records holds of an earlier run, which were posted in full at the start of this one.
  public void record(List<ExpiredHold> expired) {
    background.reaper().record(expired);
  }

  /// Requests that have not ended, or are being settled.
  public int inFlight() {
    return exchanges.size() + work.running() + services.accessLog().ending();
  }

  /// Refuses new requests from now on; those in flight go on.
  public void drain() {
    requests.drain();
  }

  /// Waits for settlements, for a while; exchanges that have not ended are left to the ledger.
  @Override
  public void close() {
    drain();
    background.reaper().close();
    work.close();
    services.accessLog().awaitEnds(closeMax);
    background.lateCharges().close();
  }
}
