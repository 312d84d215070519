package dev.sluice.extproc.flow;

import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.core.policy.Snapshot;
import dev.sluice.core.policy.SnapshotStore;
import dev.sluice.core.refusal.Refusal;
import dev.sluice.extproc.answer.RefusalAnswers;
import dev.sluice.extproc.authenticate.Authenticator;
import dev.sluice.extproc.budget.UsageAnswer;
import dev.sluice.extproc.decode.Body;
import dev.sluice.extproc.decode.Client;
import dev.sluice.extproc.decode.Endpoint;
import dev.sluice.extproc.decode.Head;
import dev.sluice.extproc.decode.RequestDecoder;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.metrics.Meters;
import dev.sluice.extproc.models.ModelList;
import dev.sluice.extproc.reply.Answers;
import dev.sluice.extproc.reply.Refused;
import dev.sluice.extproc.reply.Reply;
import dev.sluice.extproc.reserve.BufferBudget;
import dev.sluice.extproc.reserve.SpentBudgets;
import dev.sluice.extproc.route.PriceCheck;
import dev.sluice.extproc.route.Router;
import dev.sluice.extproc.usage.RequestLog;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.LedgerUnavailableException;
import dev.sluice.wire.anthropic.LooseBound;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The way of a request: its head, then its body, then off to the provider.
///
/// The head and the body are judged where they arrive, without waiting for anything; what blocks is
/// handed back as a [Reply.Later], and what the ledger answers as a [Reply.Pending].
public final class RequestFlow {

  /// The steps that need something from outside.
  public record Steps(
      Authenticator authenticator,
      RequestDecoder decoder,
      BufferBudget buffers,
      SpentBudgets spent,
      Dispatcher dispatcher,
      RefusalAnswers answers) {}

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

  /// The head of a request.
  public Reply<Admission> head(Head head) {
    if (Endpoint.isProbe(head)) {
      return new Reply.Respond<>(Answers.probed(head.requestId()));
    }
    KeyPolicy key = null;
    try {
      var snapshot = snapshots.current();
      key = steps.authenticator().authenticate(head.offered(), snapshot);
      checkServing();
      return serve(endpoint(head), head, key, snapshot);
    } catch (Refused e) {
      return refuse(e.refusal(), head.requestId(), key, head.client());
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

  private Reply<Admission> serve(Endpoint endpoint, Head head, KeyPolicy key, Snapshot snapshot) {
    var requestId = head.requestId();
    return switch (endpoint) {
      case MODELS -> new Reply.Respond<>(ModelList.of(requestId, key, snapshot, head.query()));
      case USAGE -> later(requestId, key, head.client(), () -> usage(requestId, key));
      case COUNT_TOKENS -> admit(endpoint, head, key, snapshot);
      case MESSAGES -> {
        var suspects = steps.spent().suspects(key.budgets());
        if (suspects.isEmpty()) {
          yield admit(endpoint, head, key, snapshot);
        }
        yield later(
            requestId,
            key,
            head.client(),
            () -> {
              steps.spent().verify(suspects);
              return admit(endpoint, head, key, snapshot);
            });
      }
    };
  }

  private Reply<Admission> usage(String requestId, KeyPolicy key) {
    try {
      return new Reply.Respond<>(UsageAnswer.of(requestId, ledger.balances(key.budgets())));
    } catch (LedgerUnavailableException _) {
      throw new Refused(new Refusal.LedgerUnavailable(Duration.ZERO));
    }
  }

  private Reply<Admission> admit(Endpoint endpoint, Head head, KeyPolicy key, Snapshot snapshot) {
    steps.decoder().checkLength(head);
    var lease = steps.buffers().lease(head.contentLength());
    return new Reply.ReadBody<>(
        new Admission(
            head.requestId(),
            clock.instant(),
            endpoint,
            head.path(),
            head.query(),
            head.client(),
            key,
            snapshot,
            lease));
  }

  /// The body of a request whose head was accepted.
  public Reply<Admission> body(Admission admission, Body body) {
    try {
      var facts = decide(admission, body);
      var exchange = new Exchange(facts);
      if (!facts.needsHold()) {
        return steps.dispatcher().dispatch(exchange, admission, body);
      }
      var reply = steps.dispatcher().dispatchWithHold(exchange, admission, body);
      return new Reply.Pending<>(reply.exceptionally(failure -> refuse(failure, admission)));
    } catch (Refused e) {
      return refuse(e.refusal(), admission.requestId(), admission.key(), admission.client());
    }
  }

  private Exchange.Facts decide(Admission admission, Body body) {
    admission.lease().shrinkTo(body.length());
    var request = steps.decoder().decode(admission.endpoint(), body);
    var route = Router.route(admission.key(), admission.snapshot(), request.model());
    if (admission.endpoint() == Endpoint.MESSAGES) {
      PriceCheck.check(request, route);
    }
    var bound = LooseBound.of(request, route.model().contextTokensMax());
    return new Exchange.Facts(
        admission.requestId(),
        admission.startedAt(),
        admission.endpoint(),
        admission.key(),
        admission.client(),
        request,
        route,
        bound,
        admission.snapshot().priceVersion());
  }

  private Reply<Admission> later(
      String requestId, KeyPolicy key, Client client, Supplier<Reply<Admission>> blocking) {
    return new Reply.Later<>(
        () -> {
          try {
            return blocking.get();
          } catch (Refused e) {
            return refuse(e.refusal(), requestId, key, client);
          }
        });
  }

  private Reply<Admission> refuse(Throwable failure, Admission admission) {
    if (failure instanceof CompletionException && failure.getCause() instanceof Refused refused) {
      return refuse(refused.refusal(), admission.requestId(), admission.key(), admission.client());
    }
    throw new CompletionException(failure);
  }

  private Reply<Admission> refuse(
      Refusal refusal, String requestId, @Nullable KeyPolicy key, Client client) {
    var answer = steps.answers().of(refusal, requestId);
    var kind = RefusalAnswers.word(refusal);
    meters.refused(kind);
    RequestLog.refused(requestId, key, client, kind, answer.status());
    return new Reply.Respond<>(answer);
  }
}
