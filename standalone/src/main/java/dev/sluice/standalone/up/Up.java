package dev.sluice.standalone.up;

import dev.sluice.compiler.Compilation;
import dev.sluice.compiler.Compiler;
import dev.sluice.compiler.catalogue.Catalogue;
import dev.sluice.compiler.problem.Problem;
import dev.sluice.compiler.secret.SecretVariables;
import dev.sluice.core.mcp.LoneGateway;
import dev.sluice.core.mcp.SessionBus;
import dev.sluice.extproc.Gateway;
import dev.sluice.extproc.flow.Planner;
import dev.sluice.feed.Pins;
import dev.sluice.feed.session.RedisSessionBus;
import dev.sluice.ledger.redis.RedisConfig;
import dev.sluice.mcp.catalog.ReportListener;
import dev.sluice.mcp.serve.session.SessionLimits;
import dev.sluice.standalone.admin.ListingPages;
import dev.sluice.standalone.admin.ToolReports;
import dev.sluice.standalone.envoy.ManagedEnvoy;
import dev.sluice.standalone.failure.FileFailure;
import dev.sluice.standalone.fetch.FetchException;
import dev.sluice.standalone.manifests.GeneratedKeys;
import dev.sluice.standalone.manifests.PolicyFeed;
import dev.sluice.standalone.redis.EmbeddedRedis;
import dev.sluice.standalone.serve.AdminPages;
import dev.sluice.standalone.serve.Books;
import dev.sluice.standalone.serve.Drain;
import dev.sluice.standalone.serve.Ended;
import dev.sluice.standalone.serve.Endpoints;
import dev.sluice.standalone.serve.Owned;
import dev.sluice.standalone.serve.PatientStart;
import dev.sluice.standalone.serve.Ports;
import dev.sluice.standalone.serve.Readiness;
import dev.sluice.standalone.serve.Signals;
import dev.sluice.standalone.serve.Surroundings;
import dev.sluice.standalone.serve.UsageException;
import dev.sluice.standalone.socket.GrpcServer;
import dev.sluice.standalone.state.StateFolder;
import dev.sluice.standalone.tools.LateTools;
import dev.sluice.standalone.tools.ToolNews;
import dev.sluice.standalone.tools.Tools;
import dev.sluice.xds.AdsSource;
import dev.sluice.xds.Bootstrap;
import dev.sluice.xds.TrustStore;
import dev.sluice.xds.ads.AdsServer;
import dev.sluice.xds.ads.Rollout;
import dev.sluice.xds.tls.BadCertificateException;
import dev.sluice.xds.tls.ListenerCertificate;
import dev.sluice.xds.tls.WatchedFiles;
import io.grpc.BindableService;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// The command up: from manifests to the ready line, and back.
public final class Up {

  private static final String NODE = "standalone";
  private static final Duration ACKNOWLEDGED_WITHIN = Duration.ofSeconds(10);

  private Up() {}

  /// Runs until a signal, and returns the exit code.
  public static int run(List<String> arguments) throws InterruptedException {
    if (arguments.contains("--help") || arguments.contains("-h")) {
      System.out.print(UpOptions.USAGE);
      return 0;
    }
    return Ended.run(owned -> serve(UpOptions.parse(arguments, System.getenv()), owned));
  }

