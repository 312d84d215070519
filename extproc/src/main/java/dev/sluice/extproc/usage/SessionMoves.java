package dev.sluice.extproc.usage;

import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.price.Tokens;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.meter.Measured;
import dev.sluice.extproc.metrics.Meters;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells when what a session asks for is served elsewhere than before, at another provider or
/// account, or by another model, and what that costs: the prompt cache stays behind, and all that
/// would have been read from it is read anew.
///
/// It is this process' own memory: a move between two gateways, or over a restart, is not seen. The
/// name that is asked is a part of what is remembered, since Claude Code asks for several models in
/// one session, and a developer may choose another; and so is the number of tools, since a prompt
/// begins with them: with others there is nothing to read from a cache.
final class SessionMoves {

  private static final Logger LOG = LoggerFactory.getLogger(SessionMoves.class);

  private record Run(
      ObjectName key, String sessionId, @Nullable String agentId, String asked, long tools) {}

  /// @param inputTokens that its last answer was billed, all of them
  private record Stay(ObjectName provider, String account, String model, long inputTokens) {}

  private final Meters meters;
  private final int runsMax;

  // In order of use: the first one is the longest unused.
  private final LinkedHashMap<Run, Stay> stays = new LinkedHashMap<>(16, 0.75f, true);

  SessionMoves(Meters meters, int runsMax) {
    this.meters = meters;
    this.runsMax = runsMax;
  }

  /// An exchange ended. One whose tokens are not known for certain tells nothing.
  void ended(Exchange.Facts facts, Measured measured) {
    var client = facts.client();
    var tokens = measured.tokens();
    if (client.sessionId() == null || measured.estimated() || tokens.inputInAll() == 0) {
      return;
    }
    var asked = facts.request().model();
    long tools = facts.request().tools();
    var run = new Run(facts.key().name(), client.sessionId(), client.agentId(), asked, tools);
    var route = facts.route();
    var now =
        new Stay(
            route.upstream().name(), route.account(), route.model().name(), tokens.inputInAll());
    var before = put(run, now);
    if (before != null && !isSame(before, now)) {
      tell(run, before, now, lost(facts, tokens, before.inputTokens()));
    }
  }

  private synchronized @Nullable Stay put(Run run, Stay now) {
    var before = stays.put(run, now);
    if (stays.size() > runsMax) {
      stays.pollFirstEntry();
    }
    return before;
  }

  private static boolean isSame(Stay before, Stay now) {
    return before.account().equals(now.account()) && before.model().equals(now.model());
  }

  /// By how much the request would have been cheaper, had the cache had what the request before it
  /// read.
  private static NanoUsd lost(Exchange.Facts facts, Tokens tokens, long before) {
    long missed = Math.max(Math.min(before, tokens.inputInAll()) - tokens.cacheRead(), 0);
    var price = facts.route().price();
    return price.cost(tokens).minus(price.cost(tokens.fromCache(missed))).max(NanoUsd.ZERO);
  }

  private void tell(Run run, Stay before, Stay now, NanoUsd lost) {
    meters.moved(before.provider().label(), now.provider().label(), lost);
    LOG.atInfo()
        .addKeyValue("key", run.key().label())
        .addKeyValue("sessionId", run.sessionId())
        .addKeyValue("agentId", run.agentId())
        .addKeyValue("modelAsked", run.asked())
        .addKeyValue("providerBefore", before.provider().label())
        .addKeyValue("credentialBefore", before.account())
        .addKeyValue("modelBefore", before.model())
        .addKeyValue("provider", now.provider().label())
        .addKeyValue("credential", now.account())
        .addKeyValue("modelServed", now.model())
        .addKeyValue("lostUsd", lost.toUsd())
        .log("a session went on elsewhere, without its prompt cache");
  }
}
