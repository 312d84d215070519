package dev.sluice.extproc.degrade;

import dev.sluice.core.policy.ObjectName;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.wire.anthropic.RequestShape;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/// Remembers which model took over a conversation, so that it stays with it: its thoughts are
/// signed for that model, and its prompt is cached there. It is this process' own: another gateway,
/// or this one after a restart, knows nothing.
final class Conversations {

  /// Of one session: the main one and its side requests differ in their first message.
  ///
  /// @param digest of the first message
  record Conversation(ObjectName key, String sessionId, @Nullable String agentId, String digest) {

    /// Null for a client that does not name its session: its next turn could not be told from
    /// another one's.
    static @Nullable Conversation of(Exchange.Facts facts, RequestShape shape) {
      var client = facts.client();
      return client.sessionId() == null
          ? null
          : new Conversation(
              facts.key().name(), client.sessionId(), client.agentId(), shape.conversation());
    }
  }

  private final int conversationsMax;

  // In order of use: the first one is the longest unused.
  private final LinkedHashMap<Conversation, String> models = new LinkedHashMap<>(16, 0.75f, true);

  Conversations(int conversationsMax) {
    this.conversationsMax = conversationsMax;
  }

  /// The model that took it over; null for one that nobody did.
  synchronized @Nullable String model(Conversation conversation) {
    return models.get(conversation);
  }

  synchronized void put(Conversation conversation, String model) {
    models.put(conversation, model);
    if (models.size() > conversationsMax) {
      models.pollFirstEntry();
    }
  }

  /// Another model has it now.
  synchronized void remove(Conversation conversation) {
    models.remove(conversation);
  }

  synchronized boolean isEmpty() {
    return models.isEmpty();
  }
}
