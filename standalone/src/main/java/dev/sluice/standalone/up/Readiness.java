package dev.sluice.standalone.up;

import dev.sluice.core.policy.SnapshotStore;
import dev.sluice.standalone.admin.Answer;
import dev.sluice.standalone.envoy.ManagedEnvoy;
import dev.sluice.xds.ads.AdsServer;

/// Whether requests are served: the policy is loaded, Envoy runs and has acknowledged its
/// configuration, the JVM is warm, and the gateway is not about to end.
final class Readiness {

  private final SnapshotStore store;
  private final AdsServer ads;
  private final ManagedEnvoy.Running envoy;
  private final Signals signals;

  /// While it is handed a change, Envoy goes on serving what it has acknowledged before.
  private boolean acknowledged;

  Readiness(SnapshotStore store, AdsServer ads, ManagedEnvoy.Running envoy, Signals signals) {
    this.store = store;
    this.ads = ads;
    this.envoy = envoy;
    this.signals = signals;
  }

  Answer answer() {
    if (signals.ending()) {
      return Answer.text(503, "draining");
    }
    if (!store.loaded()) {
      return Answer.text(503, "no policy yet");
    }
    return acknowledged()
        ? Answer.text(200, "ready")
        : Answer.text(503, "Envoy has not acknowledged its configuration");
  }

  private synchronized boolean acknowledged() {
    acknowledged = envoy.supervisor().serving() && (acknowledged || ads.acknowledged());
    return acknowledged;
  }
}
