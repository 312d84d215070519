package dev.sluice.compiler.warning;

import dev.sluice.compiler.catalogue.KnownServices;
import dev.sluice.compiler.rules.Complaints;
import dev.sluice.compiler.rules.ProviderPlan;
import dev.sluice.compiler.service.AccountPlan;
import dev.sluice.core.policy.Model;
import dev.sluice.core.provider.EmbeddingFamily;
import dev.sluice.core.provider.Service.Language;
import org.jspecify.annotations.Nullable;

/// Finds what a provider's manifest says in vain: a credential that is there twice, weights that
/// drain nothing, and embedding models of a service that makes none of them.
public record ProviderWarnings(ProviderPlan plan, Complaints warnings) {

  public void find() {
    var accounts = plan.accounts();
    for (int i = 1; i < accounts.size(); i++) {
      var source = accounts.get(i).source();
      var before =
          accounts.subList(0, i).stream()
              .filter(one -> one.source().equals(source))
              .map(AccountPlan::name)
              .findFirst();
      var field = "spec.credentials[" + i + "]";
      var name = accounts.get(i).name();
      before.ifPresent(first -> warnings.vain(field, name, "it is the credential of " + first));
    }
    if (accounts.stream().allMatch(account -> account.weight() == 0)) {
      warnings.vain("spec.credentials", "weight: 0 of each", "it is as if each had the weight 1");
    }
    for (var model : plan.models().values()) {
      var why = whyNoEmbeddings(model);
      if (why != null) {
        warnings.vain("spec.models", model.name(), why);
      }
    }
  }

  /// Null where it makes them, or is of another kind.
  private @Nullable String whyNoEmbeddings(Model model) {
    if (model.kind() != Model.Kind.EMBEDDING) {
      return null;
    }
    var service = plan.service();
    var known = KnownServices.byPreset().get(service.preset());
    if (known != null && !known.embeddings()) {
      return "preset " + service.preset() + " has no embeddings";
    }
    return service.language() == Language.BEDROCK
            && EmbeddingFamily.of(model.name(), model.upstreamName()) == null
        ? "at Bedrock only names with titan-embed or cohere.embed make embeddings"
        : null;
  }
}
