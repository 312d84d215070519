package dev.sluice.standalone.gateway;

import dev.sluice.feed.PolicyWatch;
import dev.sluice.ledger.redis.RedisConfig;
import dev.sluice.standalone.envoy.ManagedEnvoy;
import dev.sluice.standalone.fetch.FetchException;
import dev.sluice.standalone.fetch.Parts;
import dev.sluice.standalone.serve.AdminPages;
import dev.sluice.standalone.serve.Drain;
import dev.sluice.standalone.serve.Ended;
import dev.sluice.standalone.serve.Endpoints;
import dev.sluice.standalone.serve.Owned;
import dev.sluice.standalone.serve.PodDrain;
import dev.sluice.standalone.serve.Ports;
import dev.sluice.standalone.serve.Readiness;
import dev.sluice.standalone.serve.Signals;
import dev.sluice.standalone.serve.Surroundings;
import dev.sluice.standalone.serve.UsageException;
import dev.sluice.standalone.socket.GrpcServer;
import dev.sluice.standalone.state.StateFolder;
import dev.sluice.standalone.tools.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The command gateway: from a published policy to the ready line, and back.
public final class GatewayCommand {

  private static final Duration LOOKED_EVERY = Duration.ofMillis(20);

  private GatewayCommand() {}

  /// Runs until a signal, and returns the exit code.
  public static int run(List<String> arguments) throws InterruptedException {
    if (arguments.contains("--help") || arguments.contains("-h")) {
      System.out.print(GatewayOptions.USAGE);
      return 0;
    }
    var environment = System.getenv();
    return Ended.run(
        owned -> serve(GatewayOptions.parse(arguments, environment), environment, owned));
  }

  private static int serve(GatewayOptions options, Map<String, String> environment, Owned owned)
      throws UsageException, FetchException, IOException, InterruptedException {
    var state = Surroundings.state(options.state(), owned);
    Ports.requireFree("--admin", options.admin());
    var workers = Surroundings.workers(environment);
    var around = Surroundings.open(state, workers, owned);
    var redis =
        RedisConfig.of(options.redis().toString())
            .withInstallation(options.installation())
            .withEventLoops(around.loops().group());
    var signals = around.signals();
    var books = owned.add(LateBooks.open(redis, state, around.store(), signals::fail));
    var gateway = around.gateway(books.ledger(), redis, owned);
    owned.add(GrpcServer.start(state.socket("grpc"), around.loops(), gateway.services()));
    var tools =
        GatewayTools.open(
            options, environment, redis, state, Tools.Around.of(around, books.ledger()));
    owned.add(tools);
    owned.add(
        PolicyWatch.start(
            redis,
            options.node(),
            state.root(),
            policy -> {
              books.serve(policy.snapshot());
              tools.policy(policy.snapshot());
            }));
    var envoy = envoy(options, environment, state, around, owned);
    var drain = new PodDrain(gateway, envoy.admin(), options.drain(), tools::drain);
    var readiness = new Readiness(signals, needs(around, envoy, drain));
    var pages =
        new AdminPages(readiness, around.meters(), around.store(), books.ledger(), books::figures);
    var admin = owned.add(pages.serve(options.admin(), drain));
    around.warmUp().await();
    if (awaitReady(readiness, signals)) {
      var listen = envoy.address();
      around.door().open(listen.ofOwn(options.scheme()));
      owned.add(() -> Files.deleteIfExists(state.endpoints()));
      new Endpoints(
              listen.url(options.scheme()),
              options.admin().withPort(admin.port()).url(),
              ProcessHandle.current().pid(),
              envoy.pid(),
              null)
          .announce(state);
    }
    return switch (signals.await()) {
      case Signals.Ending.Asked() -> {
        tools.drain();
        yield Drain.drain(gateway, envoy.front(), options.drain());
      }
      case Signals.Ending.Failed(var sentence) -> Ended.failed(sentence);
    };
  }

  private static GatewayEnvoy envoy(
      GatewayOptions options,
      Map<String, String> environment,
      StateFolder state,
      Surroundings around,
      Owned owned)
      throws UsageException, FetchException, IOException {
    if (options.envoy() == null) {
      return GatewayEnvoy.beside(options, state);
    }
    var program = new Parts(environment).envoy(options.envoy());
    ManagedEnvoy.endLeftover(state);
    Ports.requireFree("--listen", options.listen());
    var workers = Surroundings.workers(environment);
    return GatewayEnvoy.run(program, options, state, workers, around.signals()::fail, owned);
  }

  private static List<Readiness.Need> needs(
      Surroundings around, GatewayEnvoy envoy, PodDrain drain) {
    return List.of(
        new Readiness.Need("draining", () -> !drain.begun()),
        new Readiness.Need("no policy yet", around.store()::loaded),
        new Readiness.Need("the JVM is not warm yet", around.warmUp().task()::isDone),
        new Readiness.Need("Envoy has no configuration yet", envoy.admin()::ready));
  }

  /// Operator and Envoy may come later; false where the gateway is to end before.
  private static boolean awaitReady(Readiness readiness, Signals signals)
      throws InterruptedException {
    while (!readiness.holds()) {
      if (signals.ending()) {
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(LOOKED_EVERY.toMillis());
    }
    return true;
  }
}
