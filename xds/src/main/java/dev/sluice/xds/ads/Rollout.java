package dev.sluice.xds.ads;

import dev.sluice.core.policy.Snapshot;
import dev.sluice.core.provider.Credentials;
import dev.sluice.xds.TrustStore;
import dev.sluice.xds.XdsResources;
import dev.sluice.xds.tls.ListenerCertificate;
import dev.sluice.xds.token.AccessTokens;
import java.time.Duration;
import java.util.HashMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Puts snapshots in force without dropping a request: Envoy knows a provider before the policy
/// sends requests to it, and forgets it only after.
public final class Rollout implements AutoCloseable {

  /// Envoy takes milliseconds; one that is away must not hold up a suspension.
  private static final Duration ACKNOWLEDGED_WITHIN = Duration.ofMillis(500);

  /// Requests that were admitted by the old policy have found their route by then.
  private static final Duration ROUTED_WITHIN = Duration.ofSeconds(3);

  private final AdsServer ads;
  private final TrustStore trust;
  private final AccessTokens tokens = new AccessTokens(System.getenv(), this::resend);
  private final CountDownLatch closing = new CountDownLatch(1);
  private final ReentrantLock lock = new ReentrantLock();

  /// What Envoys have: the policy in force, and what earlier ones had a moment ago.
  private @Nullable Policy handed;

  private @Nullable Policy inForce;
  private @Nullable ListenerCertificate certificate;

  private record Policy(Snapshot snapshot, Credentials credentials) {

    /// The next policy, and what only this one has.
    Policy with(Policy next) {
      var upstreams = new TreeMap<>(snapshot.upstreams());
      upstreams.putAll(next.snapshot.upstreams());
      var values = new HashMap<>(credentials.values());
      values.putAll(next.credentials.values());
      var news = next.snapshot;
      return new Policy(
          new Snapshot(
              news.version(),
              news.priceVersion(),
              news.keys(),
              upstreams,
              news.servers(),
              news.apiServers()),
          new Credentials(values));
    }

    boolean isWithin(Policy next) {
      return next.snapshot.upstreams().keySet().containsAll(snapshot.upstreams().keySet());
    }
  }

  /// Puts the policy itself in force, between the two steps of Envoy.
  ///
  /// @param <E> thrown where the old policy stays in force
  @FunctionalInterface
  public interface Step<E extends Exception> {
    void run() throws E, InterruptedException;
  }

  public Rollout(AdsServer ads, TrustStore trust) {
    this.ads = ads;
    this.trust = trust;
  }

  /// Returns once the policy is in force; what it no longer has goes from Envoy later.
  ///
  /// @throws IllegalArgumentException where a provider's credential has no value; nothing changed
  /// @throws E as the step did: the policy before stays in force, and Envoy keeps what it needs
  public <E extends Exception> void publish(
      Snapshot snapshot, Credentials credentials, Step<E> step) throws E, InterruptedException {
    lock.lockInterruptibly();
    try {
      var next = new Policy(snapshot, credentials);
      var both = handed == null ? next : handed.with(next);
      tokens.keep(both.credentials);
      var _ = resources(next); // fails here, if at all
      send(both);
      if (ads.connected()) {
        ads.awaitAcknowledged(ACKNOWLEDGED_WITHIN);
      }
      step.run();
      inForce = next;
      if (!both.isWithin(next)) {
        Thread.ofVirtual().name("retire-providers").start(() -> retire(next));
      }
    } finally {
      lock.unlock();
    }
  }

  /// What a listener with TLS shows from now on; streams go on with what they began with.
  public void certificate(ListenerCertificate next) {
    lock.lock();
    try {
      certificate = next;
      resend();
    } finally {
      lock.unlock();
    }
  }

  /// What Envoys have, with what has changed beside the policy: a certificate, an access token.
  private void resend() {
    lock.lock();
    try {
      if (handed != null) {
        send(handed);
      }
    } finally {
      lock.unlock();
    }
  }

  /// Takes from Envoy what the policy no longer has, unless a newer one came meanwhile: that one
  /// will do it.
  private void retire(Policy policy) {
    try {
      if (closing.await(ROUTED_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return;
    }
    lock.lock();
    try {
      if (policy.equals(inForce)) {
        send(policy);
      }
    } finally {
      lock.unlock();
    }
  }

  private XdsResources resources(Policy policy) {
    return XdsResources.of(policy.snapshot, tokens.shown(policy.credentials), trust);
  }

  private void send(Policy policy) {
    var resources = resources(policy);
    ads.publish(certificate == null ? resources : resources.with(certificate));
    handed = policy;
  }

  /// Nothing is taken from Envoy any more, and no token is renewed.
  @Override
  public void close() {
    tokens.close();
    closing.countDown();
  }
}
