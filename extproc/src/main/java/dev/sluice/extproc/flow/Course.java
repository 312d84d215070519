package dev.sluice.extproc.flow;

import dev.sluice.extproc.decode.Body;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.meter.Ending;
import dev.sluice.extproc.reply.Reply;
import dev.sluice.extproc.route.Route;
import dev.sluice.wire.anthropic.MessagesRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// A request that several providers may serve, one after another: an attempt is an exchange of its
/// own, with its own hold, that ends when Envoy tells how it failed.
///
/// Envoy tells the failures in their order, each before the request's end; whether a failure or the
/// next attempt is told first is open.
public final class Course {

  private final Admission admission;
  private final MessagesRequest request;
  private final List<Route> plan;
  private final @Nullable Body body;
  private final List<Exchange> sent = new ArrayList<>();
  private final List<Ending> failures = new ArrayList<>();
  private CompletableFuture<Void> allSettled = new CompletableFuture<>();
  private @Nullable Reply<Pending> last;
  private boolean given;
  private int ended;
  private int settled;

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

  @Nullable Body body() {
    return body;
  }

  /// @param attempt from 1; null beyond the plan
  @Nullable Route route(int attempt) {
    return attempt <= plan.size() ? plan.get(attempt - 1) : null;
  }

  /// An attempt that failed, and how.
  record Failed(Exchange exchange, Ending ending) {}

  /// An attempt is sent.
  synchronized void sent(Exchange exchange, Reply<Pending> reply) {
    sent.add(exchange);
    last = reply;
    given = false;
  }

  /// The next attempt is due: the one before has failed.
  ///
  /// @return what is to be ended
  synchronized List<Failed> goesOn() {
    given = true;
    allSettled = new CompletableFuture<>();
    settled(0);
    return due();
  }

  /// An attempt failed.
  ///
  /// @return what is to be ended
  synchronized List<Failed> failed(Ending ending) {
    // Without a connection Java is asked for the first attempt only.
    if (failures.isEmpty() || ending.sent() || ending.byProvider()) {
      failures.add(ending);
    }
    return due();
  }

  private List<Failed> due() {
    var due = new ArrayList<Failed>();
    int over = given ? sent.size() : sent.size() - 1;
    while (ended < Math.min(over, failures.size())) {
      due.add(new Failed(sent.get(ended), failures.get(ended)));
      ended++;
    }
    return due;
  }

  /// So many attempts are settled, or it failed.
  synchronized void settled(int more) {
    settled += more;
    if (given && settled == sent.size()) {
      allSettled.complete(null);
    }
  }

  /// Completes once nothing is held any more for the attempts before.
  synchronized CompletableFuture<Void> allSettled() {
    return allSettled.copy();
  }

  /// Who sees the answer of the last attempt that was sent; null where it passes as it is.
  public synchronized @Nullable Pending answering() {
    return last instanceof Reply.Watch<Pending>(var _, var next) && !given ? next : null;
  }

  /// What the answer of the last attempt that was sent tells; null where the gateway answers.
  public synchronized Reply.@Nullable Forward<Pending> told() {
    return given
        ? null
        : switch (Objects.requireNonNull(last)) {
          case Reply.Watch<Pending>(var forward, _) -> forward;
          case Reply.Forward<Pending> forward -> forward;
          case Reply.Admit<Pending> _,
              Reply.ReadBody<Pending> _,
              Reply.Respond<Pending> _,
              Reply.Awaited<Pending> _,
              Reply.Later<Pending> _ ->
              throw new IllegalStateException("BUG: not sent");
        };
  }
}
