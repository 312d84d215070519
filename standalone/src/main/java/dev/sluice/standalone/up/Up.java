package dev.sluice.standalone.up;

import dev.sluice.compiler.Compilation;
import dev.sluice.compiler.Compiler;
import dev.sluice.compiler.catalogue.Catalogue;
import dev.sluice.compiler.problem.Problem;
import dev.sluice.core.policy.SnapshotStore;
import dev.sluice.extproc.Gateway;
import dev.sluice.extproc.GatewayConfig;
import dev.sluice.ledger.LedgerUnavailableException;
import dev.sluice.ledger.LedgerUnfitException;
import dev.sluice.ledger.redis.RedisConfig;
import dev.sluice.standalone.admin.AdminServer;
import dev.sluice.standalone.admin.Answer;
import dev.sluice.standalone.count.FrontDoor;
import dev.sluice.standalone.envoy.ManagedEnvoy;
import dev.sluice.standalone.failure.FileFailure;
import dev.sluice.standalone.fetch.FetchException;
import dev.sluice.standalone.manifests.GeneratedKeys;
import dev.sluice.standalone.manifests.PolicyFeed;
import dev.sluice.standalone.redis.EmbeddedRedis;
import dev.sluice.standalone.socket.EventLoops;
import dev.sluice.standalone.socket.GrpcServer;
import dev.sluice.standalone.state.StateFolder;
import dev.sluice.standalone.state.StateLock;
import dev.sluice.standalone.usage.UsageLog;
import dev.sluice.standalone.warm.BackgroundWarmUp;
import dev.sluice.xds.Bootstrap;
import dev.sluice.xds.TrustStore;
import dev.sluice.xds.ads.AdsServer;
import dev.sluice.xds.ads.Rollout;
import dev.sluice.xds.tls.BadCertificateException;
import dev.sluice.xds.tls.ListenerCertificate;
import dev.sluice.xds.tls.WatchedFiles;
import io.grpc.BindableService;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The command up: from manifests to the ready line, and back.
public final class Up {

  private static final InstantSource CLOCK = InstantSource.system();
  private static final GatewayConfig LIMITS = GatewayConfig.DEFAULT;
  private static final Duration ACKNOWLEDGED_WITHIN = Duration.ofSeconds(10);
  private static final int FAILED = 1;
  private static final int MISUSED = 2;

  private Up() {}

