package dev.sluice.mcp.serve.neighbour;

import dev.sluice.core.policy.ObjectName;
import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.rpc.MessageCodec;
import dev.sluice.mcp.rpc.MessageLimits;
import dev.sluice.mcp.rpc.RpcId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How much of what clients say goes on to other gateways, so that those of one key do not take the
/// room of all. Clients do not hear of what is dropped.
final class NewsRate {

  /// Answers and cancellations of one key in a second.
  static final int OF_KEY_MAX = 100;

  static final int ANSWER_BYTES_MAX = 1024 * 1024;
  static final int ID_CHARACTERS_MAX = 200;
  static final int REASON_CHARACTERS_MAX = 1_000;

  private static final Duration COMPLAINS_EVERY = Duration.ofMinutes(1);
  private static final MessageCodec CODEC = new MessageCodec(MessageLimits.STANDARD);
  private static final Logger LOG = LoggerFactory.getLogger(NewsRate.class);

  private final Map<ObjectName, Integer> told = new HashMap<>();
  private long second;
  private long dropped;
  private long complainedAt = System.nanoTime() - COMPLAINS_EVERY.toNanos();

  /// Whether one more of that key may be told now.
  synchronized boolean room(ObjectName key) {
    long now = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime());
    if (now != second) {
      second = now;
      told.clear();
    }
    int before = told.getOrDefault(key, 0);
    if (before < OF_KEY_MAX) {
      told.put(key, before + 1);
    }
    return kept(before < OF_KEY_MAX);
  }

  boolean fits(Message answer) {
    var id =
        switch (answer) {
          case Message.Answer(var known, _, _) -> Optional.of(known);
          case Message.Failure(var known, _, _) -> known;
          case Message.Request _, Message.Notification _ -> Optional.<RpcId>empty();
        };
    return id.map(this::fits).orElse(false) && kept(CODEC.write(answer).length <= ANSWER_BYTES_MAX);
  }

  boolean fits(RpcId id) {
    return kept(!(id instanceof RpcId.Named(var name)) || name.length() <= ID_CHARACTERS_MAX);
  }

  static String cut(String reason) {
    if (reason.length() <= REASON_CHARACTERS_MAX) {
      return reason;
    }
    // Not within a character of two halves.
    var half = Character.isHighSurrogate(reason.charAt(REASON_CHARACTERS_MAX - 1)) ? 1 : 0;
    return reason.substring(0, REASON_CHARACTERS_MAX - half);
  }

  private synchronized boolean kept(boolean fits) {
    if (!fits) {
      dropped++;
      long now = System.nanoTime();
      if (now - complainedAt >= COMPLAINS_EVERY.toNanos()) {
        complainedAt = now;
        LOG.warn(
            "clients say too much for other gateways: {} dropped since the last line", dropped);
        dropped = 0;
      }
    }
    return fits;
  }
}
