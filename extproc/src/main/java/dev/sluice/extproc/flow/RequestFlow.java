package dev.sluice.extproc.flow;

import dev.sluice.core.budget.Balance;
import dev.sluice.core.mcp.Admissions;
import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.core.policy.Snapshot;
import dev.sluice.core.policy.SnapshotStore;
import dev.sluice.core.refusal.Refusal;
import dev.sluice.extproc.answer.RefusalAnswers;
import dev.sluice.extproc.authenticate.Authenticator;
import dev.sluice.extproc.budget.QuotaProbe;
import dev.sluice.extproc.budget.UsageAnswer;
import dev.sluice.extproc.decode.Body;
import dev.sluice.extproc.decode.Endpoint;
import dev.sluice.extproc.decode.Head;
import dev.sluice.extproc.decode.RequestDecoder;
import dev.sluice.extproc.degrade.Degrader;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.metrics.Meters;
import dev.sluice.extproc.models.ModelList;
import dev.sluice.extproc.reply.Answer;
import dev.sluice.extproc.reply.Answers;
import dev.sluice.extproc.reply.Refused;
import dev.sluice.extproc.reply.Reply;
import dev.sluice.extproc.reserve.BufferBudget;
import dev.sluice.extproc.reserve.SpentBudgets;
import dev.sluice.extproc.reserve.Uploads;
import dev.sluice.extproc.route.Route;
import dev.sluice.extproc.usage.RequestLog;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.LedgerUnavailableException;
import dev.sluice.wire.anthropic.MessagesRequest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The way of a request: its head, its body where Envoy does not know it already, then off to the
/// provider. A large body is admitted by its head before Envoy reads it.
///
/// What arrives is judged at once, without waiting for anything; what blocks is handed back as a
/// [Reply.Later], and what the ledger answers as a [Reply.Awaited].
public final class RequestFlow {

  /// The steps that need something from outside.
  public record Steps(
      Authenticator authenticator,
      RequestDecoder decoder,
      Uploads uploads,
      SpentBudgets spent,
      Degrader degrader,
      Dispatcher dispatcher,
      CountsAbroad counts,
      Courses courses,
      Planner planner,
      Attempts attempts,
      RefusalAnswers answers,
      Admissions admissions) {}

  private final SnapshotStore snapshots;
  private final Ledger ledger;
  private final InstantSource clock;
  private final Meters meters;
  private final Steps steps;
  private volatile boolean draining;

  public RequestFlow(
      SnapshotStore snapshots, Ledger ledger, InstantSource clock, Meters meters, Steps steps) {
    this.snapshots = snapshots;
    this.ledger = ledger;
    this.clock = clock;
    this.meters = meters;
    this.steps = steps;
  }

  /// Refuses all requests from now on.
  public void drain() {
    draining = true;
  }

  /// What follows once the key and the path are known.
  private interface Next {
    Reply<Pending> reply(Endpoint endpoint, KeyPolicy key, Snapshot snapshot);
  }

  /// The head of a request whose body Envoy has not read.
  public Reply<Pending> admit(Head head) {
    return checked(
        head,
        (_, _, _) -> {
          steps.decoder().checkLength(head);
          steps.uploads().admit(head.requestId(), head.contentLength());
          return new Reply.Admit<>();
        });
  }

  /// The head of a request whose body Envoy has read.
  ///
  /// @param holder releases the part of the budget at the end of the conversation
  public Reply<Pending> head(Head head, Consumer<BufferBudget.Lease> holder) {
    return checked(
        head, (endpoint, key, snapshot) -> arrived(endpoint, head, key, snapshot, holder));
  }

  private Reply<Pending> checked(Head head, Next next) {
    if (Endpoint.isProbe(head)) {
      return new Reply.Respond<>(Answers.probed(head.requestId()));
    }
    KeyPolicy key = null;
    try {
      var snapshot = snapshots.current();
      key = steps.authenticator().authenticate(head, snapshot);
      checkServing();
      return serve(endpoint(head), head, key, snapshot, next);
    } catch (Refused e) {
      return refuse(e.refusal(), asked(head, key));
    }
  }

  private void checkServing() {
    if (draining) {
      throw new Refused(new Refusal.Draining());
    }
  }

  private static Endpoint endpoint(Head head) {
    var endpoint = Endpoint.of(head);
    if (endpoint == null) {
      throw new Refused(new Refusal.PathUnknown(head.method(), head.path()));
    }
    return endpoint;
  }

