package dev.sluice.standalone.serve;

import dev.sluice.extproc.Gateway;
import dev.sluice.standalone.envoy.EnvoyAdmin;
import dev.sluice.standalone.envoy.ManagedEnvoy;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The end in good order: no new requests, and those in flight may finish.
public final class Drain {

  private static final Logger LOG = LoggerFactory.getLogger(Drain.class);
  private static final Duration LOOK_EVERY = Duration.ofMillis(20);
  private static final Duration SETTLED_WITHIN = Duration.ofSeconds(5);

  private Drain() {}

  /// The Envoy that serves the gateway's clients.
  public interface Front {

    /// Whether it serves no client.
    boolean quiet() throws IOException;

    void end() throws IOException;

    /// One of our own.
    static Front of(ManagedEnvoy.Running envoy) {
      return new Front() {
        @Override
        public boolean quiet() throws IOException {
          return !envoy.supervisor().serving() || envoy.admin().activeRequests() == 0;
        }

        @Override
        public void end() throws IOException {
          envoy.end();
        }
      };
    }

    /// One beside this process, which ends by itself.
    static Front beside(EnvoyAdmin admin) {
      return new Front() {
        @Override
        public boolean quiet() {
          try {
            return admin.activeRequests() == 0;
          } catch (SocketException _) {
            return true; // Nobody listens: it has ended.
          } catch (IOException _) {
            return false; // It is slow, or ends just now: the next look tells.
          }
        }

        @Override
        public void end() {}
      };
    }
  }

  /// Ends Envoy once nothing is in flight, or `patience` is over; returns the exit code.
  public static int drain(Gateway gateway, Front envoy, Duration patience)
      throws IOException, InterruptedException {
    gateway.drain();
    LOG.atInfo().addKeyValue("inFlight", gateway.inFlight()).log("draining");
    if (await(envoy::quiet, patience)) {
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
