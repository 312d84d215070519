package dev.sluice.extproc.flow;

import dev.sluice.core.provider.Ejection.Target;
import dev.sluice.extproc.decode.Endpoint;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.exchange.Exchanges;
import dev.sluice.extproc.health.Health;
import dev.sluice.extproc.meter.Ending;
import dev.sluice.extproc.meter.Meter;
import dev.sluice.extproc.reserve.Bounder;
import dev.sluice.extproc.reserve.Reserver;
import dev.sluice.extproc.reserve.Uploads;
import dev.sluice.extproc.route.Route;
import dev.sluice.extproc.settle.Settler;
import dev.sluice.extproc.usage.UsageWriter;
import dev.sluice.ledger.Amounts;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// The way of a request's end: metered, settled, recorded.
public final class ResponseFlow {

  /// It does not pass by itself; the next requests go elsewhere if they can.
  private static final Duration OUT_OF_CREDIT_REST = Duration.ofMinutes(5);

  private final Exchanges exchanges;
  private final Meter meter;
  private final Settler settler;
  private final UsageWriter usage;
  private final Bounder bounder;
  private final Uploads uploads;
  private final Health health;

  public ResponseFlow(
      Exchanges exchanges,
      Meter meter,
      Settler settler,
      UsageWriter usage,
      Bounder bounder,
      Uploads uploads,
      Health health) {
    this.health = health;
    this.exchanges = exchanges;
    this.uploads = uploads;
    this.meter = meter;
    this.settler = settler;
    this.usage = usage;
    this.bounder = bounder;
  }

  /// Completes once the hold is ended and the usage is written.
  public CompletableFuture<Void> ended(Exchange exchange, Ending told) {
    var ending = told.withError(exchange.errorStatus());
    var hold = exchange.end();
    var facts = exchange.facts();
    var bound = hold == null ? facts.bound() : hold.bound();
    var seen = exchange.words().seen();
    var metered = meter.measure(facts, bound, exchange.writtenTokens(), seen, ending);
    var measured = metered.with(exchange.words().usage(metered.told()));
    note(facts, ending);
    if (hold != null) {
      bounder.learn(facts, hold, measured);
    }
    if (exchange.isUnledgered()) {
      settler.charge(facts, measured.amounts());
    }
    var settled =
        hold == null
            ? CompletableFuture.completedFuture(measured.cost())
            : settler.settle(hold, measured.amounts());
    return settled.thenAccept(
        added -> {
          bounder.posted(facts, added);
          usage.write(facts, ending, measured, added);
        });
  }

  /// An attempt failed. Completes once what is known of it is settled and written.
  ///
  /// @param course null where it is the only one: then the request ends with it
  public CompletableFuture<Void> failed(@Nullable Course course, Ending ending) {
    if (course == null) {
      var exchange = exchanges.get(ending.requestId());
      if (exchange != null) {
        exchange.failed(ending.errorStatus());
      }
      return CompletableFuture.completedFuture(null);
    }
    return ended(course, course.failed(ending));
  }

  CompletableFuture<Void> ended(Course course, List<Course.Failed> attempts) {
    return CompletableFuture.allOf(
        attempts.stream()
            .map(
                attempt ->
                    ended(attempt.exchange(), attempt.ending())
                        .whenComplete((_, _) -> course.settled(attempt.exchange())))
            .toArray(CompletableFuture[]::new));
  }

  /// Counts of tokens and embeddings say nothing: providers limit them apart, or do not have them.
  private void note(Exchange.Facts facts, Ending ending) {
    if (facts.endpoint() != Endpoint.MESSAGES) {
      return;
    }
    var route = facts.route();
    if (ending.begun()) {
      health.worked(route);
      return;
    }
    var target = failing(route, ending.failure());
    if (target != null) {
      var rest = ending.isOutOfCredit() ? OUT_OF_CREDIT_REST : ending.rest();
      health.failed(target, route.upstream().outlier(), rest);
    }
  }

  private static @Nullable Target failing(Route route, Ending.Failure failure) {
    return switch (failure) {
      case NONE -> null;
      case PROVIDER -> new Target.Whole(route.upstream().name());
      case ACCOUNT -> new Target.Account(route.account());
      case ACCOUNT_OF_MODEL -> new Target.AccountOfModel(route.account(), route.model().name());
    };
  }

  /// Envoy never told its end. Its hold expires; without one, all that it can have cost is posted.
  public void forgotten(Exchange exchange) {
    var facts = exchange.facts();
    var most = exchange.isUnledgered() ? Reserver.amounts(facts, facts.bound()) : Amounts.ZERO;
    settler.charge(facts, most);
    usage.writeForgotten(facts, most.usd());
  }

  /// The exchange that ended; null for a request that was not sent on, or by another gateway.
  public @Nullable Exchange take(String requestId) {
    uploads.ended(requestId);
    return exchanges.take(requestId);
  }
}
