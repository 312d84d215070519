package dev.sluice.ledger.redis;

import dev.sluice.core.budget.Limit;
import dev.sluice.core.budget.Standing;
import dev.sluice.ledger.Amounts;
import dev.sluice.ledger.Charge;
import dev.sluice.ledger.ExpiredHold;
import dev.sluice.ledger.Extension;
import dev.sluice.ledger.HoldExtension;
import dev.sluice.ledger.HoldRequest;
import dev.sluice.ledger.HoldState;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.LedgerUnavailableException;
import dev.sluice.ledger.LedgerUnavailableException.EndWaitsException;
import dev.sluice.ledger.LedgerUnfitException;
import dev.sluice.ledger.Position;
import dev.sluice.ledger.Reservation;
import dev.sluice.ledger.Settlement;
import dev.sluice.ledger.redis.LateEnds.End;
import dev.sluice.ledger.redis.LateEnds.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The ledger in Redis, for any number of gateways at once.
///
/// Each verb is one script and one round trip. Time is the server's: a window of the calendar and
/// the grants in force are computed here, since Lua knows no time zones, and the script refuses
/// those that do not hold its time; then they are computed again from the time that the script
/// told.
///
/// A hold whose answer was lost, and an end that was not delivered, are ended when Redis is back
/// (see [LateEnds]); what cannot be delivered expires.
public final class RedisLedger implements Ledger {

  private static final int CLOCK_TRIES_MAX = 4;
  private static final int EXPIRED_PER_CALL_MAX = 100;
  private static final int STANDINGS_PER_CALL_MAX = 200;
  private static final int HEARTBEATS_PER_CALL_MAX = 1_000;

  private static final String MEMORY_MILLIS = Long.toString(MEMORY.toMillis());

  private static final Logger LOG = LoggerFactory.getLogger(RedisLedger.class);

  private final RedisConnection redis;
  private final Scripts scripts;
  private final SeenPosition seen;
  private final ServerClock clock = new ServerClock();
  private final OwnHolds own = new OwnHolds();
  private final LateEnds lateEnds = new LateEnds(end -> RedisConnection.await(end(end)));

  private RedisLedger(RedisConnection redis, Scripts scripts, SeenPosition seen) {
    this.redis = redis;
    this.scripts = scripts;
    this.seen = seen;
  }

  /// @throws LedgerUnavailableException if Redis cannot be reached
  /// @throws LedgerUnfitException if it would lose what it acknowledged, or cannot be written to
  public static RedisLedger connect(RedisConfig config) {
    return connect(config, Scripts.with("clock.lua"));
  }

  static RedisLedger connect(RedisConfig config, Scripts scripts) {
    var redis = RedisConnection.open(config);
    try {
      RedisFitness.check(redis);
      scripts.all().forEach(redis::load);
      var seen = new SeenPosition();
      seen.open(RedisConnection.await(redis.run(scripts.open(), positionOnly(Position.NONE))));
      return new RedisLedger(redis, scripts, seen);
    } catch (LedgerUnavailableException | LedgerUnfitException e) {
      redis.close();
      throw e;
    }
  }

  private static String[] positionOnly(Position position) {
    return new Arguments(2).add(position).all();
  }

  /// The last event that an answer to this client told of.
  public Position position() {
    return seen.position();
  }

  /// Notes that every event up to `sequence` is kept elsewhere, and comes back with a rebuild.
  public void kept(long sequence) {
    own.kept(sequence);
  }

  /// Goes on in a store that was rebuilt, in the epoch that it has now. What this client had booked
  /// and nobody had kept is booked again.
  public void adopt(Position rebuilt) {
    seen.adopt(rebuilt);
    own.unkept().forEach(this::holdAgain);
    own.reopen().forEach(lateEnds::add);
  }

  private void holdAgain(HoldRequest request) {
    reserve("charge", request)
        .whenComplete(
            (_, failure) -> {
              if (failure == null) {
                own.taken(request, seen.position().sequence());
              } else {
                LOG.warn("hold {} does not stand until it ends", request.id(), failure);
              }
            });
  }

  @Override
  public CompletableFuture<Reservation> reserve(HoldRequest request) {
    return reserve("ask", request)
        .thenApply(
            reservation -> {
              if (reservation instanceof Reservation.Granted(var amounts, _)) {
                own.taken(request.granted(amounts), seen.position().sequence());
              }
              return reservation;
            })
        .whenComplete(
            (_, failure) -> {
              if (failure != null && mayBeBooked(failure)) {
                // The hold may stand although its answer was lost.
                var _ =
                    lateEnds.add(
                        new End(request.id(), Outcome.RELEASED, Charge.usd(Amounts.ZERO.usd())));
              }
            });
  }