  private static int serve(UpOptions options, Owned owned)
      throws UsageException, FetchException, IOException, InterruptedException {
    var state = Surroundings.state(options.state(), owned);
    var keys = new GeneratedKeys(state.keys());
    var compiler = new Compiler(Catalogue.anthropic(), SecretVariables.of(System.getenv()));
    var feed = new PolicyFeed(options.manifests(), compiler, keys, Surroundings.CLOCK);
    var policy = allGood(feed.read());
    var programs = Programs.find(options, System.getenv());
    ManagedEnvoy.endLeftover(state);
    Ports.requireFree("--listen", options.listen());
    Ports.requireFree("--admin", options.admin());
    var ads = new AdsServer();
    var rollout = owned.add(new Rollout(ads, trust()));
    certify(options, rollout, owned);

    var around = Surroundings.open(state, programs.envoyWorkers(), owned);
    var books = books(options, programs, state, around, owned);
    var gateway = around.gateway(books.ledger(), redis(options, books, around), owned);
    gateway.record(books.expired());
    owned.add(GrpcServer.start(state.socket("grpc"), around.loops(), services(gateway, ads)));
    var reports = new ToolReports();
    var tools = owned.add(tools(options, books, state, around, reports, owned));
    var publication = new Publication(rollout, around.store(), books.changed(), tools);
    feed.publish(policy, publication);
    var envoy = envoy(options, programs, state, around.signals(), owned);
    var port = envoy.settle();
    around.door().open(options.listen().withPort(port).ofOwn(options.scheme()));
    awaitAcknowledged(ads);
    owned.add(feed.watch(publication));
    register(feed, around.meters());
    var readiness = new Readiness(around.signals(), needs(around, ads, envoy));
    var listing = listing(feed, books, gateway, reports);
    var admin = owned.add(pages(readiness, around, books).serve(options.admin(), listing));
    around.warmUp().await();
    keys.save();
    owned.add(() -> Files.deleteIfExists(state.endpoints()));
    new Endpoints(
            options.listenUrl(port),
            options.admin().withPort(admin.port()).url(),
            ProcessHandle.current().pid(),
            envoy.supervisor().pid(),
            books.redis())
        .announce(state);

    return switch (around.signals().await()) {
      case Signals.Ending.Asked() -> {
        tools.drain();
        yield Drain.drain(gateway, Drain.Front.of(envoy), options.drain());
      }
      case Signals.Ending.Failed(var sentence) -> Ended.failed(sentence);
    };
  }

  private static AdminPages pages(Readiness readiness, Surroundings around, Books books) {
    return new AdminPages(
        readiness, around.meters(), around.store(), books.ledger(), books.keeper()::figures);
  }

  private static ListingPages listing(
      PolicyFeed feed, Books books, Gateway gateway, ToolReports reports) {
    var planner = new Planner(gateway.health());
    return new ListingPages(feed::inForce, books.ledger(), planner, reports, Surroundings.CLOCK);
  }

  private static void register(PolicyFeed feed, PrometheusRegistry meters) {
    GaugeWithCallback.builder()
        .name("sluice_manifest_problems")
        .help("What is wrong with the manifests now.")
        .callback(gauge -> gauge.call(feed.problems()))
        .register(meters);
  }

  private static List<Readiness.Need> needs(
      Surroundings around, AdsServer ads, ManagedEnvoy.Running envoy) {
    var acknowledgement = new Acknowledgement(ads, envoy.supervisor());
    return List.of(
        new Readiness.Need("no policy yet", around.store()::loaded),
        new Readiness.Need("Envoy has not acknowledged its configuration", acknowledgement::holds));
  }

  /// At the start nothing was good before, so that nothing bad can be left out quietly.
  private static Compilation allGood(Compilation compilation) throws UsageException {
    if (!compilation.problems().isEmpty()) {
      throw new UsageException(
          compilation.problems().stream()
              .map(Problem::toString)
              .collect(Collectors.joining("\nsluice: ")));
    }
    return compilation;
  }

  private static Books books(
      UpOptions options, Programs programs, StateFolder state, Surroundings around, Owned owned)
      throws IOException, InterruptedException {
    var program = programs.redis();
    if (program != null) {
      var redis = EmbeddedRedis.start(program, state, Surroundings.CLOCK, around.signals()::fail);
      owned.add(redis::end);
      var config = config(redis.uri(), options, around);
      return PatientStart.opened(opened -> Books.embedded(redis, config, state, opened), owned);
    }
    var url = options.redis();
    if (url == null) {
      throw new IllegalStateException("BUG: neither a Redis nor a program for one");
    }
    var config = config(url, options, around);
    return PatientStart.opened(opened -> Books.at(config, state, opened), owned);
  }

