package dev.sluice.extproc.flow;

import dev.sluice.extproc.decode.Body;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.meter.Ending;
import dev.sluice.extproc.reply.Reply;
import dev.sluice.extproc.route.Route;
import dev.sluice.wire.anthropic.MessagesRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A request that several providers may serve, one after another: an attempt is an exchange of its
/// own, with its own hold, that ends when Envoy tells how it failed.
///
/// Envoy tells the failures in their order, each before the request's end; whether a failure or the
/// next attempt is told first is open, and an attempt can fail while its hold is being taken.
public final class Course {

  /// A failure is told within this.
  static final Duration TOLD_WITHIN = Duration.ofMillis(200);

  /// An attempt that Java was asked about.
  private static final class Attempt {
    private @Nullable Exchange exchange;
    private boolean ended;
    private boolean settled;
  }

  private final Admission admission;
  private final MessagesRequest request;
  private final List<Route> plan;
  private final List<Attempt> attempts = new ArrayList<>(List.of(new Attempt()));
  private final List<Ending> failures = new ArrayList<>();
  private CompletableFuture<Void> allSettled = new CompletableFuture<>();
  private final CompletableFuture<Boolean> failedForNow = new CompletableFuture<>();
  private @Nullable Body body;
  private @Nullable Chosen last;
  private boolean begun;

  /// @param body of the client, kept; null where Envoy has it
  Course(Admission admission, MessagesRequest request, List<Route> plan, @Nullable Body body) {
    this.admission = admission;
    this.request = request;
    this.plan = List.copyOf(plan);
    this.body = body;
  }

  Admission admission() {
    return admission;
  }

  MessagesRequest request() {
    return request;
  }

  synchronized @Nullable Body body() {
    return body;
  }

  /// @param attempt from 1; null beyond the plan
  @Nullable Route route(int attempt) {
    return attempt <= plan.size() ? plan.get(attempt - 1) : null;
  }

  /// The attempt that answers.
  ///
  /// @param next who sees the answer; null where it passes as it is
  public record Chosen(Reply.Forward<Pending> forward, @Nullable Pending next) {}

  /// An attempt that failed, and how.
  record Failed(Exchange exchange, Ending ending) {}

  /// The place of the attempt that Java was asked about last, from 0.
  synchronized int place() {
    return attempts.size() - 1;
  }

  /// An attempt is sent, or was to be sent when it had already failed.
  ///
  /// @return what is to be ended
  synchronized List<Failed> sent(int place, Exchange exchange, Reply<Pending> reply) {
    attempts.get(place).exchange = exchange;
    if (place == place()) {
      last = chosen(reply);
    }
    return due();
  }

  private static Chosen chosen(Reply<Pending> reply) {
    return switch (reply) {
      case Reply.Forward<Pending> forward -> new Chosen(forward, null);
      case Reply.Watch<Pending>(var forward, var next) -> new Chosen(forward, next);
      case Reply.Admit<Pending> _,
          Reply.ReadBody<Pending> _,
          Reply.Respond<Pending> _,
          Reply.LetIn<Pending> _,
          Reply.Awaited<Pending> _,
          Reply.Later<Pending> _ ->
          throw new IllegalStateException("BUG: not sent");
    };
  }

  /// The next attempt is due: the one before has failed.
  ///
  /// @return what is to be ended
  synchronized List<Failed> goesOn() {
    attempts.add(new Attempt());
    last = null;
    allSettled = new CompletableFuture<>();
    checkSettled();
    return due();
  }

  /// An attempt failed.
  ///
  /// @return what is to be ended
  synchronized List<Failed> failed(Ending ending) {
    // Of an attempt without a connection Java was perhaps not asked.
    if (ending.sent() || ending.byProvider() || failures.size() < attempts.size()) {
      note(failures.size(), ending);
      failures.add(ending);
    }
    if (!ending.refusesAccount()) {
      failedForNow.complete(true);
    }
    checkTold();
    return due();
  }

  private void note(int place, Ending ending) {
    var exchange = place < attempts.size() ? attempts.get(place).exchange : null;
    if (exchange != null) {
      exchange.failed(ending.errorStatus());
    }
  }

  private List<Failed> due() {
    var due = new ArrayList<Failed>();
    for (int i = 0; i < Math.min(attempts.size() - 1, failures.size()); i++) {
      var attempt = attempts.get(i);
      var exchange = attempt.exchange;
      if (exchange != null && !attempt.ended) {
        attempt.ended = true;
        due.add(new Failed(exchange, failures.get(i)));
      }
    }
    return due;
  }

  /// What the attempt held is free, or it failed.
  synchronized void settled(Exchange exchange) {
    for (var attempt : attempts) {
      if (exchange.equals(attempt.exchange)) {
        attempt.settled = true;
      }
    }
    checkSettled();
  }

  private void checkSettled() {
    if (attempts.stream().limit(place()).allMatch(a -> a.settled || a.exchange == null)) {
      allSettled.complete(null);
    }
  }

  /// Completes once nothing is held any more for the attempts before.
  synchronized CompletableFuture<Void> allSettled() {
    return allSettled.copy();
  }

  private void checkTold() {
    if (begun && failures.size() >= place()) {
      failedForNow.complete(false);
    }
  }

  /// Whether one before the attempt that answers failed for now only: once all are told, or a
  /// moment later. Unlike an account that is refused, it may serve the next time.
  public CompletableFuture<Boolean> failedForNow() {
    return failedForNow
        .copy()
        .completeOnTimeout(false, TOLD_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
  }

  /// The answer begins: no attempt follows, so that nothing of the request is needed any more.
  ///
  /// @return null where the gateway answers
  public synchronized @Nullable Chosen begun() {
    var answering = last;
    last = null;
    body = null;
    begun = true;
    checkTold();
    return answering;
  }
}
