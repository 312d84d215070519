package dev.sluice.extproc.flow;

import dev.sluice.core.refusal.Refusal;
import dev.sluice.extproc.answer.RefusalAnswers;
import dev.sluice.extproc.decode.Body;
import dev.sluice.extproc.degrade.Degrader;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.exchange.Exchanges;
import dev.sluice.extproc.flow.Dispatcher.Outbound;
import dev.sluice.extproc.metrics.Meters;
import dev.sluice.extproc.reply.Refused;
import dev.sluice.extproc.reply.Reply;
import dev.sluice.extproc.settle.Settler;
import dev.sluice.extproc.usage.RequestLog;
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

  private final Courses courses;
  private final Exchanges exchanges;
  private final ResponseFlow responses;
  private final Steps steps;
  private final Meters meters;

  /// What an attempt goes through.
  public record Steps(
      Dispatcher dispatcher, Degrader degrader, Settler settler, RefusalAnswers answers) {}

  public Attempts(
      Courses courses, Exchanges exchanges, ResponseFlow responses, Steps steps, Meters meters) {
    this.courses = courses;
    this.exchanges = exchanges;
    this.responses = responses;
    this.steps = steps;
    this.meters = meters;
  }

  /// @param attempt from 2
  public Reply<Pending> next(String requestId, int attempt) {
    var course = courses.get(requestId);
    if (course == null) {
      // The client has just left, or this gateway did not see the request begin.
      return new Reply.Respond<>(steps.answers().of(new Refusal.NoneLeft(), requestId));
    }
    exchanges.take(requestId);
    end(course, course.goesOn());
    return attempt(new Pending.Again(course, attempt, course.place()), course.body());
  }

  private void end(Course course, List<Course.Failed> failed) {
    var _ =
        responses
            .ended(course, failed)
            .exceptionally(
                failure -> {
                  LOG.error("the end of an attempt failed: its hold will expire", failure);
                  return null;
                });
  }

  /// The body that [#next(String, int)] asked for.
  Reply<Pending> body(Pending.Again again, Body body) {
    return attempt(again, body);
  }

  private Reply<Pending> attempt(Pending.Again again, @Nullable Body body) {
    var course = again.course();
    var route = course.route(again.attempt());
    if (route == null) {
      throw new IllegalStateException("BUG: no attempt " + again.attempt());
    }
    var asked = Planner.facts(course.admission(), course.request(), route, again.attempt());
    if (body == null && needsBody(asked)) {
      return new Reply.ReadBody<>(again);
    }
    var facts = body == null ? asked : steps.degrader().degrade(asked, body);
    var outbound = new Outbound(course.admission(), body, List.of());
    return new Reply.Awaited<>(
        sent(again, facts, outbound)
            .exceptionallyCompose(
                failure ->
                    waits(failure)
                        ? onceTold(course).thenCompose(_ -> sent(again, facts, outbound))
                        : CompletableFuture.failedFuture(failure))
            .exceptionallyCompose(failure -> none(facts, failure)));
  }

  private boolean needsBody(Exchange.Facts facts) {
    return steps.dispatcher().needsBody(facts) || steps.degrader().needsBody(facts);
  }

  /// Whether it may help to wait for what the failed attempts hold.
  private static boolean waits(Throwable failure) {
    var refused = Refused.in(failure);
    return refused != null && !(refused.refusal() instanceof Refusal.Untranslatable);
  }

  private CompletableFuture<Reply<Pending>> sent(
      Pending.Again again, Exchange.Facts facts, Outbound outbound) {
    var course = again.course();
    var exchange = new Exchange(facts);
    var dispatched =
        CompletableFuture.completedFuture(exchange)
            .thenCompose(next -> steps.dispatcher().dispatched(next, outbound));
    leave(course, exchange);
    return dispatched.thenApply(
        reply -> {
          if (reply instanceof Reply.ReadBody<Pending>) {
            return new Reply.ReadBody<>(again);
          }
          if (!exchange.hasEnded()) {
            end(course, course.sent(again.place(), exchange, reply));
          }
          return reply;
        });
  }

  /// Where the request has ended meanwhile nobody would end this exchange.
  private void leave(Course course, Exchange exchange) {
    var requestId = exchange.facts().requestId();
    if (!course.equals(courses.get(requestId))) {
      exchanges.take(requestId);
      var hold = exchange.end();
      if (hold != null) {
        steps.settler().release(hold);
      }
    }
  }

  /// What the failed attempts held is free then, or a little later.
  private static CompletableFuture<Void> onceTold(Course course) {
    return course
        .allSettled()
        .orTimeout(Course.TOLD_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
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
    var answer = steps.answers().of(new Refusal.NoneLeft(), facts.requestId());
    meters.refused(kind);
    RequestLog.noneLeft(facts, kind, answer.status());
    return CompletableFuture.completedFuture(new Reply.Respond<>(answer));
  }
}