  private Reply<Pending> serve(
      Endpoint endpoint, Head head, KeyPolicy key, Snapshot snapshot, Next next) {
    var asked = asked(head, key);
    return switch (endpoint) {
      case MODELS -> answer(ModelList.of(head.requestId(), key, snapshot, head.query()), asked);
      case USAGE ->
          later(asked, () -> answer(UsageAnswer.of(head.requestId(), balances(key)), asked));
      case TOOLS -> {
        var admitted = new Admissions.Admitted(head.requestId(), key, snapshot.version());
        yield new Reply.LetIn<>(steps.admissions().admit(admitted));
      }
      case COUNT_TOKENS -> next.reply(endpoint, key, snapshot);
      case MESSAGES, EMBEDDINGS -> {
        var suspects = steps.spent().suspects(key.budgets());
        if (suspects.isEmpty()) {
          yield next.reply(endpoint, key, snapshot);
        }
        yield later(
            asked,
            () -> {
              steps.spent().verify(suspects);
              return next.reply(endpoint, key, snapshot);
            });
      }
    };
  }

  private List<Balance> balances(KeyPolicy key) {
    try {
      return ledger.balances(key.budgets());
    } catch (LedgerUnavailableException _) {
      throw new Refused(new Refusal.LedgerUnavailable(Duration.ZERO));
    }
  }

  private Reply<Pending> arrived(
      Endpoint endpoint,
      Head head,
      KeyPolicy key,
      Snapshot snapshot,
      Consumer<BufferBudget.Lease> holder) {
    steps.decoder().checkLength(head);
    var lease = steps.uploads().arrived(head.requestId(), head.contentLength());
    holder.accept(lease);
    var admission =
        new Admission(
            head.requestId(),
            clock.instant(),
            endpoint,
            head.path(),
            head.query(),
            head.client(),
            head.dialect(),
            key,
            snapshot,
            steps.authenticator().bound(endpoint, head),
            lease);
    var request = head.request();
    if (request == null || endpoint == Endpoint.EMBEDDINGS) {
      return new Reply.ReadBody<>(new Pending.Unread(admission));
    }
    steps.decoder().check(endpoint, request);
    return judged(admission, request, null);
  }

  /// A body that was asked for.
  public Reply<Pending> body(Pending pending, Body body) {
    return switch (pending) {
      case Pending.Unread(var admission) -> read(admission, body);
      case Pending.Again again -> steps.attempts().body(again, body);
      case Pending.Watched _, Pending.Translated _, Pending.Tried _ ->
          throw new IllegalStateException("BUG: Envoy sent a body after the request");
    };
  }

  private Reply<Pending> read(Admission admission, Body body) {
    try {
      var decoded = steps.decoder().decode(admission.endpoint(), admission.dialect(), body);
      return judged(admission, decoded.request(), decoded.body());
    } catch (Refused e) {
      return refuse(e.refusal(), asked(admission, null));
    }
  }

  private Reply<Pending> judged(Admission admission, MessagesRequest request, @Nullable Body body) {
    admission.lease().shrinkTo(request.bodyBytes());
    var plan = steps.planner().plan(admission, request);
    var facts = Planner.facts(admission, request, plan.getFirst(), 1);
    if (CountsAbroad.isOne(facts)) {
      return steps.counts().reply(admission, facts, body);
    }
    boolean probes = admission.endpoint() == Endpoint.MESSAGES && QuotaProbe.maybe(request);
    boolean unsure = Planner.needsBody(plan, request);
    if (body == null && (probes || unsure || needsBody(facts))) {
      return new Reply.ReadBody<>(new Pending.Unread(admission));
    }
    if (body != null && probes && QuotaProbe.is(body)) {
      var asked = asked(admission, request.model());
      return later(asked, () -> answer(QuotaProbe.answer(facts, balances(facts.key())), asked));
    }
    return body != null && unsure
        ? sent(admission, facts, Planner.sayable(plan, admission, request, body), body)
        : sent(admission, facts, plan, body);
  }

  /// To the first place of the plan whose language has words for all of it.
  ///
  /// @param facts of the plan's first place
  private Reply<Pending> sent(
      Admission admission, Exchange.Facts facts, List<Route> plan, @Nullable Body body) {
    try {
      return sentFirst(admission, facts, plan, body);
    } catch (Refused e) {
      if (e.refusal() instanceof Refusal.Untranslatable && plan.size() > 1) {
        var rest = plan.subList(1, plan.size());
        return sent(
            admission, Planner.facts(admission, facts.request(), rest.getFirst(), 1), rest, body);
      }
      throw e;
    }
  }

  private Reply<Pending> sentFirst(
      Admission admission, Exchange.Facts facts, List<Route> plan, @Nullable Body body) {
    var request = facts.request();
    var exchange = new Exchange(body == null ? facts : steps.degrader().degrade(facts, body));
    var others = Planner.others(plan);
    var outbound = new Dispatcher.Outbound(admission, body, others);
    var course = others.isEmpty() ? null : course(plan, request, outbound);
    var reply = steps.dispatcher().dispatched(exchange, outbound);
    return new Reply.Awaited<>(
        reply
            .thenApply(sent -> steps.counts().orEstimate(admission, facts, sent))
            .thenApply(sent -> tried(course, exchange, sent))
            .exceptionallyCompose(failure -> lastResort(exchange, outbound, course, failure))
            .exceptionallyCompose(failure -> refuse(failure, asked(admission, request.model()))));
  }