  /// Runs until a signal, and returns the exit code.
  public static int run(List<String> arguments) throws InterruptedException {
    if (arguments.contains("--help") || arguments.contains("-h")) {
      System.out.print(UpOptions.USAGE);
      return 0;
    }
    try (var owned = new Owned()) {
      return serve(UpOptions.parse(arguments, System.getenv()), owned);
    } catch (UsageException e) {
      return ended(MISUSED, e.sentence());
    } catch (FetchException e) {
      return ended(FAILED, e.sentence());
    } catch (LedgerUnavailableException | LedgerUnfitException e) {
      return ended(FAILED, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return ended(FAILED, FileFailure.sentence(e));
    }
  }

  private static int serve(UpOptions options, Owned owned)
      throws UsageException, FetchException, IOException, InterruptedException {
    var state = state(options, owned);
    var keys = new GeneratedKeys(state.keys());
    var feed =
        new PolicyFeed(options.manifests(), new Compiler(Catalogue.anthropic()), keys, CLOCK);
    var policy = allGood(feed.read());
    var programs = Programs.find(options, System.getenv());
    ManagedEnvoy.endLeftover(state);
    Ports.requireFree("--listen", options.listen());
    Ports.requireFree("--admin", options.admin());
    var ads = new AdsServer();
    var rollout = owned.add(new Rollout(ads, trust()));
    certify(options, rollout, owned);

    var signals = Signals.install();
    var loops = owned.add(EventLoops.start(programs.envoyWorkers()));
    var warmUp = BackgroundWarmUp.start(loops, state.socket("warm-up"));
    // Open until after the ledger is closed: ends that waited for it are recorded then.
    var usage = owned.add(new UsageLog(state.usage(), UsageLog.Limits.DEFAULT, CLOCK));
    var books = books(options, programs, state, loops, signals, owned);
    var store = new SnapshotStore();
    var meters = new PrometheusRegistry();
    var door = owned.add(new FrontDoor());
    var outside = new Gateway.Outside(books.ledger(), usage, door);
    var gateway = owned.add(Gateway.create(store, outside, CLOCK, LIMITS, meters));
    gateway.record(books.expired());
    owned.add(GrpcServer.start(state.socket("grpc"), loops, services(gateway, ads)));
    var publication = new Publication(rollout, store, books.changed());
    feed.publish(policy, publication);
    var envoy = envoy(options, programs, state, signals, owned);
    door.open(options.listen().withPort(envoy.port()).ofOwn(options.scheme()));
    awaitAcknowledged(ads);
    owned.add(feed.watch(publication));
    var readiness = new Readiness(store, ads, envoy, signals);
    var pages = new AdminPages(readiness, meters, store, books, feed).all();
    var admin = owned.add(admin(options, pages));
    warmUp.await();
    keys.save();
    announce(options, state, admin, envoy, books);
    owned.add(() -> Files.deleteIfExists(state.endpoints()));

    return switch (signals.await()) {
      case Signals.Ending.Asked() -> Drain.drain(gateway, envoy, options.drain());
      case Signals.Ending.Failed(var sentence) -> ended(FAILED, sentence);
    };
  }

  private static StateFolder state(UpOptions options, Owned owned) throws UsageException {
    try {
      var state = StateFolder.open(options.state());
      owned.add(state::close);
      owned.add(
          StateLock.take(state.root())
              .orElseThrow(
                  () ->
                      new UsageException(
                          "--state " + state.root() + " is in use by another sluice up")));
      return state;
    } catch (IOException e) {
      throw new UsageException(
          "--state " + options.state() + " cannot be used: " + FileFailure.sentence(e));
    }
  }

  /// The port was free before Envoy took its own.
  private static AdminServer admin(UpOptions options, Map<String, Function<String, Answer>> pages)
      throws UsageException {
    try {
      return AdminServer.start(Ports.of("--admin", options.admin()), pages);
    } catch (IOException e) {
      throw new UsageException("--admin " + options.admin() + ": " + e.getMessage());
    }
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
      UpOptions options,
      Programs programs,
      StateFolder state,
      EventLoops loops,
      Signals signals,
      Owned owned)
      throws IOException, InterruptedException {
    var program = programs.redis();
    if (program != null) {
      var redis = EmbeddedRedis.start(program, state, CLOCK, signals::fail);
      owned.add(redis::end);
      return Books.embedded(redis, config(redis.uri(), options, loops), state, owned);
    }
    var url = options.redis();
    if (url == null) {
      throw new IllegalStateException("BUG: neither a Redis nor a program for one");
    }
    return Books.at(config(url, options, loops), state, owned);
  }

  private static RedisConfig config(URI url, UpOptions options, EventLoops loops) {
    return RedisConfig.of(url.toString())
        .withInstallation(options.installation())
        .withEventLoops(loops.group());
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
                          texts.getFirst(), texts.getLast(), CLOCK.instant()))));
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
            new ManagedEnvoy.Listen(
                options.listen().host(), options.listen().port(), listener(options)),
            new ManagedEnvoy.Limits(programs.envoyWorkers(), LIMITS.bodyBytesMax()),
            new ManagedEnvoy.Watch(CLOCK, signals::fail));
    owned.add(envoy::end);
    return envoy;
  }

  private static void awaitAcknowledged(AdsServer ads) throws IOException, InterruptedException {
    if (!ads.awaitAcknowledged(ACKNOWLEDGED_WITHIN)) {
      throw new IOException(
          "Envoy did not acknowledge its configuration in time " + ads.rejections());
    }
  }

  private static void announce(
      UpOptions options,
      StateFolder state,
      AdminServer admin,
      ManagedEnvoy.Running envoy,
      Books books)
      throws IOException {
    var listen = options.listenUrl(envoy.port());
    var endpoints =
        new Endpoints(
            listen,
            options.admin().withPort(admin.port()).url(),
            ProcessHandle.current().pid(),
            envoy.supervisor().pid(),
            books.redis());
    StateFolder.writePrivate(state.endpoints(), endpoints.json());
    System.out.println("ready " + listen);
    System.out.flush();
  }

  private static int ended(int code, String sentence) {
    System.err.println("sluice: " + sentence);
    return code;
  }
}
