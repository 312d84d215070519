package dev.sluice.standalone.serve;

import dev.sluice.extproc.Gateway;
import dev.sluice.standalone.admin.Answer;
import dev.sluice.standalone.envoy.EnvoyAdmin;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Drains the gateway of a pod before its Envoy is ended.
///
/// This process gets its SIGTERM only after Envoy has ended, and Envoy ends at once on its own. So
/// whoever ends the pod asks here first, and waits for the answer. There is no way back: the pod is
/// to end.
public final class PodDrain {

  private static final Logger LOG = LoggerFactory.getLogger(PodDrain.class);

  /// How long requests may still be sent here, until every node knows that this pod is ending.
  private static final Duration REROUTED_WITHIN = Duration.ofSeconds(5);

  /// What the end of a drain may take beyond its patience.
  private static final Duration SLACK = Duration.ofSeconds(30);

  private final Gateway gateway;
  private final EnvoyAdmin envoy;
  private final Duration patience;
  private final Runnable streams;
  private volatile boolean begun;

  /// @param streams ends those that would last for ever
  public PodDrain(Gateway gateway, EnvoyAdmin envoy, Duration patience, Runnable streams) {
    this.gateway = gateway;
    this.envoy = envoy;
    this.patience = patience;
    this.streams = streams;
  }

  public boolean begun() {
    return begun;
  }

  Duration endedWithin() {
    return REROUTED_WITHIN.plus(patience).plus(SLACK);
  }

  /// Returns when no stream is left, or the patience is over.
  Answer answer() {
    begun = true;
    try {
      envoy.sendClientsAway();
      TimeUnit.MILLISECONDS.sleep(REROUTED_WITHIN.toMillis());
    } catch (IOException e) {
      LOG.warn("Envoy keeps its clients' connections: {}", e.getMessage());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return Answer.text(503, "the gateway ends");
    }
    return drained();
  }

  private Answer drained() {
    try {
      streams.run();
      Drain.drain(gateway, Drain.Front.beside(envoy), patience);
      return Answer.text(200, "drained");
    } catch (IOException e) {
      throw new IllegalStateException("BUG: an Envoy beside us is never unreadable", e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return Answer.text(503, "the gateway ends");
    }
  }
}
