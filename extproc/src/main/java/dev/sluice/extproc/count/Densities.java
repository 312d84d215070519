package dev.sluice.extproc.count;

import dev.sluice.core.policy.ObjectName;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.wire.anthropic.MessagesRequest;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// How many tokens a byte of a request is, for each model of a provider: learned from what was
/// billed, in memory.
public final class Densities {

  private static final int MODELS_MAX = 1_000;

  /// Below it, what a request has around its words outweighs them.
  private static final long LEARNED_BYTES_MIN = 16 << 10;

  /// Where so many bytes have come, all of them weigh half as much as what follows.
  private static final long LEARNED_BYTES_MAX = 16 << 20;

  /// Beyond these, something else was billed than the text.
  private static final long BYTES_A_TOKEN_MAX = 16;

  private record Of(ObjectName provider, String model) {
    static Of of(Exchange.Facts facts) {
      return new Of(facts.route().upstream().name(), facts.route().model().name());
    }
  }

  private record Billed(long bytes, long tokens) {

    Billed and(long moreBytes, long moreTokens) {
      var all = new Billed(bytes + moreBytes, tokens + moreTokens);
      return all.bytes <= LEARNED_BYTES_MAX ? all : new Billed(all.bytes / 2, all.tokens / 2);
    }
  }

  private final ConcurrentMap<Of, Billed> learned = new ConcurrentHashMap<>();

  /// Learns from a request whose input was told.
  ///
  /// @param tokens of its input in all
  public void learn(Exchange.Facts facts, long tokens) {
    var request = facts.request();
    long bytes = request.bodyBytes();
    boolean plausible = tokens <= bytes && tokens * BYTES_A_TOKEN_MAX >= bytes;
    boolean onlyText =
        request.media().equals(MessagesRequest.Media.NONE)
            && request.serverTools().equals(MessagesRequest.ServerTools.NONE);
    if (plausible && onlyText) {
      var of = Of.of(facts);
      if (learned.size() < MODELS_MAX || learned.containsKey(of)) {
        learned.merge(
            of, new Billed(bytes, tokens), (all, more) -> all.and(more.bytes(), more.tokens()));
      }
    }
  }

  /// The tokens of a text.
  ///
  /// @param hundredths of a byte that a token is where too little was learned
  long tokens(Exchange.Facts facts, long bytes, long hundredths) {
    var billed = learned.get(Of.of(facts));
    return billed == null || billed.bytes() < LEARNED_BYTES_MIN
        ? Math.ceilDiv(bytes * 100, hundredths)
        : Math.ceilDiv(bytes * billed.tokens(), billed.bytes());
  }
}
