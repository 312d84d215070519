package dev.sluice.extproc.flow;

import dev.sluice.core.policy.Model;
import dev.sluice.core.refusal.Refusal;
import dev.sluice.extproc.decode.Body;
import dev.sluice.extproc.decode.Dialect;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.health.Health;
import dev.sluice.extproc.reply.Refused;
import dev.sluice.extproc.route.Asking;
import dev.sluice.extproc.route.PriceCheck;
import dev.sluice.extproc.route.Route;
import dev.sluice.extproc.route.Router;
import dev.sluice.extproc.translate.Bounds;
import dev.sluice.extproc.translate.Translation;
import dev.sluice.extproc.watch.Watch;
import dev.sluice.wire.anthropic.MessagesRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Plans where a request may go: the places that policy names, but for those that cannot price it,
/// and with those last that fail.
public final class Planner {

  private final Health health;

  public Planner(Health health) {
    this.health = health;
  }

  /// The first provider, and those that follow where one fails; a count is of the first alone. One
  /// that a hold will rest on is of the place that the hold is for, whatever is planned meanwhile.
  List<Route> plan(Admission admission, MessagesRequest request) {
    var bound = admission.bound();
    if (bound != null) {
      return List.of(bound);
    }
    var asking = new Asking(admission.requestId(), admission.client(), request);
    var plan = Router.plan(admission.key(), admission.snapshot(), asking);
    return admission.endpoint().isBilled()
        ? places(plan, asking)
        : List.of(health.ordered(plan, asking.run()).getFirst());
  }

  /// Those places of a plan that can price a request, in the order in which they are tried now; at
  /// least one.
  ///
  /// @throws Refused where none can
  public List<Route> places(List<Route> plan, Asking asking) {
    var request = asking.request();
    if (plan.size() == 1) {
      PriceCheck.check(request, plan.getFirst());
      return plan;
    }
    var priced = plan.stream().filter(route -> PriceCheck.passes(request, route)).toList();
    if (priced.isEmpty()) {
      PriceCheck.check(request, plan.getFirst());
    }
    return health.ordered(priced, asking.run());
  }

  /// Until when a place is left alone; null where it is not.
  public @Nullable Instant restsUntil(Route route) {
    return health.restsUntil(route);
  }

  /// Whether only the body shows which places after the first can serve it: it has what not every
  /// language has words for, as requests for embeddings may. Whether the first can is seen when the
  /// request is put in its words.
  static boolean needsBody(List<Route> plan, MessagesRequest request) {
    boolean plain =
        request.kind() == Model.Kind.TEXT
            && request.media().equals(MessagesRequest.Media.NONE)
            && request.serverTools().equals(MessagesRequest.ServerTools.NONE);
    return !plain && plan.stream().skip(1).anyMatch(Planner::isForeign);
  }

  /// The accounts of the places after the first.
  static List<String> others(List<Route> plan) {
    return plan.size() == 1
        ? List.of()
        : plan.subList(1, plan.size()).stream().map(Route::account).toList();
  }

  private static boolean isForeign(Route route) {
    return !route.upstream().service().speaksMessages();
  }

  /// The plan without the places after the first whose language has no words for the request. Envoy
  /// runs a plan as it is: one of them would end it.
  static List<Route> sayable(
      List<Route> plan, Admission admission, MessagesRequest request, Body body) {
    var sayable = new ArrayList<>(plan.subList(0, 1));
    for (var route : plan.subList(1, plan.size())) {
      var facts = facts(admission, request, route, 1);
      // The first may take what this one cannot read.
      if (hindrance(facts, admission.dialect(), body) == null) {
        sayable.add(route);
      }
    }
    return List.copyOf(sayable);
  }

  /// Why a place has no words for a request; null where it has.
  public static @Nullable Refusal hindrance(Exchange.Facts facts, Dialect dialect, Body body) {
    if (!isForeign(facts.route())) {
      return null;
    }
    try {
      var _ = Translation.prepare(facts, dialect, body);
      return null;
    } catch (Refused e) {
      if (e.refusal() instanceof Refusal.Untranslatable
          || e.refusal() instanceof Refusal.BodyMalformed) {
        return e.refusal();
      }
      throw e;
    }
  }

  /// What is known of an attempt.
  static Exchange.Facts facts(
      Admission admission, MessagesRequest request, Route route, int attempt) {
    var bound = Bounds.of(request, route.upstream(), route.model());
    return new Exchange.Facts(
        admission.requestId(),
        admission.startedAt(),
        admission.endpoint(),
        admission.key(),
        admission.client(),
        request,
        route,
        bound,
        !isForeign(route) && Watch.canWatch(request, admission.dialect()),
        admission.snapshot().priceVersion(),
        attempt);
  }
}
