package dev.sluice.operator;

import dev.sluice.compiler.Compiler;
import dev.sluice.compiler.catalogue.Catalogue;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.feed.FeedUnavailableException;
import dev.sluice.feed.PolicyPublisher;
import dev.sluice.feed.ServerReports;
import dev.sluice.ledger.redis.RedisLedger;
import dev.sluice.operator.admin.OperatorMeters;
import dev.sluice.operator.admin.Pages;
import dev.sluice.operator.keys.KeySecrets;
import dev.sluice.operator.lead.Leadership;
import dev.sluice.operator.publish.Publication;
import dev.sluice.operator.report.EventWriter;
import dev.sluice.operator.report.Reporter;
import dev.sluice.operator.tls.AdsCertificates;
import dev.sluice.operator.tls.ListenerSecret;
import dev.sluice.operator.trigger.Watched;
import dev.sluice.operator.world.WorldReader;
import dev.sluice.xds.TrustStore;
import dev.sluice.xds.ads.AdsServer;
import dev.sluice.xds.ads.Rollout;
import dev.sluice.xds.ads.ToolSecretsServer;
import dev.sluice.xds.tls.BadCertificateException;
import dev.sluice.xds.tls.MutualTlsServer;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An operator that runs: it serves Envoy's configuration, and while it leads it writes Secrets,
/// policy and statuses.
public final class Operator implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Operator.class);
  private static final InstantSource CLOCK = InstantSource.system();

  /// The whole world, though nothing is known to have changed: what expires by itself.
  static final Duration RESYNC_EVERY = Duration.ofSeconds(30);

  private static final Duration RETRIED_AFTER = Duration.ofSeconds(1);

  /// How often one looks whether every gateway has what was published, while one has not.
  private static final Duration LOOKED_SOON = Duration.ofMillis(100);

  private static final Duration LOOKED_EVERY = Duration.ofSeconds(3);

  /// How often certificates are looked at; they last for months.
  private static final Duration RENEWED_EVERY = Duration.ofMinutes(10);

  private static final long CLOSED_WITHIN_SECONDS = 5;

  private final ArrayDeque<AutoCloseable> opened = new ArrayDeque<>();
  private int port;
  private int admin;

  private Operator() {}

  /// Returns once Envoys can connect; the first round runs then.
  public static Operator start(OperatorOptions options, KubernetesClient client)
      throws IOException {
    var operator = new Operator();
    try {
      operator.open(options, client);
      return operator;
    } catch (IOException | RuntimeException e) {
      operator.close();
      throw e;
    }
  }

  private void open(OperatorOptions options, KubernetesClient client) throws IOException {
    var changes = new AtomicReference<Runnable>(() -> {});
    var appearances = new AtomicReference<Runnable>(() -> {});
    Runnable changed = () -> changes.get().run();
    var meters = new OperatorMeters();
    var installation = options.redis().installation();
    var ads = new AdsServer(installation, CLOCK);
    var rollout = add(new Rollout(ads, trust()));
    var publisher = add(PolicyPublisher.open(options.redis(), options.id()));
    var secrets = new ToolSecretsServer(installation);
    var publication = new Publication(ads, secrets, rollout, publisher);
    var leadership =
        add(Leadership.seek(client, options.namespace(), installation, options.id(), changed));
    var reporter =
        add(new Reporter(client, publication, leadership, sources(options), CLOCK, meters));
    var trigger = new Watched.Trigger(changed, () -> appearances.get().run());
    var watched = watch(client, options.namespaces(), trigger);
    var steps =
        new ResourceFlow.Steps(
            new WorldReader(watched), add(new KeySecrets(client)), publication, reporter);
    var compiler = new Compiler(Catalogue.anthropic(), options.namespaces());
    var flow = new ResourceFlow(compiler, steps, leadership, CLOCK, meters);
    var rounds = add(Rounds.start("resources", flow::run, RETRIED_AFTER, RESYNC_EVERY));
    Rounds.Round look = () -> look(publication, reporter, leadership, rounds);
    var looks = add(Rounds.start("report", look, LOOKED_SOON, LOOKED_EVERY));
    var shown = show(options.listenerSecret(), client, rollout, leadership, changed);
    appearances.set(rounds::triggerLater);
    changes.set(
        () -> {
          rounds.trigger();
          looks.trigger();
          shown.run();
        });
    ask(meters, leadership, publication);
    serve(options, client, List.of(ads, secrets));
    BooleanSupplier healthy = () -> rounds.goOn() && looks.goOn();
    admin = add(Pages.start(options.admin(), healthy, flow::served, meters.registry())).port();
    changed.run();
  }

  /// What may not be seen yet is looked for again.
  private Watched watch(KubernetesClient client, Set<String> namespaces, Watched.Trigger trigger) {
    var watched = add(Watched.start(client, namespaces, trigger));
    Rounds.Round look =
        () -> {
          watched.look();
          return false;
        };
    add(Rounds.start("api-servers", look, RETRIED_AFTER, RESYNC_EVERY));
    return watched;
  }

  /// What gateways say of servers of tools is read at each look.
  private Reporter.Sources sources(OperatorOptions options) {
    var reports = add(ServerReports.open(options.redis(), options.id()));
    return new Reporter.Sources(() -> RedisLedger.connect(options.redis()), reports::all);
  }

  private static void ask(OperatorMeters meters, Leadership leadership, Publication publication) {
    meters.ask(
        "sluice_operator_leads", "1 where this one writes.", () -> leadership.leads() ? 1 : 0);
    meters.ask(
        "sluice_operator_generation", "Of the policy, as published last.", publication::generation);
  }

  /// Tells how far everything is, and sees to it that Redis keeps what was published.
  private static boolean look(
      Publication publication, Reporter reporter, Leadership leadership, Rounds rounds)
      throws InterruptedException {
    try {
      publication.tell();
      if (leadership.leads() && !publication.stands()) {
        publication.forget();
        rounds.trigger();
      }
    } catch (FeedUnavailableException e) {
      LOG.debug("Redis is away: {}", e.getMessage()); // The statuses say so.
    }
    return reporter.look();
  }

  /// Has gateways show clients what is in that Secret, where there is to be one.
  ///
  /// @return looks at it again
  private Runnable show(
      @Nullable ObjectName secret,
      KubernetesClient client,
      Rollout rollout,
      Leadership leadership,
      Runnable changed) {
    if (secret == null) {
      return () -> {};
    }
    var out =
        new ListenerSecret.Out(rollout::certificate, new EventWriter(client), leadership::leads);
    var listener = add(ListenerSecret.watch(client, secret, out, changed, CLOCK));
    Rounds.Round look =
        () -> {
          listener.look();
          return false;
        };
    return add(Rounds.start("listener", look, RETRIED_AFTER, RESYNC_EVERY))::trigger;
  }

  private void serve(
      OperatorOptions options, KubernetesClient client, List<BindableService> services)
      throws IOException {
    var own = options.adsAuthority();
    var folder = own == null ? options.adsTls() : certified(client, own);
    if (folder == null) {
      var builder = NettyServerBuilder.forAddress(options.ads());
      services.forEach(builder::addService);
      var server = builder.build().start();
      add(() -> end(server));
      port = server.getPort();
    } else {
      port = add(secured(options, folder, services)).port();
    }
    LOG.atInfo().addKeyValue("port", port).log("serves Envoys");
  }

  private Path certified(KubernetesClient client, AdsCertificates.Names names) throws IOException {
    var certificates = add(AdsCertificates.open(client, names, CLOCK));
    Rounds.Round renewal =
        () -> {
          try {
            certificates.renew();
            return false;
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        };
    add(Rounds.start("certificates", renewal, RETRIED_AFTER, RENEWED_EVERY));
    return certificates.folder();
  }

  private static MutualTlsServer secured(
      OperatorOptions options, Path folder, List<BindableService> services) throws IOException {
    try {
      return MutualTlsServer.start(options.ads(), folder, CLOCK, services);
    } catch (BadCertificateException e) {
      throw new IOException("--ads-tls " + folder + ": " + e.getMessage(), e);
    }
  }

  private static void end(Server server) throws InterruptedException {
    if (!server.shutdownNow().awaitTermination(CLOSED_WITHIN_SECONDS, TimeUnit.SECONDS)) {
      LOG.warn("the ADS server did not end within {} s", CLOSED_WITHIN_SECONDS);
    }
  }

  private static TrustStore trust() throws IOException {
    try {
      return TrustStore.system();
    } catch (IllegalStateException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /// Where Envoys ask for their configuration.
  public int port() {
    return port;
  }

  /// Where probes and Prometheus ask.
  public int adminPort() {
    return admin;
  }

  private <T extends AutoCloseable> T add(T part) {
    opened.push(part);
    return part;
  }

  /// Gives up the lead first, then ends; traffic does not notice.
  @Override
  public void close() {
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception e) {
        LOG.atError().setCause(e).log("a part did not close");
      }
    }
  }
}
