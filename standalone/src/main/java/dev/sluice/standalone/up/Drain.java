package dev.sluice.standalone.up;

import dev.sluice.extproc.Gateway;
import dev.sluice.standalone.envoy.ManagedEnvoy;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The end in good order: no new requests, and those in flight may finish.
final class Drain {

  private static final Logger LOG = LoggerFactory.getLogger(Drain.class);
  private static final Duration LOOK_EVERY = Duration.ofMillis(20);
  private static final Duration SETTLED_WITHIN = Duration.ofSeconds(5);

  private Drain() {}

  /// Ends Envoy once nothing is in flight, or `patience` is over; returns the exit code.
  static int drain(Gateway gateway, ManagedEnvoy.Running envoy, Duration patience)
      throws IOException, InterruptedException {
    gateway.drain();
    LOG.atInfo().addKeyValue("inFlight", gateway.inFlight()).log("draining");
    if (await(() -> quiet(envoy), patience)) {
      // What is still open then is being settled, or was lost with an Envoy that crashed.
      await(() -> gateway.inFlight() == 0, SETTLED_WITHIN);
    } else {
      LOG.atWarn().addKeyValue("inFlight", gateway.inFlight()).log("cutting what is in flight");
    }
    envoy.end();
    await(() -> gateway.inFlight() == 0, SETTLED_WITHIN);
    LOG.atInfo().addKeyValue("inFlight", gateway.inFlight()).log("drained");
    return 0;
  }

  /// Whether Envoy serves no client.
  private static boolean quiet(ManagedEnvoy.Running envoy) throws IOException {
    return !envoy.supervisor().serving() || envoy.admin().activeRequests() == 0;
  }

  /// Says something of the moment.
  private interface Condition {
    boolean holds() throws IOException;
  }

  private static boolean await(Condition condition, Duration patience)
      throws IOException, InterruptedException {
    var deadline = System.nanoTime() + patience.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_EVERY.toMillis());
    }
    return true;
  }
}