  private static boolean mayBeBooked(Throwable failure) {
    var cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return !(cause instanceof LedgerUnavailableException away) || away.mayBeBooked();
  }

  private CompletableFuture<Reservation> reserve(String mode, HoldRequest request) {
    return runAtServerTime(
        scripts.reserve(),
        now -> arguments(mode, request, now),
        (reply, now) -> Replies.reservation(reply, request.limits(), now));
  }

  private Arguments arguments(String mode, HoldRequest request, Instant now) {
    var arguments =
        new Arguments(14 + 5 * request.limits().size())
            .add(seen.position())
            .add(mode)
            .add(request.id())
            .add(request.ask())
            .add(request.least())
            .add(request.note())
            .add(request.lifetime().toMillis())
            .add(MEMORY_MILLIS)
            .add(RedisBooks.EVENTS_WAITING_MAX)
            .addCeilingsHold(request.limits(), now);
    request.limits().forEach(limit -> arguments.addLimit(limit, now));
    return arguments;
  }

  /// In two steps: should the second one be lost, the hold expires, and says `unconfirmed`. A hold
  /// whose answer was lost is not released: what it is for was used, and the caller repeats it.
  @Override
  public CompletableFuture<Settlement> charge(HoldRequest request, Charge charge) {
    return reserve("charge", request)
        .thenCompose(
            _ -> {
              own.taken(request, seen.position().sequence());
              return settle(request.id(), charge);
            });
  }

  @Override
  public CompletableFuture<Extension> extend(HoldExtension extension) {
    return runAtServerTime(
            scripts.extend(),
            now -> arguments(extension, now),
            (reply, now) -> Replies.extension(reply, extension.limits(), now))
        .thenApply(
            answer -> {
              if (answer instanceof Extension.Extended(var amounts, _)) {
                own.extended(extension.holdId(), amounts);
              }
              return answer;
            });
  }

  private Arguments arguments(HoldExtension extension, Instant now) {
    var arguments =
        new Arguments(10 + 5 * extension.limits().size())
            .add(seen.position())
            .add(extension.holdId())
            .add(extension.step())
            .add(extension.more())
            .add(extension.least())
            .addCeilingsHold(extension.limits(), now);
    extension.limits().forEach(limit -> arguments.addLimit(limit, now));
    return arguments;
  }

  @Override
  public CompletableFuture<Long> heartbeat(Collection<String> holdIds, Duration lifetime) {
    var ids = List.copyOf(holdIds);
    var open = CompletableFuture.completedFuture(0L);
    for (int from = 0; from < ids.size(); from += HEARTBEATS_PER_CALL_MAX) {
      var some = ids.subList(from, Math.min(from + HEARTBEATS_PER_CALL_MAX, ids.size()));
      var arguments = new Arguments(3 + some.size()).add(seen.position()).add(lifetime.toMillis());
      some.forEach(arguments::add);
      var renewed =
          run(scripts.heartbeat(), arguments).thenApply(reply -> Replies.number(reply, 2));
      open = open.thenCombine(renewed, Long::sum);
    }
    return open;
  }

  @Override
  public CompletableFuture<Settlement> settle(String holdId, Charge charge) {
    return endNowOrLater(new End(holdId, Outcome.SETTLED, charge));
  }

  @Override
  public CompletableFuture<Settlement> release(String holdId) {
    return endNowOrLater(new End(holdId, Outcome.RELEASED, Charge.usd(Amounts.ZERO.usd())));
  }

  @Override
  public CompletableFuture<Settlement> correct(String holdId, Charge charge) {
    return endNowOrLater(new End(holdId, Outcome.CORRECTED, charge));
  }

  @Override
  public CompletableFuture<Settlement> confirm(String holdId, Charge charge) {
    return endNowOrLater(new End(holdId, Outcome.CONFIRMED, charge));
  }

  @Override
  public CompletableFuture<HoldState> find(String holdId) {
    var arguments = new Arguments(3).add(seen.position()).add(holdId);
    return run(scripts.find(), arguments).thenApply(Replies::state);
  }

  private CompletableFuture<Settlement> endNowOrLater(End end) {
    return end(end)
        .exceptionallyCompose(
            failure -> {
              var cause = failure instanceof CompletionException ? failure.getCause() : failure;
              return CompletableFuture.failedFuture(
                  cause instanceof LedgerUnavailableException away
                      ? new EndWaitsException(away, lateEnds.add(end))
                      : cause);
            });
  }

