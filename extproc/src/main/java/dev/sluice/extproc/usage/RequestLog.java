package dev.sluice.extproc.usage;

import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.extproc.decode.Client;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.meter.Ending;
import dev.sluice.extproc.meter.Measured;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One wide line for each request, at its end. Never a body, and never a key.
public final class RequestLog {

  private static final Logger LOG = LoggerFactory.getLogger("dev.sluice.request");

  private RequestLog() {}

  public static void refused(
      String requestId, @Nullable KeyPolicy key, Client client, String kind, int status) {
    if (!LOG.isInfoEnabled()) {
      return;
    }
    LOG.atInfo()
        .addKeyValue("requestId", requestId)
        .addKeyValue("key", key == null ? null : key.name().label())
        .addKeyValue("sessionId", client.sessionId())
        .addKeyValue("status", status)
        .addKeyValue("outcome", "refused")
        .addKeyValue("refusal", kind)
        .log("request");
  }

  public static void ended(Exchange.Facts facts, Ending ending, Measured measured) {
    if (!LOG.isInfoEnabled()) {
      return;
    }
    var tokens = measured.tokens();
    LOG.atInfo()
        .addKeyValue("requestId", facts.requestId())
        .addKeyValue("upstreamRequestId", ending.readings().upstreamRequestId())
        .addKeyValue("key", facts.key().name().label())
        .addKeyValue("sessionId", facts.client().sessionId())
        .addKeyValue("agentId", facts.client().agentId())
        .addKeyValue("endpoint", facts.endpoint())
        .addKeyValue("modelAsked", facts.request().model())
        .addKeyValue("modelServed", facts.route().model().name())
        .addKeyValue("provider", facts.route().upstream().name().label())
        .addKeyValue("status", ending.status())
        .addKeyValue("outcome", measured.outcome().word())
        .addKeyValue("estimated", measured.estimated())
        .addKeyValue("input", tokens.input())
        .addKeyValue("output", tokens.output())
        .addKeyValue("cacheRead", tokens.cacheRead())
        .addKeyValue("cacheWrite5m", tokens.cacheWrite5m())
        .addKeyValue("cacheWrite1h", tokens.cacheWrite1h())
        .addKeyValue("costUsd", measured.cost().toUsd())
        .addKeyValue("firstByteMs", ending.firstByteMs())
        .addKeyValue("durationMs", ending.durationMs())
        .log("request");
  }
}
