package dev.sluice.extproc.route;

import dev.sluice.core.policy.Grant;
import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.core.policy.Model;
import dev.sluice.core.policy.Snapshot;
import dev.sluice.core.policy.Upstream;
import dev.sluice.core.price.Price;
import dev.sluice.core.refusal.Refusal;
import dev.sluice.extproc.decode.Client;
import dev.sluice.extproc.policy.ModelPolicy;
import dev.sluice.extproc.reply.Refused;
import org.jspecify.annotations.Nullable;

/// Takes the first grant of the key that can serve the asked model.
public final class Router {

  private Router() {}

  /// Where the asked model is served.
  ///
  /// @throws Refused where no grant can
  public static Route route(KeyPolicy key, Snapshot snapshot, Client client, String asked) {
    var name = ModelPolicy.resolve(key, asked);
    boolean known = false;
    boolean allowed = false;
    for (var grant : key.grants()) {
      switch (candidate(key, grant, snapshot, name)) {
        case Candidate.Lacking _ -> {
          // The next one may have it.
        }
        case Candidate.Denied _ -> known = true;
        case Candidate.Unpriced _ -> {
          known = true;
          allowed = true;
        }
        case Candidate.Serving(var upstream, var model, var price) -> {
          var limits = Limits.of(key, grant, upstream, client);
          return new Route(upstream, model, price, limits, null);
        }
      }
    }
    throw new Refused(refusal(asked, key, known, allowed));
  }

  /// What the provider of a grant is to a model.
  ///
  /// @param name the model, or `provider/model`; no alias
  public static Candidate candidate(KeyPolicy key, Grant grant, Snapshot snapshot, String name) {
    var upstream = snapshot.upstreams().get(grant.provider());
    var model = upstream == null ? null : upstream.model(name);
    if (upstream == null || model == null) {
      return Candidate.Lacking.IT;
    }
    var hindrance = ModelPolicy.hindrance(key, grant, model.name());
    if (hindrance != null) {
      return new Candidate.Denied(model, hindrance);
    }
    var price = price(upstream, model);
    return price == null
        ? new Candidate.Unpriced(model)
        : new Candidate.Serving(upstream, model, price);
  }

  private static Refusal refusal(String asked, KeyPolicy key, boolean known, boolean allowed) {
    if (!known) {
      return new Refusal.ModelUnknown(asked);
    }
    return allowed
        ? new Refusal.Unpriced(asked, "the model")
        : new Refusal.ModelDenied(asked, key.name().name());
  }

  /// The price of a model; null where it must not be used for want of one.
  public static @Nullable Price price(Upstream upstream, Model model) {
    return model.price() == null ? upstream.ceilingPrice() : model.price();
  }
}
