package dev.sluice.extproc.flow;

import dev.sluice.core.refusal.Refusal;
import dev.sluice.extproc.answer.RefusalAnswers;
import dev.sluice.extproc.decode.Body;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.exchange.Exchanges;
import dev.sluice.extproc.flow.Dispatcher.Outbound;
import dev.sluice.extproc.metrics.Meters;
import dev.sluice.extproc.reply.Refused;
import dev.sluice.extproc.reply.Reply;
import dev.sluice.extproc.usage.RequestLog;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What follows when a provider fails before its answer begins: the next of the plan, which goes
/// through the same policy and takes a hold of its own.
public final class Attempts {

  private static final Logger LOG = LoggerFactory.getLogger(Attempts.class);

  /// A failure is told within this, so that what was held for it is free.
  private static final Duration TOLD_WITHIN = Duration.ofMillis(200);

  private final Courses courses;
  private final Exchanges exchanges;
  private final Dispatcher dispatcher;
  private final ResponseFlow responses;
  private final RefusalAnswers answers;
  private final Meters meters;

  public Attempts(
      Courses courses,
      Exchanges exchanges,
      Dispatcher dispatcher,
      ResponseFlow responses,
      RefusalAnswers answers,
      Meters meters) {
    this.courses = courses;
    this.exchanges = exchanges;
    this.dispatcher = dispatcher;
    this.responses = responses;
    this.answers = answers;
    this.meters = meters;
  }

  /// @param attempt from 2
  public Reply<Pending> next(String requestId, int attempt) {
    var course = courses.get(requestId);
    if (course == null || course.route(attempt) == null) {
      throw new IllegalStateException("BUG: attempt " + attempt + " of " + requestId);
    }
    exchanges.take(requestId);
    var _ =
        responses
            .ended(course, course.goesOn())
            .exceptionally(
                failure -> {
                  LOG.error("the end of an attempt of {} failed", requestId, failure);
                  return null;
                });
    return attempt(course, attempt, course.body());
  }

  /// The body that [#next(String, int)] asked for.
  Reply<Pending> body(Course course, int attempt, Body body) {
    return attempt(course, attempt, body);
  }

  private Reply<Pending> attempt(Course course, int attempt, @Nullable Body body) {
    var route = course.route(attempt);
    if (route == null) {
      throw new IllegalStateException("BUG: no attempt " + attempt);
    }
    var facts = RequestFlow.facts(course.admission(), course.request(), route, attempt);
    if (body == null && dispatcher.needsBody(facts)) {
      return new Reply.ReadBody<>(new Pending.Again(course, attempt));
    }
    var outbound = new Outbound(course.admission(), body, List.of());
    return new Reply.Awaited<>(
        sent(course, facts, outbound)
            .exceptionallyCompose(
                failure ->
                    Refused.in(failure) == null
                        ? CompletableFuture.failedFuture(failure)
                        : onceTold(course).thenCompose(_ -> sent(course, facts, outbound)))
            .exceptionallyCompose(failure -> none(facts, failure)));
  }

  private CompletableFuture<Reply<Pending>> sent(
      Course course, Exchange.Facts facts, Outbound outbound) {
    var exchange = new Exchange(facts);
    return CompletableFuture.completedFuture(exchange)
        .thenCompose(next -> dispatcher.dispatched(next, outbound))
        .thenApply(
            reply -> {
              if (reply instanceof Reply.ReadBody<Pending>) {
                return new Reply.ReadBody<>(new Pending.Again(course, facts.attempt()));
              }
              course.sent(exchange, reply);
              return reply;
            });
  }

  /// What the failed attempts held is free then, or a little later.
  private static CompletableFuture<Void> onceTold(Course course) {
    return course
        .allSettled()
        .orTimeout(TOLD_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
        .exceptionallyCompose(
            failure ->
                failure instanceof TimeoutException
                    ? CompletableFuture.completedFuture(null)
                    : CompletableFuture.failedFuture(failure));
  }

  /// Nobody else can serve it: the client hears of the failure, not of what stood in the way.
  private CompletableFuture<Reply<Pending>> none(Exchange.Facts facts, Throwable failure) {
    var refused = Refused.in(failure);
    if (refused == null) {
      return CompletableFuture.failedFuture(failure);
    }
    var kind = RefusalAnswers.word(refused.refusal());
    var answer = answers.of(new Refusal.NoneLeft(), facts.requestId());
    meters.refused(kind);
    RequestLog.noneLeft(facts, kind, answer.status());
    return CompletableFuture.completedFuture(new Reply.Respond<>(answer));
  }
}
