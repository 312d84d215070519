package dev.sluice.extproc.flow;

import dev.sluice.extproc.translate.WayBack;
import dev.sluice.extproc.watch.Watch;

/// What waits for what Java asked for.
public sealed interface Pending {

  /// The body is not judged yet, and no hold is taken.
  record Unread(Admission admission) implements Pending {}

  /// The request is sent in its provider's language, and its answer passes in the client's.
  record Translated(WayBack answer) implements Pending {}

  /// One of several attempts will have the answer.
  record Tried(Course course) implements Pending {}

  /// The body of an attempt after the first is to be changed, and only Envoy has it.
  ///
  /// @param place among those that Java was asked about
  record Again(Course course, int attempt, int place) implements Pending {}

  /// The request is sent, and its hold is extended while the answer passes.
  record Watched(Watch watch) implements Pending {}
}
