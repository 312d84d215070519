package dev.sluice.standalone.serve;

import dev.sluice.core.mcp.Admissions;
import dev.sluice.core.policy.SnapshotStore;
import dev.sluice.extproc.Gateway;
import dev.sluice.extproc.GatewayConfig;
import dev.sluice.feed.Ejections;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.redis.RedisConfig;
import dev.sluice.standalone.count.FrontDoor;
import dev.sluice.standalone.failure.FileFailure;
import dev.sluice.standalone.socket.EventLoops;
import dev.sluice.standalone.state.StateFolder;
import dev.sluice.standalone.state.StateLock;
import dev.sluice.standalone.usage.UsageLog;
import dev.sluice.standalone.warm.BackgroundWarmUp;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;

/// What the request flow has around it, wherever its policy comes from.
public record Surroundings(
    Signals signals,
    EventLoops loops,
    BackgroundWarmUp warmUp,
    UsageLog usage,
    FrontDoor door,
    SnapshotStore store,
    Admissions admissions,
    PrometheusRegistry meters) {

  public static final InstantSource CLOCK = InstantSource.system();
  public static final GatewayConfig LIMITS = GatewayConfig.DEFAULT;

  private static final String WORKERS = "SLUICE_ENVOY_CONCURRENCY";

  /// @param workers threads of network input and output
  public static Surroundings open(StateFolder state, int workers, Owned owned) throws IOException {
    var signals = Signals.install();
    var loops = owned.add(EventLoops.start(workers));
    var warmUp = BackgroundWarmUp.start(loops, state.socket("warm-up"));
    // Open until after the ledger is closed: ends that waited for it are recorded then.
    var usage = owned.add(new UsageLog(state.usage(), UsageLog.Limits.DEFAULT, CLOCK));
    var door = owned.add(new FrontDoor());
    return new Surroundings(
        signals,
        loops,
        warmUp,
        usage,
        door,
        new SnapshotStore(),
        new Admissions(),
        new PrometheusRegistry());
  }

  /// The request flow itself. Whom it leaves alone it tells the others of its installation, and
  /// hears of them.
  public Gateway gateway(Ledger ledger, RedisConfig redis, Owned owned) {
    var ejections = owned.add(Ejections.of(redis));
    var outside = new Gateway.Outside(ledger, usage, door, ejections::tell, admissions);
    var gateway = owned.add(Gateway.create(store, outside, CLOCK, LIMITS, meters));
    ejections.start(gateway.health()::eject);
    return gateway;
  }

  /// The state folder, for this process alone.
  public static StateFolder state(Path root, Owned owned) throws UsageException {
    try {
      var state = StateFolder.open(root);
      owned.add(state::close);
      owned.add(
          StateLock.take(state.root())
              .orElseThrow(
                  () -> new UsageException("--state " + root + " is in use by another sluice")));
      return state;
    } catch (IOException e) {
      throw new UsageException("--state " + root + " cannot be used: " + FileFailure.sentence(e));
    }
  }

  /// Threads of Envoy, and of ours: as many as the machine has cores, unless the environment says
  /// otherwise.
  public static int workers(Map<String, String> environment) throws UsageException {
    var text = environment.get(WORKERS);
    if (text == null) {
      return Runtime.getRuntime().availableProcessors();
    }
    if (!text.matches("[1-9]\\d{0,2}")) {
      throw new UsageException(WORKERS + ": " + text + " (expected: 1..999)");
    }
    return Integer.parseInt(text);
  }
}