  /// A hold that was taken here and is unknown now was lost by Redis: what it cost is booked anew.
  private CompletableFuture<Settlement> end(End end) {
    return tryEnd(end)
        .thenCompose(
            settlement -> {
              if (!(settlement instanceof Settlement.Unknown)) {
                own.ended(end, seen.position().sequence());
                return CompletableFuture.completedFuture(settlement);
              }
              var request = own.request(end.holdId());
              return request == null || end.outcome() != Outcome.SETTLED
                  ? CompletableFuture.completedFuture(settlement)
                  : bookAnew(request, end);
            });
  }

  private CompletableFuture<Settlement> bookAnew(HoldRequest request, End end) {
    LOG.warn("hold {} was lost by Redis: its cost is booked anew", request.id());
    return reserve("charge", request)
        .thenCompose(_ -> tryEnd(end))
        .thenApply(
            settlement -> {
              own.ended(end, seen.position().sequence());
              return settlement;
            });
  }

  private CompletableFuture<Settlement> tryEnd(End end) {
    var asked = end.outcome().word();
    var arguments =
        new Arguments(8)
            .add(seen.position())
            .add(end.holdId())
            .add(asked)
            .add(end.charge().amounts())
            .add(end.charge().detail())
            .add(MEMORY_MILLIS);
    return run(scripts.end(), arguments).thenApply(reply -> Replies.settlement(reply, asked));
  }

  @Override
  public List<ExpiredHold> expire(int max) {
    return Replies.expired(sweep("due", Math.min(max, EXPIRED_PER_CALL_MAX)));
  }

  /// Ends every open hold, whatever its deadline, and posts it in full as unconfirmed.
  ///
  /// Only for the start of the one gateway of a machine, when no other gateway uses this
  /// installation and no Envoy of an earlier one lives: then every open hold is of a dead process.
  ///
  /// @return the holds that were ended
  public List<ExpiredHold> expireAll() {
    var all = new ArrayList<ExpiredHold>();
    List<Object> reply;
    do {
      reply = sweep("all", EXPIRED_PER_CALL_MAX);
      all.addAll(Replies.expired(reply));
    } while (Replies.number(reply, 2) > 0);
    return all;
  }

  private List<Object> sweep(String which, int max) {
    var arguments = new Arguments(5).add(seen.position()).add(which).add(max).add(MEMORY_MILLIS);
    return RedisConnection.await(run(scripts.expire(), arguments));
  }

  @Override
  public List<Standing> standings(List<? extends Limit> limits) {
    var standings = new ArrayList<Standing>(limits.size());
    for (int from = 0; from < limits.size(); from += STANDINGS_PER_CALL_MAX) {
      var some = limits.subList(from, Math.min(from + STANDINGS_PER_CALL_MAX, limits.size()));
      standings.addAll(
          RedisConnection.await(
              runAtServerTime(
                  scripts.standings(),
                  now -> windows(some, now),
                  (reply, now) -> Replies.standings(reply, 1, some, now))));
    }
    return standings;
  }

  private static Arguments windows(List<? extends Limit> limits, Instant now) {
    var arguments = new Arguments(2 + 3 * limits.size()).addCeilingsHold(limits, now);
    limits.forEach(limit -> arguments.addWindow(limit, now));
    return arguments;
  }

  /// What makes the arguments of a call at a time that is a guess of the server's.
  private interface AtTime {
    Arguments arguments(Instant now);
  }

  private <T> CompletableFuture<T> runAtServerTime(
      Script script, AtTime call, BiFunction<List<Object>, Instant, T> reader) {
    return runAtServerTime(script, call, reader, CLOCK_TRIES_MAX);
  }

  private <T> CompletableFuture<T> runAtServerTime(
      Script script, AtTime call, BiFunction<List<Object>, Instant, T> reader, int tries) {
    if (tries == 0) {
      return CompletableFuture.failedFuture(
          LedgerUnavailableException.nothingBooked(
              "redis: its clock left the window " + CLOCK_TRIES_MAX + " times in a row", null));
    }
    var now = clock.now();
    return run(script, call.arguments(now))
        .thenCompose(
            reply -> {
              if (!Replies.isClock(reply)) {
                return CompletableFuture.completedFuture(reader.apply(reply, now));
              }
              clock.correct(Replies.number(reply, 1));
              return runAtServerTime(script, call, reader, tries - 1);
            });
  }

  private CompletableFuture<List<Object>> run(Script script, Arguments arguments) {
    return redis
        .run(script, arguments.all())
        .thenApply(reply -> seen.checked(reply, arguments.position()));
  }

  /// Ends that could not be delivered so far are tried once more; then they are left to expire.
  @Override
  public void close() {
    lateEnds.close();
    redis.close();
  }
}
