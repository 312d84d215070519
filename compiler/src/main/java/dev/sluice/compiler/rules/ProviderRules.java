package dev.sluice.compiler.rules;

import dev.sluice.compiler.catalogue.Catalogue;
import dev.sluice.compiler.manifest.Names;
import dev.sluice.compiler.problem.Fault;
import dev.sluice.core.budget.Level;
import dev.sluice.core.policy.Model;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.policy.Upstream;
import dev.sluice.core.price.Price;
import dev.sluice.crds.Provider;
import dev.sluice.crds.schema.Text;
import java.net.URI;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Checks a Provider.
public final class ProviderRules {

  private static final URI ANTHROPIC = URI.create("https://api.anthropic.com");
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration FIRST_BYTE = Duration.ofSeconds(120);
  private static final Duration IDLE = Duration.ofSeconds(300);

  /// For models that the catalogue does not know: as large as the largest that it does.
  private static final long CONTEXT_TOKENS_UNKNOWN = 1_000_000;

  private final Catalogue catalogue;

  public ProviderRules(Catalogue catalogue) {
    this.catalogue = catalogue;
  }

  /// A plan that is valid where nothing was complained of, else null.
  public @Nullable ProviderPlan check(ObjectName name, Provider.Spec spec, Complaints complaints) {
    var endpoint = EndpointRules.check(spec.endpoint(), ANTHROPIC, complaints);
    checkCredentials(spec, complaints);
    var ceiling = ceiling(spec, complaints);
    var models = models(spec, ceiling, complaints);
    var owner = name.toString();
    var budgets =
        BudgetRules.check(spec.budgets(), Level.PROVIDER, owner, "spec.budgets", complaints);
    var rateLimits =
        RateLimitRules.check(
            spec.rateLimits(), Level.PROVIDER, owner, "spec.rateLimits", complaints);
    var timeouts = timeouts(spec.timeouts(), complaints);
    var visibility = Visibility.check(spec.allowedNamespaces(), complaints);
    if (!complaints.problems().isEmpty()) {
      return null;
    }
    var credential = spec.credentials().getFirst();
    return new ProviderPlan(
        endpoint,
        credential.name(),
        credential.secretRef(),
        models,
        ceiling,
        budgets,
        rateLimits,
        timeouts,
        visibility);
  }

  private static void checkCredentials(Provider.Spec spec, Complaints complaints) {
    if (spec.credentials().isEmpty()) {
      complaints.add("spec.credentials", new Fault.Missing("one credential"));
    }
    for (int i = 0; i < spec.credentials().size(); i++) {
      var at = "spec.credentials[" + i + "]";
      var name = spec.credentials().get(i).name();
      if (i > 0) {
        complaints.add(at, new Fault.NotSupportedYet());
      } else if (!Names.label(name)) {
        complaints.unexpected(at + ".name", name, Names.LABEL_EXPECTED);
      }
    }
  }

  private static @Nullable Price ceiling(Provider.Spec spec, Complaints complaints) {
    boolean wanted = spec.unpricedModels() == Provider.UnpricedModels.Ceiling;
    var price = spec.ceilingPrice();
    if (price == null) {
      if (wanted) {
        var fault = new Fault.Missing("a price, because of unpricedModels: Ceiling");
        complaints.add("spec.ceilingPrice", fault);
      }
      return null;
    }
    if (!wanted) {
      var expected = "only together with unpricedModels: Ceiling";
      complaints.unexpected("spec.ceilingPrice", "a price", expected);
    }
    for (var missing : PriceRules.missing(price)) {
      complaints.add("spec.ceilingPrice." + missing, new Fault.Missing("every token class"));
    }
    for (int i = 0; i < price.above().size(); i++) {
      for (var missing : PriceRules.missing(price.above().get(i))) {
        var at = "spec.ceilingPrice.above[" + i + "]." + missing;
        complaints.add(at, new Fault.Missing("every token class"));
      }
    }
    return PriceRules.check(price, "spec.ceilingPrice", complaints).orElse(null);
  }

  private SortedMap<String, Model> models(
      Provider.Spec spec, @Nullable Price ceiling, Complaints complaints) {
    var models = new TreeMap<String, Model>();
    var listed = spec.models();
    if (listed == null) {
      catalogue
          .models()
          .forEach((name, entry) -> models.put(name, model(name, name, entry.price(), ceiling)));
      return models;
    }
    for (int i = 0; i < listed.size(); i++) {
      var at = "spec.models[" + i + "]";
      var model = model(listed.get(i), ceiling, at, complaints);
      if (models.put(model.name(), model) != null) {
        complaints.unexpected(at + ".name", model.name(), "each model once");
      }
    }
    return models;
  }

  private Model model(
      Provider.Model spec, @Nullable Price ceiling, String path, Complaints complaints) {
    Values.check(Text.MODEL, spec.name(), path + ".name", complaints);
    var upstreamName = spec.upstreamName() == null ? spec.name() : spec.upstreamName();
    Values.check(Text.VISIBLE, upstreamName, path + ".upstreamName", complaints);
    var price =
        spec.price() == null
            ? known(spec.name(), upstreamName).price()
            : PriceRules.check(spec.price(), path + ".price", complaints).orElse(null);
    return model(spec.name(), upstreamName, price, ceiling);
  }

  private Model model(
      String name, String upstreamName, @Nullable Price price, @Nullable Price ceiling) {
    var known = known(name, upstreamName);
    var context = known.contextTokensMax();
    return new Model(
        name,
        upstreamName,
        name,
        price == null ? ceiling : price,
        context == null ? CONTEXT_TOKENS_UNKNOWN : context,
        known.requests());
  }

  private Catalogue.Entry known(String name, String upstreamName) {
    var none = new Catalogue.Entry(null, null, null);
    var byUpstreamName = catalogue.models().getOrDefault(upstreamName, none);
    return catalogue.models().getOrDefault(name, byUpstreamName);
  }

  private static Upstream.Timeouts timeouts(
      Provider.@Nullable Timeouts spec, Complaints complaints) {
    if (spec == null) {
      return new Upstream.Timeouts(CONNECT, FIRST_BYTE, IDLE);
    }
    return new Upstream.Timeouts(
        Values.duration(spec.connect(), CONNECT, "spec.timeouts.connect", complaints),
        Values.duration(spec.firstByte(), FIRST_BYTE, "spec.timeouts.firstByte", complaints),
        Values.duration(spec.idle(), IDLE, "spec.timeouts.idle", complaints));
  }
}
