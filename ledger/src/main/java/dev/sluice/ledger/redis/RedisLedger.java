package dev.sluice.ledger.redis;

import dev.sluice.core.budget.Balance;
import dev.sluice.core.budget.Budget;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.ledger.ExpiredHold;
import dev.sluice.ledger.Extension;
import dev.sluice.ledger.HoldExtension;
import dev.sluice.ledger.HoldRequest;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.LedgerUnavailableException;
import dev.sluice.ledger.LedgerUnfitException;
import dev.sluice.ledger.Reservation;
import dev.sluice.ledger.Settlement;
import dev.sluice.ledger.redis.LateEnds.End;
import dev.sluice.ledger.redis.LateEnds.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/// The ledger in Redis, for any number of gateways at once.
///
/// Each verb is one script and one round trip. Time is the server's: a window of the calendar is
/// computed here, since Lua knows no time zones, and the script refuses one that does not hold its
/// time; then it is computed again from the time that the script told.
///
/// A hold whose answer was lost, and an end that was not delivered, are ended when Redis is back
/// (see [LateEnds]); what cannot be delivered expires.
public final class RedisLedger implements Ledger {

  private static final int CLOCK_TRIES_MAX = 4;
  private static final int EXPIRED_PER_CALL_MAX = 100;
  private static final int BALANCES_PER_CALL_MAX = 200;
  private static final String MEMORY_MILLIS = Long.toString(MEMORY.toMillis());

  private final RedisConnection redis;
  private final Scripts scripts;
  private final ServerClock clock = new ServerClock();
  private final LateEnds lateEnds = new LateEnds(end -> RedisConnection.await(end(end)));

  private RedisLedger(RedisConnection redis, Scripts scripts) {
    this.redis = redis;
    this.scripts = scripts;
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
      return new RedisLedger(redis, scripts);
    } catch (LedgerUnavailableException | LedgerUnfitException e) {
      redis.close();
      throw e;
    }
  }

  @Override
  public CompletableFuture<Reservation> reserve(HoldRequest request) {
    return runAtServerTime(scripts.reserve(), now -> arguments(request, now))
        .thenApply(reply -> Replies.reservation(reply, request.budgets()))
        .whenComplete(
            (_, failure) -> {
              if (failure != null) {
                // The hold may stand although its answer was lost.
                lateEnds.add(new End(request.id(), Outcome.RELEASED, NanoUsd.ZERO));
              }
            });
  }

  private static String[] arguments(HoldRequest request, Instant now) {
    var arguments = new Arguments(6 + 4 * request.budgets().size());
    arguments.add(request.id());
    arguments.add(request.ask().nanos());
    arguments.add(request.least().nanos());
    arguments.add(request.note());
    arguments.add(request.lifetime().toMillis());
    arguments.add(MEMORY_MILLIS);
    for (var budget : request.budgets()) {
      arguments.add(budget, now);
      arguments.add(budget.ceiling().nanos());
    }
    return arguments.all();
  }

  @Override
  public CompletableFuture<Extension> extend(HoldExtension extension) {
    var budgets = extension.budgets();
    var arguments = new Arguments(4 + 2 * budgets.size());
    arguments.add(extension.holdId());
    arguments.add(extension.step());
    arguments.add(extension.more().usd().nanos());
    arguments.add(extension.least().usd().nanos());
    for (var budget : budgets) {
      arguments.add(budget.id());
      arguments.add(budget.ceiling().nanos());
    }
    return redis
        .run(scripts.extend(), arguments.all())
        .thenApply(reply -> Replies.extension(reply, budgets));
  }

  @Override
  public CompletableFuture<Settlement> settle(String holdId, NanoUsd cost) {
    return endNowOrLater(new End(holdId, Outcome.SETTLED, amount(cost)));
  }

  private static NanoUsd amount(NanoUsd cost) {
    if (cost.nanos() < 0 || cost.moreThan(NanoUsd.MAX)) {
      throw new IllegalArgumentException("cost: " + cost + " (expected: $0.." + NanoUsd.MAX + ")");
    }
    return cost;
  }

  @Override
  public CompletableFuture<Settlement> release(String holdId) {
    return endNowOrLater(new End(holdId, Outcome.RELEASED, NanoUsd.ZERO));
  }

  @Override
  public CompletableFuture<Settlement> correct(String holdId, NanoUsd cost) {
    return endNowOrLater(new End(holdId, Outcome.CORRECTED, amount(cost)));
  }

  private CompletableFuture<Settlement> endNowOrLater(End end) {
    return end(end)
        .whenComplete(
            (_, failure) -> {
              if (failure != null) {
                lateEnds.add(end);
              }
            });
  }

  private CompletableFuture<Settlement> end(End end) {
    var asked = end.outcome().word();
    var posted = Long.toString(end.posted().nanos());
    return redis
        .run(scripts.end(), end.holdId(), asked, posted, MEMORY_MILLIS)
        .thenApply(reply -> Replies.settlement(reply, asked));
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
    } while (Replies.number(reply, 0) > 0);
    return all;
  }

  private List<Object> sweep(String which, int max) {
    var reply = redis.run(scripts.expire(), which, Integer.toString(max), MEMORY_MILLIS);
    return RedisConnection.await(reply);
  }

  @Override
  public List<Balance> balances(List<Budget> budgets) {
    var balances = new ArrayList<Balance>(budgets.size());
    for (int from = 0; from < budgets.size(); from += BALANCES_PER_CALL_MAX) {
      var some = budgets.subList(from, Math.min(from + BALANCES_PER_CALL_MAX, budgets.size()));
      var reply = runAtServerTime(scripts.balances(), now -> windows(some, now));
      balances.addAll(Replies.balances(RedisConnection.await(reply), 1, some));
    }
    return balances;
  }

  private static String[] windows(List<Budget> budgets, Instant now) {
    var arguments = new Arguments(3 * budgets.size());
    budgets.forEach(budget -> arguments.add(budget, now));
    return arguments.all();
  }

  private CompletableFuture<List<Object>> runAtServerTime(
      Script script, Function<Instant, String[]> arguments) {
    return runAtServerTime(script, arguments, CLOCK_TRIES_MAX);
  }

  private CompletableFuture<List<Object>> runAtServerTime(
      Script script, Function<Instant, String[]> arguments, int tries) {
    if (tries == 0) {
      return CompletableFuture.failedFuture(
          new LedgerUnavailableException(
              "redis: its clock left the window " + CLOCK_TRIES_MAX + " times in a row", null));
    }
    return redis
        .run(script, arguments.apply(clock.now()))
        .thenCompose(
            reply -> {
              if (!Replies.isClock(reply)) {
                return CompletableFuture.completedFuture(reply);
              }
              clock.correct(Replies.number(reply, 1));
              return runAtServerTime(script, arguments, tries - 1);
            });
  }

  /// Ends that could not be delivered so far are tried once more; then they are left to expire.
  @Override
  public void close() {
    lateEnds.close();
    redis.close();
  }
}
