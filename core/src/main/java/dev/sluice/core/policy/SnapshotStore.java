package dev.sluice.core.policy;

import org.jspecify.annotations.Nullable;

/// The snapshot in force: one reference, swapped whole.
public final class SnapshotStore {

  private volatile @Nullable Snapshot current;

  public void put(Snapshot snapshot) {
    current = snapshot;
  }

  /// @throws IllegalStateException before the first snapshot; nothing is served before that
  public Snapshot current() {
    var snapshot = current;
    if (snapshot == null) {
      throw new IllegalStateException("BUG: a request was served before the policy was loaded");
    }
    return snapshot;
  }

  public boolean loaded() {
    return current != null;
  }
}
