package dev.sluice.operator.lead;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Which of several operators writes: the holder of a Lease. All of them serve Envoy.
public final class Leadership implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);

  /// After a crash of the leader another one leads this much later at most.
  private static final Duration LEASE = Duration.ofSeconds(15);

  private static final Duration RENEWED_WITHIN = Duration.ofSeconds(10);
  private static final Duration TRIED_EVERY = Duration.ofSeconds(2);

  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private volatile boolean leads;
  private volatile boolean closed;
  private volatile @Nullable CompletableFuture<?> election;

  private Leadership() {}

  /// Takes part in the election.
  ///
  /// @param namespace of the Lease `sluice-operator-INSTALLATION`
  /// @param id this operator's, unlike any other's
  /// @param changed is called when this operator begins to lead
  public static Leadership seek(
      KubernetesClient client, String namespace, String installation, String id, Runnable changed) {
    var leadership = new Leadership();
    leadership.run(
        client, new LeaseLock(namespace, "sluice-operator-" + installation, id), changed);
    return leadership;
  }

  private void run(KubernetesClient client, LeaseLock lock, Runnable changed) {
    var callbacks =
        new LeaderCallbacks(
            () -> {
              leads = true;
              LOG.info("leads");
              changed.run();
            },
            () -> {
              leads = false;
              LOG.info("does not lead any longer");
            },
            _ -> {});
    var config =
        new LeaderElectionConfigBuilder()
            .withName(lock.describe())
            .withLock(lock)
            .withLeaseDuration(LEASE)
            .withRenewDeadline(RENEWED_WITHIN)
            .withRetryPeriod(TRIED_EVERY)
            .withReleaseOnCancel(true)
            .withLeaderCallbacks(callbacks)
            .build();
    elect(client, config);
  }

  /// An election ends when the lease is lost; then there is another one.
  private void elect(
      KubernetesClient client,
      io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfig config) {
    var round = client.leaderElector().withConfig(config).build().start();
    election = round;
    round.whenComplete(
        (_, _) -> {
          leads = false;
          if (!closed) {
            executor.execute(() -> elect(client, config));
          }
        });
  }

  public boolean leads() {
    return leads;
  }

  /// Gives the lease back, so that another operator leads at once.
  @Override
  public void close() {
    closed = true;
    var running = election;
    if (running != null) {
      running.cancel(true);
    }
    executor.close();
  }
}
