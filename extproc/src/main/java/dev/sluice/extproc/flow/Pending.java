package dev.sluice.extproc.flow;

import dev.sluice.extproc.watch.Watch;

/// What waits for what Java asked for.
public sealed interface Pending {

  /// The body is not judged yet, and no hold is taken.
  record Unread(Admission admission) implements Pending {}

  /// The request is sent, and its hold is extended while the answer passes.
  record Watched(Watch watch) implements Pending {}
}
