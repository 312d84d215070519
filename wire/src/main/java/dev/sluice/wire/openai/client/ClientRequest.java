package dev.sluice.wire.openai.client;

import dev.sluice.wire.conversation.Conversation;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// A request of a client that speaks one of OpenAI's languages.
///
/// @param fallbacks the models that it wants tried where the asked one fails
public record ClientRequest(Conversation conversation, Wanted wanted, List<String> fallbacks) {

  public ClientRequest {
    fallbacks = List.copyOf(fallbacks);
  }

  /// The most output tokens of a request that names no limit: what every model of the catalogue can
  /// write, and what Claude Code asks of a model that it does not know.
  static final long OUTPUT_TOKENS_OTHERWISE = 32_000;

  /// How the answer is to be written.
  public sealed interface Wanted {

    boolean stream();

    /// @param usage whether a stream's last chunk tells the usage
    record Chat(boolean stream, boolean usage) implements Wanted {}

    /// @param echo what of the request its answer repeats
    record Responses(boolean stream, ObjectNode echo) implements Wanted {}
  }
}
