package dev.sluice.standalone.up;

import dev.sluice.compiler.Compilation;
import dev.sluice.core.policy.Snapshot;
import dev.sluice.core.policy.SnapshotStore;
import dev.sluice.ledger.keeper.ChangedWindows;
import dev.sluice.standalone.manifests.PolicyFeed;
import dev.sluice.standalone.serve.PatientStart;
import dev.sluice.standalone.tools.LateTools;
import dev.sluice.xds.ads.Rollout;

/// Puts a snapshot into force in this process, in step with Envoy; and a changed window is not
/// empty. Servers of tools follow.
final class Publication implements PolicyFeed.Publisher {

  private final Rollout rollout;
  private final SnapshotStore store;
  private final ChangedWindows changed;
  private final LateTools tools;

  Publication(Rollout rollout, SnapshotStore store, ChangedWindows changed, LateTools tools) {
    this.rollout = rollout;
    this.store = store;
    this.changed = changed;
    this.tools = tools;
  }

  @Override
  public void publish(Compilation compilation) {
    var snapshot = compilation.snapshot();
    try {
      rollout.publish(snapshot, compilation.credentials(), () -> put(snapshot));
      tools.secrets(compilation.toolSecrets());
      tools.policy(snapshot);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private Snapshot begun(Snapshot snapshot) throws InterruptedException {
    changed.begin(snapshot.budgets());
    return snapshot;
  }

  private void put(Snapshot snapshot) throws InterruptedException {
    if (store.loaded()) {
      changed.change(store.current().budgets(), snapshot.budgets());
    } else {
      var _ = PatientStart.answered(() -> begun(snapshot));
    }
    store.put(snapshot);
  }
}
