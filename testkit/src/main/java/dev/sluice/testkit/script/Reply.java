package dev.sluice.testkit.script;

import dev.sluice.testkit.http.Ending;
import java.util.List;

/// What the provider answers.
public sealed interface Reply {

  /// A message, streamed or whole as the request asked.
  ///
  /// @param tokensMax where it stops as if the request had asked for that `max_tokens`
  record Message(List<Block> blocks, long tokensMax) implements Reply {
    public Message {
      blocks = List.copyOf(blocks);
    }
  }

  /// An error status with the API's envelope.
  record Failure(int status, String type, String message) implements Reply {}

  /// Any status with any body, such as the page of a proxy in between.
  record Page(int status, String contentType, String body) implements Reply {}

  /// No answer at all: the connection ends.
  record HangUp(Ending ending) implements Reply {}
}
