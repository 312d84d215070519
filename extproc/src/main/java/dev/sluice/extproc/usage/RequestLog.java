package dev.sluice.extproc.usage;

import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.extproc.decode.Client;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.meter.Ending;
import dev.sluice.extproc.meter.Measured;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/// One wide line for each request, at its end. Never a body, and never a key.
public final class RequestLog {

  private static final Logger LOG = LoggerFactory.getLogger("dev.sluice.request");

  private RequestLog() {}

  public static void refused(
      String requestId, @Nullable KeyPolicy key, Client client, String kind, int status) {
    if (!LOG.isInfoEnabled()) {
      return;
    }
    var line = LOG.atInfo().addKeyValue("requestId", requestId);
    line = with(line, "key", key == null ? null : key.name().label());
    line = with(line, "sessionId", client.sessionId());
    line.addKeyValue("status", status)
        .addKeyValue("outcome", "refused")
        .addKeyValue("refusal", kind)
        .log("request");
  }

  public static void ended(Exchange.Facts facts, Ending ending, Measured measured) {
    if (!LOG.isInfoEnabled()) {
      return;
    }
    var tokens = measured.tokens();
    var line = LOG.atInfo().addKeyValue("requestId", facts.requestId());
    line = with(line, "upstreamRequestId", ending.readings().upstreamRequestId());
    line = with(line, "sessionId", facts.client().sessionId());
    line = with(line, "agentId", facts.client().agentId());
    line = with(line, "firstByteMs", ending.firstByteMs());
    line.addKeyValue("key", facts.key().name().label())
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
        .addKeyValue("durationMs", ending.durationMs())
        .log("request");
  }

  /// What is absent is left out.
  private static LoggingEventBuilder with(
      LoggingEventBuilder line, String name, @Nullable Object value) {
    return value == null ? line : line.addKeyValue(name, value);
  }
}
