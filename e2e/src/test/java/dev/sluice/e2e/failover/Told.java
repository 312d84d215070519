package dev.sluice.e2e.failover;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// What a client was told in answer to a request.
sealed interface Told {

  /// A whole message.
  record Message(List<ObjectNode> blocks, String stopReason) implements Told {}

  /// An answer that began and did not end.
  ///
  /// @param blocks that had ended
  record Broken(List<ObjectNode> blocks) implements Told {}

  /// An error in the place of an answer.
  ///
  /// @param pause for so long before the request is sent again; null where that is not to be
  record Failed(int status, String text, @Nullable Duration pause) implements Told {}
}
