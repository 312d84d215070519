package dev.sluice.compiler;

import dev.sluice.compiler.LastGood.ProviderInForce;
import dev.sluice.compiler.rules.ProviderPlan;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.policy.Upstream;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Finds the Providers' credentials, and with them the versions in force.
final class ProviderResolver {

  private ProviderResolver() {}

  static SortedMap<ObjectName, ProviderInForce> resolve(
      Map<ObjectName, Draft<ProviderPlan, ProviderInForce>> drafts, Secrets secrets) {
    var inForce = new TreeMap<ObjectName, ProviderInForce>();
    drafts.forEach(
        (name, draft) -> {
          var now = now(draft, secrets);
          var version = now == null ? before(draft, secrets) : now;
          if (version != null) {
            inForce.put(name, version);
          }
        });
    return inForce;
  }

  private static @Nullable ProviderInForce now(
      Draft<ProviderPlan, ProviderInForce> draft, Secrets secrets) {
    var plan = draft.now();
    if (plan == null) {
      return null;
    }
    var field = "spec.credentials[0].secretRef";
    return secrets
        .find(draft.name(), plan.secret(), Secrets.CREDENTIAL, field, draft.complaints())
        .map(credential -> new ProviderInForce(plan, credential))
        .orElse(null);
  }

  /// The last good version with the credential of now, or with its own where that is malformed.
  /// Where the credential was deleted the provider is gone.
  private static @Nullable ProviderInForce before(
      Draft<ProviderPlan, ProviderInForce> draft, Secrets secrets) {
    var before = draft.before();
    if (before == null) {
      return null;
    }
    return secrets
        .find(draft.name(), before.plan().secret())
        .map(value -> Secrets.CREDENTIAL.matcher(value).matches() ? value : before.credential())
        .map(credential -> new ProviderInForce(before.plan(), credential))
        .orElse(null);
  }

  static Upstream upstream(ObjectName name, ProviderPlan plan) {
    return new Upstream(
        name,
        plan.endpoint(),
        credentialName(name, plan),
        plan.models(),
        plan.ceilingPrice(),
        plan.budgets(),
        plan.rateLimits(),
        plan.timeouts());
  }

  static String credentialName(ObjectName name, ProviderPlan plan) {
    return name + "/" + plan.credential();
  }
}
