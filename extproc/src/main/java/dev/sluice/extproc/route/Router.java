package dev.sluice.extproc.route;

import dev.sluice.core.policy.Grant;
import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.core.policy.Model;
import dev.sluice.core.policy.Snapshot;
import dev.sluice.core.policy.Upstream;
import dev.sluice.core.price.Price;
import dev.sluice.core.refusal.Refusal;
import dev.sluice.core.refusal.RefusedModel;
import dev.sluice.extproc.policy.ModelPolicy;
import dev.sluice.extproc.reply.Refused;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Plans which providers and models a request may go to, the best first.
///
/// 1. A rule of the key, a tier or the asked name says which model is wanted (see [Choice]).
/// 2. The grants that can serve it come in the order in which the request's session has them (see
///    [Shares]). Where a provider is named it is first, and others that have the model follow.
/// 3. Then come the fallbacks, the client's before the key's: of each the first grant that can.
/// 4. Each provider is tried with several of its accounts, as far as there is room.
///
/// What the key or its teams do not allow is in no plan, nor a model of another kind. Embeddings
/// come from one model, wherever it is served.
public final class Router {

  /// Of one request. More would make the client wait for longer than it does.
  public static final int PLAN_MAX = 4;

  private Router() {}

  /// Where the request goes first.
  ///
  /// @throws Refused where no grant can serve it
  public static Route route(KeyPolicy key, Snapshot snapshot, Asking asking) {
    return plan(key, snapshot, asking).getFirst();
  }

  /// Where the request may go; at least one.
  ///
  /// @throws Refused where no grant can serve the model that is wanted
  public static List<Route> plan(KeyPolicy key, Snapshot snapshot, Asking asking) {
    var target = Choice.of(key, asking).target();
    var plan = new ArrayList<>(serving(key, snapshot, asking, target));
    if (plan.isEmpty()) {
      throw new Refused(refusal(asking, key, snapshot, target));
    }
    if (target.indexOf('/') >= 0) {
      addAll(plan, serving(key, snapshot, asking, plan.getFirst().model().name()));
    }
    for (var fallback : asking.fallbacks()) {
      addFirst(plan, serving(key, snapshot, asking, ModelPolicy.resolve(key, fallback)));
    }
    for (var fallback : key.routing().fallbacks()) {
      addFirst(plan, serving(key, snapshot, asking, fallback));
    }
    if (asking.request().kind() == Model.Kind.EMBEDDING) {
      var model = plan.getFirst().model().name();
      plan.removeIf(serving -> !serving.model().name().equals(model));
    }
    return routes(key, plan.subList(0, Math.min(plan.size(), PLAN_MAX)), asking);
  }

  /// Each place with its accounts, in the order of the request's session; further accounts of a
  /// provider only where all places that follow have one too.
  private static List<Route> routes(KeyPolicy key, List<Candidate.Serving> plan, Asking asking) {
    var routes = new ArrayList<Route>();
    int spare = PLAN_MAX - plan.size();
    for (var serving : plan) {
      var accounts = Shares.accounts(serving.upstream().accounts(), asking.run());
      int places = Math.min(accounts.size(), 1 + spare);
      spare -= places - 1;
      for (var account : accounts.subList(0, places)) {
        routes.add(route(key, serving, account.credential(), asking));
      }
    }
    return List.copyOf(routes);
  }

  private static void addAll(List<Candidate.Serving> plan, List<Candidate.Serving> more) {
    more.stream().filter(one -> plan.stream().noneMatch(one::isSame)).forEach(plan::add);
  }

  private static void addFirst(List<Candidate.Serving> plan, List<Candidate.Serving> more) {
    addAll(plan, more.subList(0, Math.min(more.size(), 1)));
  }

  private static Route route(
      KeyPolicy key, Candidate.Serving serving, String account, Asking asking) {
    var limits = Limits.of(key, serving.grant(), serving.upstream(), asking.client());
    return new Route(serving.upstream(), account, serving.model(), serving.price(), limits, null);
  }

  /// The grants that can serve a model, in the order of the request's session.
  private static List<Candidate.Serving> serving(
      KeyPolicy key, Snapshot snapshot, Asking asking, String name) {
    var serving = new ArrayList<Candidate.Serving>();
    for (var grant : key.grants()) {
      if (candidate(key, grant, snapshot, asked(asking, name)) instanceof Candidate.Serving one) {
        serving.add(one);
      }
    }
    return Shares.order(serving, asking.run());
  }

  /// A model that is wanted.
  ///
  /// @param name or `provider/model`; no alias
  public record Wanted(String name, Model.Kind kind) {}

  private static Wanted asked(Asking asking, String name) {
    return new Wanted(name, asking.request().kind());
  }

  /// What the provider of a grant is to a model.
  public static Candidate candidate(KeyPolicy key, Grant grant, Snapshot snapshot, Wanted wanted) {
    var upstream = snapshot.upstreams().get(grant.provider());
    var model = upstream == null ? null : upstream.model(wanted.name());
    if (upstream == null || model == null) {
      return Candidate.Lacking.IT;
    }
    if (model.kind() != wanted.kind()) {
      return new Candidate.OtherKind(model);
    }
    var hindrance = ModelPolicy.hindrance(key, grant, model.name());
    if (hindrance != null) {
      return new Candidate.Denied(model, hindrance);
    }
    var price = price(upstream, model);
    return price == null
        ? new Candidate.Unpriced(model)
        : new Candidate.Serving(grant, upstream, model, price);
  }

  private static Refusal refusal(Asking asking, KeyPolicy key, Snapshot snapshot, String target) {
    var wanted = new RefusedModel(target, asking.request().model());
    boolean known = false;
    Model other = null;
    for (var grant : key.grants()) {
      switch (candidate(key, grant, snapshot, asked(asking, target))) {
        case Candidate.Unpriced _ -> {
          return new Refusal.Unpriced(wanted, "the model");
        }
        case Candidate.Denied _ -> known = true;
        case Candidate.OtherKind(var model) -> other = model;
        case Candidate.Lacking _, Candidate.Serving _ -> {
          // Tells nothing.
        }
      }
    }
    if (!known && other != null) {
      return new Refusal.KindMismatch(wanted, other.kind());
    }
    return known
        ? new Refusal.ModelDenied(wanted, key.name().name())
        : new Refusal.ModelUnknown(wanted);
  }

  /// The price of a model; null where it must not be used for want of one.
  public static @Nullable Price price(Upstream upstream, Model model) {
    return model.price() == null ? upstream.ceilingPrice() : model.price();
  }
}
