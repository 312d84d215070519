package dev.sluice.core.policy;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.budget.RateLimit;
import dev.sluice.core.price.Price;
import dev.sluice.core.provider.Service;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A provider as requests see it.
///
/// @param endpoint scheme, host, port and an optional path prefix without a trailing slash
/// @param accounts what the provider knows us by, at least one, in the order of the manifest
/// @param models by canonical name, sorted
/// @param ceilingPrice the price of models without one (`unpricedModels: Ceiling`), else null
/// @param budgets of level `provider`
/// @param rateLimits of level `provider`
public record Upstream(
    ObjectName name,
    URI endpoint,
    Service service,
    List<Account> accounts,
    Map<String, Model> models,
    @Nullable Price ceilingPrice,
    List<Budget> budgets,
    List<RateLimit> rateLimits,
    Timeouts timeouts,
    Outlier outlier) {

  public Upstream {
    accounts = List.copyOf(accounts);
    models = java.util.Collections.unmodifiableMap(new java.util.TreeMap<>(models));
    budgets = List.copyOf(budgets);
    rateLimits = List.copyOf(rateLimits);
  }

  /// The model of this name, or of `provider/model`, with or without the provider's namespace.
  public @Nullable Model model(String asked) {
    for (var prefix : new String[] {"", name.name() + "/", name + "/"}) {
      var model = asked.startsWith(prefix) ? models.get(asked.substring(prefix.length())) : null;
      if (model != null) {
        return model;
      }
    }
    return null;
  }

  /// What the provider knows us by.
  ///
  /// @param credential the name, `namespace/provider/credential`; its value is only in the
  ///   [dev.sluice.core.provider.Credentials]
  /// @param weight the share of sessions among the provider's accounts; 0: only after the others
  public record Account(String credential, long weight) {}

  /// When a provider that fails is left alone.
  ///
  /// @param consecutiveErrors after so many in a row
  /// @param ejectFor for so long
  public record Outlier(int consecutiveErrors, Duration ejectFor) {
    public static final Outlier DEFAULT = new Outlier(3, Duration.ofSeconds(30));
  }

  /// @param connect until the connection stands
  /// @param firstByte from the end of the request to the answer's headers
  /// @param idle between two bytes of the answer
  public record Timeouts(Duration connect, Duration firstByte, Duration idle) {}
}
