package dev.sluice.extproc.reserve;

import dev.sluice.core.policy.ObjectName;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.wire.anthropic.BodyOutline;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Remembers what the last requests of each session looked like, and what the provider counted for
/// them. It is this process' own: another gateway, or this one after a restart, knows nothing and
/// has the loose bound.
///
/// A client that names no session has one for each key. That a client names the wrong one does no
/// harm: whatever is remembered is compared with the body, and is true of any.
final class SessionMemory {

  /// A session has side requests (a title, a summary) that look different from its conversation.
  private static final int CONVERSATIONS_MAX = 4;

  /// One request takes at most this part of the memory.
  private static final int SHARE = 16;

  /// Whose tokens can be compared: one tokenizer, and one owner.
  record Session(
      ObjectName key,
      @Nullable String sessionId,
      @Nullable String agentId,
      ObjectName provider,
      URI endpoint,
      String model) {

    static Session of(Exchange.Facts facts) {
      var route = facts.route();
      return new Session(
          facts.key().name(),
          facts.client().sessionId(),
          facts.client().agentId(),
          route.upstream().name(),
          route.upstream().endpoint(),
          route.model().upstreamName());
    }
  }

  /// A request that was answered.
  ///
  /// @param inputTokens all that were billed
  record Answered(BodyOutline outline, long inputTokens) {}

  private final int sessionsMax;
  private final long bytesMax;

  // In order of use: the first one is the longest unused.
  private final LinkedHashMap<Session, List<Answered>> sessions =
      new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  SessionMemory(int sessionsMax, long bytesMax) {
    this.sessionsMax = sessionsMax;
    this.bytesMax = bytesMax;
  }

  synchronized List<Answered> of(Session session) {
    return sessions.getOrDefault(session, List.of());
  }

  /// Takes the place of the request that this one goes on from.
  synchronized void add(Session session, Answered answered) {
    if (answered.outline().bytes() > bytesMax / SHARE) {
      return;
    }
    var kept = new ArrayList<Answered>(CONVERSATIONS_MAX);
    for (var earlier : of(session)) {
      if (!answered.outline().continues(earlier.outline())) {
        kept.add(earlier);
      }
    }
    kept.add(answered);
    if (kept.size() > CONVERSATIONS_MAX) {
      kept.removeFirst();
    }
    bytes += bytes(kept) - bytes(of(session));
    sessions.put(session, List.copyOf(kept));
    while (sessions.size() > sessionsMax || bytes > bytesMax) {
      bytes -= bytes(sessions.pollFirstEntry().getValue());
    }
  }

  private static long bytes(List<Answered> some) {
    return some.stream().mapToLong(answered -> answered.outline().bytes()).sum();
  }

  synchronized long bytes() {
    return bytes;
  }
}
