package dev.sluice.extproc.settle;

import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.policy.SnapshotStore;
import dev.sluice.core.price.Price;
import dev.sluice.core.price.Tokens;
import dev.sluice.extproc.exchange.HoldNote;
import dev.sluice.extproc.meter.Ending;
import dev.sluice.extproc.meter.Meter;
import dev.sluice.extproc.metrics.Meters;
import dev.sluice.extproc.route.Router;
import dev.sluice.extproc.usage.UsageWriter;
import dev.sluice.ledger.Amounts;
import dev.sluice.ledger.HoldState;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.LedgerUnavailableException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Books what Envoy tells of exchanges that this gateway does not know: their holds were taken by
/// one that is gone, or by another one. Only what is certain is booked; all else is left as it is.
public final class LateEvidence {

  private static final Logger LOG = LoggerFactory.getLogger(LateEvidence.class);

  /// Beyond it ends are dropped: logged and counted, and their holds stay as they are.
  private static final int ASKING_MAX = 1_000;

  private static final CompletableFuture<Void> DONE = CompletableFuture.allOf();

  private final SnapshotStore snapshots;
  private final Ledger ledger;
  private final Settler settler;
  private final UsageWriter usage;
  private final Meters meters;
  private final AtomicInteger asking = new AtomicInteger();

  public LateEvidence(
      SnapshotStore snapshots, Ledger ledger, Settler settler, UsageWriter usage, Meters meters) {
    this.snapshots = snapshots;
    this.ledger = ledger;
    this.settler = settler;
    this.usage = usage;
    this.meters = meters;
  }

  private record Found(String holdId, Instant createdAt, HoldNote note) {

    static Found of(String holdId, Instant createdAt, String note) {
      return new Found(holdId, createdAt, HoldNote.parse(note, holdId));
    }
  }

  /// A request ended whose exchange is not known. The gateway's own answers are logged where they
  /// are made; what has no hold was refused by Envoy itself. Completes once it is booked.
  public CompletableFuture<Void> ended(Ending ending) {
    if (ending.byGateway()) {
      return DONE;
    }
    return found(ending)
        .thenCompose(
            found -> found.map(hold -> book(hold, ending)).orElseGet(() -> withoutHold(ending)));
  }

  private CompletableFuture<Void> withoutHold(Ending ending) {
    if (ending.status() >= 400 && !ending.byProvider()) {
      usage.refusedByEnvoy(ending);
    }
    return DONE;
  }

  /// The hold that waits for this; empty without one, or where that cannot be found out.
  private CompletableFuture<Optional<Found>> found(Ending ending) {
    var holdId = ending.holdId();
    if (asking.incrementAndGet() > ASKING_MAX) {
      asking.decrementAndGet();
      meters.lateEvidence("dropped");
      LOG.warn("the end of {} is dropped: {} are looked up already", holdId, ASKING_MAX);
      return CompletableFuture.completedFuture(Optional.empty());
    }
    return CompletableFuture.completedFuture(holdId)
        .thenCompose(ledger::find)
        .thenApply(state -> found(holdId, state))
        .whenComplete((_, _) -> asking.decrementAndGet())
        .exceptionally(failure -> unknown(holdId, failure));
  }

  private static Optional<Found> found(String holdId, HoldState state) {
    return switch (state) {
      case HoldState.Open(var since, var note) -> Optional.of(Found.of(holdId, since, note));
      case HoldState.Expired(var since, var note, _) -> Optional.of(Found.of(holdId, since, note));
      case HoldState.Nothing _ -> Optional.empty();
    };
  }

  private Optional<Found> unknown(String holdId, Throwable failure) {
    var cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof LedgerUnavailableException) {
      meters.lateEvidence("unavailable");
      LOG.info("the end of {} is of no use: the ledger is away", holdId);
    } else {
      meters.lateEvidence("failed");
      LOG.error("the end of {} is of no use: the ledger does not tell its hold", holdId, cause);
    }
    return Optional.empty();
  }

  private CompletableFuture<Void> book(Found found, Ending ending) {
    var tokens = Meter.certain(ending);
    if (tokens == null) {
      return left(found, "cut", "its answer was cut");
    }
    var price = price(found.note());
    if (price == null && !tokens.equals(Tokens.NONE)) {
      return left(found, "price", "its price of then is not known");
    }
    var cost = price == null ? NanoUsd.ZERO : price.cost(tokens);
    return settler
        .confirm(found.holdId(), new Amounts(cost, tokens.inAll()))
        .thenAccept(
            added -> {
              var metered = Meter.certain(tokens, cost, ending);
              // Of others, Envoy knows what the gateway made of their words.
              var told = speaksMessages(found.note()) ? metered.told() : null;
              var measured = metered.with(told);
              added.ifPresent(
                  more -> usage.write(found.createdAt(), found.note(), ending, measured, more));
              meters.lateEvidence(added.isPresent() ? "booked" : "repeated");
            });
  }

  private CompletableFuture<Void> left(Found found, String outcome, String why) {
    meters.lateEvidence(outcome);
    LOG.info("hold {} of another gateway is left as it is: {}", found.holdId(), why);
    return DONE;
  }

  private boolean speaksMessages(HoldNote note) {
    return snapshots.loaded()
        && snapshots.current().upstreams().values().stream()
            .filter(upstream -> upstream.name().label().equals(note.provider()))
            .anyMatch(upstream -> upstream.service().speaksMessages());
  }

  /// Null where the policy of now does not tell the price of then.
  private @Nullable Price price(HoldNote note) {
    if (!snapshots.loaded()) {
      return null;
    }
    var snapshot = snapshots.current();
    if (!snapshot.priceVersion().equals(note.priceVersion())) {
      return null;
    }
    for (var upstream : snapshot.upstreams().values()) {
      var model = upstream.models().get(note.modelServed());
      if (model != null && upstream.name().label().equals(note.provider())) {
        var price = Router.price(upstream, model);
        // A provider's own prices have no version.
        return price != null && price.mark().equals(note.priceMark()) ? price : null;
      }
    }
    return null;
  }
}
