package dev.sluice.standalone.gateway;

import dev.sluice.core.mcp.ToolSecrets;
import dev.sluice.proto.tools.v1.ToolSecretsServiceGrpc;
import dev.sluice.proto.tools.v1.WatchRequest;
import dev.sluice.xds.tls.MutualTlsClient;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes the secrets of servers of tools from the operator, at each change. While the operator is
/// away, those of before stay in force.
public final class ToolSecretsWatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ToolSecretsWatch.class);

  /// How long it waits before it connects again; twice as long each time that failed.
  private static final Duration AGAIN_AFTER_MIN = Duration.ofMillis(250);

  private static final Duration AGAIN_AFTER_MAX = Duration.ofSeconds(10);

  private final MutualTlsClient operator;
  private final WatchRequest request;
  private final Consumer<ToolSecrets> taken;
  private final CountDownLatch closing = new CountDownLatch(1);
  private Duration againAfter = AGAIN_AFTER_MIN;

  private ToolSecretsWatch(
      MutualTlsClient operator, WatchRequest request, Consumer<ToolSecrets> taken) {
    this.operator = operator;
    this.request = request;
    this.taken = taken;
  }

  /// Asks in the background.
  ///
  /// @param operator is closed with this
  /// @param node the name of this gateway
  /// @param taken is given whole sets, one after another
  public static ToolSecretsWatch start(
      MutualTlsClient operator, String installation, String node, Consumer<ToolSecrets> taken) {
    var request = WatchRequest.newBuilder().setInstallation(installation).setNode(node).build();
    var watch = new ToolSecretsWatch(operator, request, taken);
    Thread.ofVirtual().name("tool-secrets").start(watch::run);
    return watch;
  }

  private void run() {
    try {
      do {
        watchOnce();
      } while (!closing.await(againAfter.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void watchOnce() {
    try {
      var sets = ToolSecretsServiceGrpc.newBlockingStub(operator.channel()).watch(request);
      while (sets.hasNext()) {
        var secrets = new ToolSecrets(sets.next().getValuesMap());
        againAfter = AGAIN_AFTER_MIN;
        LOG.debug("secrets of servers of tools: {}", secrets);
        taken.accept(secrets);
      }
    } catch (StatusRuntimeException e) {
      if (closing.getCount() > 0) {
        var longer = againAfter.multipliedBy(2);
        againAfter = longer.compareTo(AGAIN_AFTER_MAX) > 0 ? AGAIN_AFTER_MAX : longer;
        LOG.debug("the operator tells no secrets of servers of tools: {}", e.getStatus());
      }
    }
  }

  @Override
  public void close() {
    closing.countDown();
    operator.close();
  }
}