  private static LateTools tools(
      UpOptions options,
      Books books,
      StateFolder state,
      Surroundings around,
      ReportListener reports,
      Owned owned)
      throws IOException {
    var redis = redis(options, books, around);
    var news = new ToolNews();
    var reached =
        new Tools.Reached(
            options.tools().guard(System.getenv()),
            options.tools().programs(),
            options.tools().codeMode(),
            owned.add(Pins.open(redis)),
            (said, changes) -> {
              reports.heard(said, changes);
              news.heard(said, changes);
            },
            bus(books, redis, owned));
    return LateTools.open(
        redis, state.socket("tools"), Tools.Around.of(around, books.ledger()), reached);
  }

  /// A Redis of our own has no other gateways.
  private static SessionBus bus(Books books, RedisConfig redis, Owned owned) {
    return books.redis() == null
        ? owned.add(RedisSessionBus.open(redis, SessionLimits.STANDARD.ageMax()))
        : new LoneGateway();
  }

  /// The user's, or our own.
  private static RedisConfig redis(UpOptions options, Books books, Surroundings around) {
    var own = books.redis();
    var url = own == null ? options.redis() : own.uri();
    if (url == null) {
      throw new IllegalStateException("BUG: neither a Redis nor one of our own");
    }
    return config(url, options, around);
  }

  private static RedisConfig config(URI url, UpOptions options, Surroundings around) {
    return RedisConfig.of(url.toString())
        .withInstallation(options.installation())
        .withEventLoops(around.loops().group());
  }

  /// The listener's certificate, of now and after each change; bad at the start is bad usage.
  private static void certify(UpOptions options, Rollout rollout, Owned owned)
      throws UsageException {
    var tls = options.tls();
    if (tls == null) {
      return;
    }
    try {
      owned.add(
          WatchedFiles.start(
              List.of(tls.certificate(), tls.key()),
              texts ->
                  rollout.certificate(
                      ListenerCertificate.checked(
                          texts.getFirst(), texts.getLast(), Surroundings.CLOCK.instant()))));
    } catch (BadCertificateException e) {
      throw new UsageException(
          "--tls-cert " + tls.certificate() + ", --tls-key " + tls.key() + ": " + e.sentence());
    } catch (IOException e) {
      throw new UsageException("--tls-cert, --tls-key: " + FileFailure.sentence(e));
    }
  }

  private static Bootstrap.Listener listener(UpOptions options) {
    return options.tls() == null ? Bootstrap.Listener.PLAIN : Bootstrap.Listener.TLS;
  }

  private static List<BindableService> services(Gateway gateway, AdsServer ads) {
    var services = new ArrayList<>(gateway.services());
    services.add(ads);
    return services;
  }

  private static TrustStore trust() throws IOException {
    try {
      return TrustStore.system();
    } catch (IllegalStateException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static ManagedEnvoy.Running envoy(
      UpOptions options, Programs programs, StateFolder state, Signals signals, Owned owned)
      throws IOException {
    var envoy =
        ManagedEnvoy.start(
            programs.envoy(),
            state,
            new ManagedEnvoy.Source(NODE, new AdsSource.Local()),
            new ManagedEnvoy.Listen(
                options.listen().host(), options.listen().port(), listener(options)),
            new ManagedEnvoy.Limits(programs.envoyWorkers(), Surroundings.LIMITS.bodyBytesMax()),
            new ManagedEnvoy.Watch(Surroundings.CLOCK, signals::fail));
    owned.add(envoy::end);
    return envoy;
  }

  private static void awaitAcknowledged(AdsServer ads) throws IOException, InterruptedException {
    if (!ads.awaitAcknowledged(ACKNOWLEDGED_WITHIN)) {
      throw new IOException(
          "Envoy did not acknowledge its configuration in time " + ads.rejections());
    }
  }
}
