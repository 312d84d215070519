package dev.sluice.feed.session;

import dev.sluice.ledger.redis.link.RedisFailure;
import io.lettuce.core.RedisException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Does the errands of one thread at Redis: first what is to be kept, also what could not be done
/// before, then the others. Whatever goes wrong with one, the thread goes on.
final class Sender {

  /// What waited longer helps nobody.
  static final Duration WAITED_MAX = Duration.ofSeconds(2);

  static final int BATCH_MAX = 64;

  /// After something came to nothing, nothing is read for so long.
  private static final Duration READ_AGAIN_AFTER = Duration.ofSeconds(1);

  /// The way to Redis.
  interface Line {
    CompletableFuture<List<Object>> dispatch(Errand errand);

    /// Connects anew.
    void renew();
  }

  private enum Outcome {
    DONE,
    REFUSED,
    SILENCE
  }

  private final Unsent unsent;
  private final Duration timeout;
  private final Complaints complaints;
  private volatile long unreadableUntil = System.nanoTime();

  /// @param timeout of one errand
  Sender(Unsent unsent, Duration timeout, Complaints complaints) {
    this.unsent = unsent;
    this.timeout = timeout;
    this.complaints = complaints;
  }

  /// Whether something came to nothing just now, so that reading is not worth its time.
  boolean unreadable() {
    return unreadableUntil - System.nanoTime() > 0;
  }

  void nothingRead() {
    unreadableUntil = System.nanoTime() + READ_AGAIN_AFTER.toNanos();
  }

  void send(Line line, List<Errand> errands) throws InterruptedException {
    try {
      if (change(line) == Outcome.SILENCE) {
        errands.forEach(errand -> failed(errand, "no answer"));
      } else {
        var _ = exchange(line, errands.stream().filter(this::fresh).toList());
      }
    } catch (RuntimeException bug) {
      complaints.bug("BUG: news for other gateways could not be sent", bug);
      errands.forEach(errand -> failed(errand, "a bug"));
    }
  }

  private Outcome change(Line line) throws InterruptedException {
    var outcome = Outcome.DONE;
    for (var next = unsent.next(BATCH_MAX);
        outcome == Outcome.DONE && !next.isEmpty();
        next = unsent.next(BATCH_MAX)) {
      outcome = exchange(line, next);
    }
    return outcome;
  }

  private boolean fresh(Errand errand) {
    return switch (errand) {
      case Errand.Tell(_, _, var since) -> {
        var late = late(since);
        if (late) {
          complaints.of("news for other gateways are lost: they waited too long");
        }
        yield !late;
      }
      case Errand.Read(_, var answer, var since) -> {
        var late = late(since);
        if (late) {
          failed(errand, "it waited too long");
        }
        yield !late && !answer.isDone();
      }
      case Errand.Change _ -> true;
    };
  }

  private static boolean late(long since) {
    return System.nanoTime() - since > WAITED_MAX.toNanos();
  }

  /// The worst of them.
  private Outcome exchange(Line line, List<Errand> errands) throws InterruptedException {
    var calls = new ArrayList<CompletableFuture<List<Object>>>();
    for (var errand : errands) {
      calls.add(dispatch(line, errand));
    }
    var worst = Outcome.DONE;
    for (int i = 0; i < calls.size(); i++) {
      // Answers come in order: behind one that does not come, there is none to wait for.
      var wait = worst == Outcome.SILENCE ? Duration.ZERO : timeout;
      var outcome = finish(line, errands.get(i), calls.get(i), wait);
      worst = outcome.compareTo(worst) > 0 ? outcome : worst;
    }
    if (worst == Outcome.SILENCE) {
      nothingRead();
      line.renew();
    }
    return worst;
  }

  private CompletableFuture<List<Object>> dispatch(Line line, Errand errand) {
    try {
      return line.dispatch(errand);
    } catch (RedisException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private Outcome finish(
      Line line, Errand errand, CompletableFuture<List<Object>> call, Duration wait)
      throws InterruptedException {
    try {
      done(errand, call.get(wait.toNanos(), TimeUnit.NANOSECONDS));
      return Outcome.DONE;
    } catch (ExecutionException e) {
      failed(errand, RedisFailure.sentence(e.getCause()));
      if (RedisFailure.isReadOnly(e.getCause())) {
        line.renew();
      }
      return Outcome.REFUSED;
    } catch (CancellationException _) {
      failed(errand, "the connection was closed");
      return Outcome.REFUSED;
    } catch (TimeoutException _) {
      // One that was given up is not sent again over a new connection.
      call.cancel(false);
      failed(errand, "no answer within " + timeout);
      return Outcome.SILENCE;
    }
  }

  private void done(Errand errand, List<Object> reply) {
    switch (errand) {
      case Errand.Read(var session, var answer, _) ->
          answer.complete(unsent.over(session, pairs(reply)));
      case Errand.Change change -> {
        unsent.done(change);
        if (!reply.isEmpty()) {
          complaints.of("a session has more than can be kept for other gateways");
        }
      }
      case Errand.Tell _ -> {
        // It is done.
      }
    }
  }

  private void failed(Errand errand, String why) {
    switch (errand) {
      case Errand.Read(_, var answer, _) -> {
        nothingRead();
        answer.completeExceptionally(new RedisException(why));
        complaints.of("what other gateways keep of sessions cannot be read: redis: " + why);
      }
      case Errand.Change change -> {
        unsent.failed(change);
        complaints.of("what is to be kept for other gateways waits: redis: " + why);
      }
      case Errand.Tell _ -> complaints.of("news for other gateways are lost: redis: " + why);
    }
  }

  private static Map<String, String> pairs(List<Object> reply) {
    var pairs = new HashMap<String, String>();
    for (int at = 0; at + 1 < reply.size(); at += 2) {
      pairs.put(String.valueOf(reply.get(at)), String.valueOf(reply.get(at + 1)));
    }
    return pairs;
  }
}
