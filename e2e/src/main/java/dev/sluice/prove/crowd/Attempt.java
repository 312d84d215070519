package dev.sluice.prove.crowd;

import java.time.Duration;

/// What came of sending a request once.
sealed interface Attempt {

  record Over(End end) implements Attempt {}

  /// To be sent again to the same gateway.
  record Later(Duration pause) implements Attempt {}

  /// To be sent again to the other gateway: this one is dead, or says that it cannot.
  record Elsewhere(Duration pause) implements Attempt {}
}
