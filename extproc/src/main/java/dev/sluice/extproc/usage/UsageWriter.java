package dev.sluice.extproc.usage;

import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.usage.UsageRecord;
import dev.sluice.core.usage.UsageSink;
import dev.sluice.extproc.decode.Endpoint;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.meter.Ending;
import dev.sluice.extproc.meter.Measured;
import dev.sluice.extproc.metrics.Meters;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Records what an exchange used; a count of tokens uses nothing, and leaves no record.
public final class UsageWriter {

  private static final Logger LOG = LoggerFactory.getLogger(UsageWriter.class);

  private final UsageSink sink;
  private final Meters meters;

  public UsageWriter(UsageSink sink, Meters meters) {
    this.sink = sink;
    this.meters = meters;
  }

  public void refusedByEnvoy(Ending ending) {
    meters.refused("envoy");
    RequestLog.refusedByEnvoy(ending);
  }

  public void write(Exchange.Facts facts, Ending ending, Measured measured) {
    count(facts, ending, measured);
    if (facts.endpoint() == Endpoint.COUNT_TOKENS) {
      return;
    }
    try {
      sink.write(record(facts, ending, measured));
    } catch (RuntimeException e) {
      // The sink is not ours: the exchange is settled, and the next one must still be served.
      meters.lostUsage();
      LOG.error("the usage of {} could not be written", facts.requestId(), e);
    }
  }

  private void count(Exchange.Facts facts, Ending ending, Measured measured) {
    var provider = facts.route().upstream().name().label();
    var model = facts.route().model().name();
    meters.ended(provider, model, measured.outcome().word(), ending.durationMs());
    meters.used(provider, model, measured.tokens(), measured.cost());
    var firstByteMs = ending.firstByteMs();
    if (firstByteMs != null) {
      meters.firstByte(firstByteMs);
    }
    if (measured.estimated()) {
      meters.estimated();
    }
  }

  private static UsageRecord record(Exchange.Facts facts, Ending ending, Measured measured) {
    var client = facts.client();
    var route = facts.route();
    return new UsageRecord(
        facts.startedAt(),
        facts.requestId(),
        ending.readings().upstreamRequestId(),
        facts.key().name().label(),
        facts.key().owner(),
        label(facts.key().team()),
        client.sessionId(),
        client.agentId(),
        client.parentAgentId(),
        client.version(),
        facts.request().model(),
        route.model().name(),
        route.upstream().name().label(),
        measured.tokens(),
        measured.cost(),
        facts.priceVersion(),
        ending.firstByteMs(),
        ending.durationMs(),
        measured.outcome(),
        measured.estimated());
  }

  private static @Nullable String label(@Nullable ObjectName name) {
    return name == null ? null : name.label();
  }
}
