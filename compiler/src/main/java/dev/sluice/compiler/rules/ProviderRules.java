package dev.sluice.compiler.rules;

import dev.sluice.compiler.catalogue.Catalogue;
import dev.sluice.compiler.problem.Fault;
import dev.sluice.compiler.service.CredentialRules;
import dev.sluice.compiler.service.EndpointRules;
import dev.sluice.compiler.service.IdentityRules;
import dev.sluice.compiler.service.Regions;
import dev.sluice.compiler.service.ServiceRules;
import dev.sluice.core.budget.Level;
import dev.sluice.core.policy.Model;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.policy.Upstream;
import dev.sluice.core.price.Price;
import dev.sluice.crds.Provider;
import dev.sluice.crds.schema.Text;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Checks a Provider.
public final class ProviderRules {

  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration FIRST_BYTE = Duration.ofSeconds(120);
  private static final long CONSECUTIVE_ERRORS_MAX = 1_000;
  private static final Duration IDLE = Duration.ofSeconds(300);

  /// For models that the catalogue does not know: as large as the largest that it does.
  private static final long CONTEXT_TOKENS_UNKNOWN = 1_000_000;

  private static final long OUTPUT_TOKENS_MAX = 10_000_000;

  private final Catalogue catalogue;

  public ProviderRules(Catalogue catalogue) {
    this.catalogue = catalogue;
  }

  /// A plan that is valid where nothing was complained of, else null.
  public @Nullable ProviderPlan check(ObjectName name, Provider.Spec spec, Complaints complaints) {
    var known = ServiceRules.check(spec, complaints);
    var endpoint = EndpointRules.check(spec.endpoint(), known, complaints);
    var accounts = CredentialRules.check(spec, complaints);
    accounts.forEach(account -> IdentityRules.check(account.source(), endpoint, complaints));
    var ceiling = ceiling(spec, complaints);
    EmbeddingRules.check(spec, complaints);
    var models = models(spec, catalogue.sections(known.prices()), ceiling, complaints);
    var owner = name.toString();
    var budgets =
        BudgetRules.check(spec.budgets(), Level.PROVIDER, owner, "spec.budgets", complaints);
    var rateLimits =
        RateLimitRules.check(
            spec.rateLimits(), Level.PROVIDER, owner, "spec.rateLimits", complaints);
    var timeouts = timeouts(spec.timeouts(), complaints);
    var outlier = outlier(spec.outlier(), complaints);
    var visibility = Visibility.check(spec.allowedNamespaces(), complaints);
    if (!complaints.problems().isEmpty()) {
      return null;
    }
    return new ProviderPlan(
        endpoint,
        known.service(),
        Regions.of(spec),
        accounts,
        models,
        ceiling,
        budgets,
        rateLimits,
        timeouts,
        outlier,
        visibility);
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

  private static SortedMap<String, Model> models(
      Provider.Spec spec,
      SortedMap<String, Catalogue.Entry> catalogue,
      @Nullable Price ceiling,
      Complaints complaints) {
    var models = new TreeMap<String, Model>();
    var listed = spec.models();
    if (listed == null) {
      catalogue.forEach(
          (name, entry) -> models.put(name, model(name, name, entry, ceiling, Model.Kind.TEXT)));
      if (models.isEmpty() && complaints.problems().isEmpty()) {
        var missing = new Fault.Missing("its models: the price catalogue knows none");
        complaints.add("spec.models", missing);
      }
      return models;
    }
    for (int i = 0; i < listed.size(); i++) {
      var at = "spec.models[" + i + "]";
      var model = model(listed.get(i), catalogue, ceiling, at, complaints);
      if (models.put(model.name(), model) != null) {
        complaints.unexpected(at + ".name", model.name(), "each model once");
      }
    }
    return models;
  }

  private static Model model(
      Provider.Model spec,
      SortedMap<String, Catalogue.Entry> catalogue,
      @Nullable Price ceiling,
      String path,
      Complaints complaints) {
    Values.check(Text.MODEL, spec.name(), path + ".name", complaints);
    var upstreamName = spec.upstreamName() == null ? spec.name() : spec.upstreamName();
    Values.check(Text.VISIBLE, upstreamName, path + ".upstreamName", complaints);
    var none = new Catalogue.Entry(null, null, null, null);
    var byUpstreamName = catalogue.getOrDefault(upstreamName, none);
    var known = catalogue.getOrDefault(spec.name(), byUpstreamName);
    if (EmbeddingRules.concerns(spec)) {
      var own = EmbeddingRules.price(spec, path, complaints);
      var entry = new Catalogue.Entry(own, known.contextTokensMax(), null, null);
      return model(spec.name(), upstreamName, entry, ceiling, Model.Kind.EMBEDDING);
    }
    var price =
        spec.price() == null
            ? known.price()
            : PriceRules.check(spec.price(), path + ".price", complaints).orElse(null);
    var tokens = spec.maxOutputTokens();
    Values.within(1, tokens, OUTPUT_TOKENS_MAX, path + ".maxOutputTokens", complaints);
    var own =
        new Catalogue.Entry(
            price,
            known.contextTokensMax(),
            tokens == null ? known.outputTokensMax() : tokens,
            known.requests());
    return model(spec.name(), upstreamName, own, ceiling, Model.Kind.TEXT);
  }

  private static Model model(
      String name,
      String upstreamName,
      Catalogue.Entry known,
      @Nullable Price ceiling,
      Model.Kind kind) {
    var price = known.price();
    var context = known.contextTokensMax();
    return new Model(
        name,
        upstreamName,
        name,
        price == null ? ceiling : price,
        context == null ? CONTEXT_TOKENS_UNKNOWN : context,
        known.outputTokensMax(),
        known.requests(),
        kind);
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

  private static Upstream.Outlier outlier(Provider.@Nullable Outlier spec, Complaints complaints) {
    var standard = Upstream.Outlier.DEFAULT;
    if (spec == null) {
      return standard;
    }
    var errors = spec.consecutiveErrors();
    if (errors != null && (errors < 1 || errors > CONSECUTIVE_ERRORS_MAX)) {
      complaints.unexpected(
          "spec.outlier.consecutiveErrors", "" + errors, "1.." + CONSECUTIVE_ERRORS_MAX);
    }
    return new Upstream.Outlier(
        errors == null ? standard.consecutiveErrors() : errors.intValue(),
        Values.duration(spec.ejectFor(), standard.ejectFor(), "spec.outlier.ejectFor", complaints));
  }
}
