package dev.sluice.extproc.usage;

import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.price.Tokens;
import dev.sluice.core.usage.ToolNote;
import dev.sluice.core.usage.UsageRecord;
import dev.sluice.core.usage.UsageSink;
import dev.sluice.extproc.decode.Endpoint;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.exchange.HoldNote;
import dev.sluice.extproc.meter.Ending;
import dev.sluice.extproc.meter.Measured;
import dev.sluice.extproc.metrics.Meters;
import dev.sluice.ledger.ExpiredHold;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Records what an exchange used; a count of tokens uses nothing, and leaves no record.
///
/// The costs of all records are what the ledger has posted: a cost that comes after the hold has
/// expired is recorded as the difference.
public final class UsageWriter {

  private static final Logger LOG = LoggerFactory.getLogger(UsageWriter.class);

  /// A few hundred bytes each.
  private static final int RUNS_MAX = 16_384;

  private final UsageSink sink;
  private final Meters meters;
  private final SessionMoves moves;

  public UsageWriter(UsageSink sink, Meters meters) {
    this.sink = sink;
    this.meters = meters;
    this.moves = new SessionMoves(meters, RUNS_MAX);
  }

  public void refusedByEnvoy(Ending ending) {
    meters.refused("envoy");
    RequestLog.refusedByEnvoy(ending);
  }

  /// @param added by this exchange to what is posted: its cost, but where its hold had expired
  public void write(Exchange.Facts facts, Ending ending, Measured measured, NanoUsd added) {
    var note = HoldNote.of(facts);
    var instead = facts.route().insteadOf();
    if (instead != null) {
      meters.degraded(note.provider(), instead.name(), note.modelServed());
    }
    count(note, ending, measured);
    if (facts.endpoint() == Endpoint.MESSAGES) {
      moves.ended(facts, measured);
    }
    if (facts.endpoint().isBilled()) {
      write(record(facts.startedAt(), note, ending, measured, added));
    }
    RequestLog.ended(facts.endpoint(), note, ending, measured, added);
  }

  /// Of an exchange of another gateway, of which only the hold is known.
  ///
  /// @param added to what is posted, as above
  public void write(
      Instant startedAt, HoldNote note, Ending ending, Measured measured, NanoUsd added) {
    count(note, ending, measured);
    write(record(startedAt, note, ending, measured, added));
    RequestLog.ended(Endpoint.MESSAGES, note, ending, measured, added);
  }

  /// What was posted for a hold whose end nobody told. What was carried over is in the records of
  /// others already.
  public void writeExpired(ExpiredHold hold) {
    if (hold.carried()) {
      LOG.warn("{} expired: {} stay posted", hold.id(), hold.amount());
      return;
    }
    meters.expired(hold.amount());
    ToolNote.parse(hold.note())
        .ifPresentOrElse(note -> writeExpired(hold, note), () -> writeExpiredExchange(hold));
  }

  /// Whoever made the call may have been another gateway, and the server may have done it.
  private void writeExpired(ExpiredHold hold, ToolNote note) {
    logExpired(hold, note.key());
    write(note.requestId(), () -> sink.write(note.unconfirmed(hold.createdAt(), hold.amount())));
  }

  private void writeExpiredExchange(ExpiredHold hold) {
    var note = HoldNote.parse(hold.note(), hold.id());
    logExpired(hold, note.key());
    write(record(hold, note));
  }

  private static void logExpired(ExpiredHold hold, String key) {
    LOG.atWarn()
        .addKeyValue("hold", hold.id())
        .addKeyValue("key", key)
        .addKeyValue("costUsd", hold.amount().toUsd())
        .addKeyValue("limits", hold.limits())
        .log("a hold expired, and is posted in full");
  }

  /// An exchange whose end nobody told.
  ///
  /// @param posted for it here; zero where its hold expires
  public void writeForgotten(Exchange.Facts facts, NanoUsd posted) {
    meters.forgotten();
    if (!posted.equals(NanoUsd.ZERO)) {
      var all = new ExpiredHold(facts.holdName(), posted, facts.startedAt(), "", List.of());
      write(record(all, HoldNote.of(facts)));
    }
  }

  private void write(UsageRecord usage) {
    write(usage.requestId(), () -> sink.write(usage));
  }

  private void write(String requestId, Runnable writing) {
    try {
      writing.run();
    } catch (RuntimeException e) {
      // The sink is not ours: the exchange is settled, and the next one must still be served.
      meters.lostUsage();
      LOG.error("the usage of {} could not be written", requestId, e);
    }
  }

  private void count(HoldNote note, Ending ending, Measured measured) {
    var provider = note.provider();
    var model = note.modelServed();
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

  private static UsageRecord record(
      Instant startedAt, HoldNote note, Ending ending, Measured measured, NanoUsd added) {
    var client = note.client();
    return new UsageRecord(
        startedAt,
        note.requestId(),
        ending.readings().upstreamRequestId(),
        note.key(),
        note.owner(),
        note.team(),
        client.sessionId(),
        client.agentId(),
        client.parentAgentId(),
        client.version(),
        note.modelAsked(),
        note.modelServed(),
        note.provider(),
        note.account(),
        measured.tokens(),
        RawUsageReader.read(measured.told()),
        added,
        note.priceVersion(),
        ending.firstByteMs(),
        ending.durationMs(),
        measured.outcome(),
        measured.estimated());
  }

  /// Neither tokens nor times are known.
  private static UsageRecord record(ExpiredHold hold, HoldNote note) {
    var client = note.client();
    return new UsageRecord(
        hold.createdAt(),
        note.requestId(),
        null,
        note.key(),
        note.owner(),
        note.team(),
        client.sessionId(),
        client.agentId(),
        client.parentAgentId(),
        client.version(),
        note.modelAsked(),
        note.modelServed(),
        note.provider(),
        note.account(),
        Tokens.NONE,
        null,
        hold.amount(),
        note.priceVersion(),
        null,
        0,
        UsageRecord.Outcome.UNCONFIRMED,
        true);
  }
}
