package dev.sluice.standalone.up;

import dev.sluice.compiler.Compilation;
import dev.sluice.core.policy.Credentials;
import dev.sluice.core.policy.Snapshot;
import dev.sluice.core.policy.SnapshotStore;
import dev.sluice.ledger.keeper.ChangedWindows;
import dev.sluice.standalone.manifests.PolicyFeed;
import dev.sluice.xds.AdsServer;
import dev.sluice.xds.TrustStore;
import dev.sluice.xds.XdsResources;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/// Puts a snapshot into force without dropping a request: Envoy knows a provider before the policy
/// sends requests to it, and forgets it only after; and a changed window is not empty.
final class Publication implements PolicyFeed.Publisher, AutoCloseable {

  /// Envoy takes milliseconds; one that is away must not hold up a suspension.
  private static final Duration ACKNOWLEDGED_WITHIN = Duration.ofMillis(500);

  /// Requests that were admitted by the old policy have found their route by then.
  private static final Duration ROUTED_WITHIN = Duration.ofSeconds(3);

  private final AdsServer ads;
  private final SnapshotStore store;
  private final TrustStore trust;
  private final ChangedWindows changed;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final ReentrantLock lock = new ReentrantLock();
  private Credentials credentials = new Credentials(Map.of());

  Publication(AdsServer ads, SnapshotStore store, TrustStore trust, ChangedWindows changed) {
    this.ads = ads;
    this.store = store;
    this.trust = trust;
    this.changed = changed;
  }

  @Override
  public void publish(Compilation compilation) {
    lock.lock();
    try {
      if (store.loaded()) {
        replace(store.current(), compilation);
      } else {
        ads.publish(resources(compilation));
        changed.begin(compilation.snapshot().budgets());
        store.put(compilation.snapshot());
      }
      credentials = compilation.credentials();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  private void replace(Snapshot old, Compilation compilation) throws InterruptedException {
    var snapshot = compilation.snapshot();
    ads.publish(XdsResources.of(both(old, snapshot), both(compilation.credentials()), trust));
    ads.awaitAcknowledged(ACKNOWLEDGED_WITHIN);
    changed.change(old.budgets(), snapshot.budgets());
    store.put(snapshot);
    if (!snapshot.upstreams().keySet().containsAll(old.upstreams().keySet())) {
      Thread.ofVirtual().name("retire-providers").start(() -> retire(compilation));
    }
  }

  /// Takes from Envoy what the policy no longer has, unless a newer policy came meanwhile: that one
  /// has done it.
  private void retire(Compilation compilation) {
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
      if (store.current().version().equals(compilation.snapshot().version())) {
        ads.publish(resources(compilation));
      }
    } finally {
      lock.unlock();
    }
  }

  private XdsResources resources(Compilation compilation) {
    return XdsResources.of(compilation.snapshot(), compilation.credentials(), trust);
  }

  /// The new providers, and the old ones that are gone.
  private static Snapshot both(Snapshot old, Snapshot snapshot) {
    var upstreams = new TreeMap<>(old.upstreams());
    upstreams.putAll(snapshot.upstreams());
    return new Snapshot(snapshot.version(), snapshot.priceVersion(), snapshot.keys(), upstreams);
  }

  private Credentials both(Credentials added) {
    var values = new HashMap<>(credentials.values());
    values.putAll(added.values());
    return new Credentials(values);
  }

  @Override
  public void close() {
    closing.countDown();
  }
}