  /// Keeps the body for attempts that follow, if it is here: the array that it is in is not.
  private Course course(List<Route> plan, MessagesRequest request, Dispatcher.Outbound outbound) {
    var body = outbound.body();
    return new Course(outbound.admission(), request, plan, body == null ? null : body.copy());
  }

  /// @param course null where nothing follows
  private Reply<Pending> tried(@Nullable Course course, Exchange exchange, Reply<Pending> reply) {
    if (course == null) {
      return reply;
    }
    return switch (reply) {
      case Reply.Forward<Pending> forward -> tried(course, exchange, forward, reply);
      case Reply.Watch<Pending>(var forward, _) -> tried(course, exchange, forward, reply);
      case Reply.Admit<Pending> _,
          Reply.ReadBody<Pending> _,
          Reply.Respond<Pending> _,
          Reply.LetIn<Pending> _,
          Reply.Awaited<Pending> _,
          Reply.Later<Pending> _ ->
          reply;
    };
  }

  private Reply<Pending> tried(
      Course course, Exchange exchange, Reply.Forward<Pending> forward, Reply<Pending> reply) {
    var _ = course.sent(course.place(), exchange, reply); // Nothing is due: it is the first.
    steps.courses().open(course, exchange);
    return new Reply.Watch<>(forward, new Pending.Tried(course));
  }

  /// An attempt after the first.
  ///
  /// @param attempt from 2
  public Reply<Pending> again(Head head, int attempt) {
    return steps.attempts().next(head.requestId(), attempt);
  }

  private boolean needsBody(Exchange.Facts facts) {
    return steps.dispatcher().needsBody(facts) || steps.degrader().needsBody(facts);
  }

  /// Before money refuses for good, a cheaper model is tried.
  private CompletableFuture<Reply<Pending>> lastResort(
      Exchange refused, Dispatcher.Outbound outbound, @Nullable Course course, Throwable failure) {
    var body = outbound.body();
    if (body == null && steps.degrader().mayHelp(refused.facts(), failure)) {
      var unread = new Pending.Unread(outbound.admission());
      return CompletableFuture.completedFuture(new Reply.ReadBody<>(unread));
    }
    var facts = steps.degrader().lastResort(refused.facts(), body, failure);
    if (facts == null || refused.hasEnded()) {
      return CompletableFuture.failedFuture(failure);
    }
    var exchange = new Exchange(facts);
    return steps
        .dispatcher()
        .dispatched(exchange, outbound)
        .thenApply(sent -> tried(course, exchange, sent));
  }

  private Reply<Pending> later(RequestLog.Asked asked, Supplier<Reply<Pending>> blocking) {
    return new Reply.Later<>(
        () -> {
          try {
            return blocking.get();
          } catch (Refused e) {
            return refuse(e.refusal(), asked);
          }
        });
  }

  private static RequestLog.Asked asked(Head head, @Nullable KeyPolicy key) {
    var model = head.request() == null ? null : head.request().model();
    return new RequestLog.Asked(
        head.requestId(), head.method(), head.path(), head.client(), key, model);
  }

  static RequestLog.Asked asked(Admission admission, @Nullable String model) {
    return new RequestLog.Asked(
        admission.requestId(),
        admission.endpoint().method(),
        admission.path(),
        admission.client(),
        admission.key(),
        model);
  }

  static Reply<Pending> answer(Answer answer, RequestLog.Asked asked) {
    RequestLog.answered(asked, answer.status());
    return new Reply.Respond<>(answer);
  }

  private CompletableFuture<Reply<Pending>> refuse(Throwable failure, RequestLog.Asked asked) {
    var refused = Refused.in(failure);
    return refused == null
        ? CompletableFuture.failedFuture(failure)
        : CompletableFuture.completedFuture(refuse(refused.refusal(), asked));
  }

  private Reply<Pending> refuse(Refusal refusal, RequestLog.Asked asked) {
    return new Reply.Respond<>(refused(refusal, asked));
  }

  /// The answer to an admitted request whose body cannot be told to the flow.
  public Answer refused(Head head, Refusal refusal) {
    return refused(refusal, asked(head, null));
  }

  private Answer refused(Refusal refusal, RequestLog.Asked asked) {
    var answer = steps.answers().of(refusal, asked.requestId());
    var kind = RefusalAnswers.word(refusal);
    meters.refused(kind);
    RequestLog.refused(asked, kind, answer.status());
    return answer;
  }
}
