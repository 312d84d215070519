package dev.sluice.extproc.usage;

import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.extproc.decode.Client;
import dev.sluice.extproc.decode.Endpoint;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.exchange.HoldNote;
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

  /// What is logged of a request whatever becomes of it.
  ///
  /// @param model that was asked for; null where it is not known
  public record Asked(
      String requestId,
      String method,
      String path,
      Client client,
      @Nullable KeyPolicy key,
      @Nullable String model) {}

  public static void refused(Asked asked, String kind, int status) {
    if (LOG.isInfoEnabled()) {
      line(asked, status)
          .addKeyValue("outcome", "refused")
          .addKeyValue("refusal", kind)
          .log("request");
    }
  }

  /// An attempt failed, and what was to follow was refused.
  public static void noneLeft(Exchange.Facts facts, String kind, int status) {
    LOG.atInfo()
        .addKeyValue("requestId", facts.requestId())
        .addKeyValue("key", facts.key().name().label())
        .addKeyValue("provider", facts.route().upstream().name().label())
        .addKeyValue("modelServed", facts.route().model().name())
        .addKeyValue("attempt", facts.attempt())
        .addKeyValue("status", status)
        .addKeyValue("outcome", "refused")
        .addKeyValue("refusal", kind)
        .log("request");
  }

  /// The gateway itself had the answer.
  public static void answered(Asked asked, int status) {
    if (LOG.isInfoEnabled()) {
      line(asked, status).addKeyValue("outcome", "answered").log("request");
    }
  }

  /// Envoy refused the request before the gateway saw it.
  public static void refusedByEnvoy(Ending ending) {
    LOG.atInfo()
        .addKeyValue("requestId", ending.requestId())
        .addKeyValue("status", ending.status())
        .addKeyValue("outcome", "refused")
        .addKeyValue("refusal", ending.details())
        .log("request");
  }

  private static LoggingEventBuilder line(Asked asked, int status) {
    var line = LOG.atInfo().addKeyValue("requestId", asked.requestId());
    line = with(line, "key", asked.key() == null ? null : asked.key().name().label());
    line = with(line, "sessionId", asked.client().sessionId());
    line = with(line, "agentId", asked.client().agentId());
    line = with(line, "modelAsked", asked.model());
    return line.addKeyValue("method", asked.method())
        .addKeyValue("path", asked.path())
        .addKeyValue("status", status);
  }

  /// @param added to what is posted, as in the usage record
  static void ended(
      Endpoint endpoint, HoldNote note, Ending ending, Measured measured, NanoUsd added) {
    if (!LOG.isInfoEnabled()) {
      return;
    }
    var tokens = measured.tokens();
    var line = LOG.atInfo().addKeyValue("requestId", note.requestId());
    line = with(line, "upstreamRequestId", ending.readings().upstreamRequestId());
    line = with(line, "owner", note.owner());
    line = with(line, "team", note.team());
    line = with(line, "sessionId", note.client().sessionId());
    line = with(line, "agentId", note.client().agentId());
    line = with(line, "parentAgentId", note.client().parentAgentId());
    line = with(line, "clientVersion", note.client().version());
    line = with(line, "credential", note.account());
    line = with(line, "firstByteMs", ending.firstByteMs());
    line.addKeyValue("key", note.key())
        .addKeyValue("endpoint", endpoint)
        .addKeyValue("modelAsked", note.modelAsked())
        .addKeyValue("modelServed", note.modelServed())
        .addKeyValue("provider", note.provider())
        .addKeyValue("status", ending.status())
        .addKeyValue("outcome", measured.outcome().word())
        .addKeyValue("estimated", measured.estimated())
        .addKeyValue("input", tokens.input())
        .addKeyValue("output", tokens.output())
        .addKeyValue("cacheRead", tokens.cacheRead())
        .addKeyValue("cacheWrite5m", tokens.cacheWrite5m())
        .addKeyValue("cacheWrite1h", tokens.cacheWrite1h())
        .addKeyValue("webSearches", tokens.webSearches())
        .addKeyValue("costUsd", added.toUsd())
        .addKeyValue("priceVersion", note.priceVersion())
        .addKeyValue("durationMs", ending.durationMs())
        .log("request");
  }

  /// What is absent is left out.
  private static LoggingEventBuilder with(
      LoggingEventBuilder line, String name, @Nullable Object value) {
    return value == null ? line : line.addKeyValue(name, value);
  }
}
