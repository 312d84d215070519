package dev.sluice.compiler.rules;

import dev.sluice.compiler.problem.Fault;
import dev.sluice.core.price.Price;
import dev.sluice.crds.Provider;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Checks what a model that makes embeddings has of its own: a price of input alone, since it
/// writes nothing and keeps nothing.
final class EmbeddingRules {

  private static final String ALONE = "inputUsdPerMTok alone, because of kind: Embedding";

  private EmbeddingRules() {}

  static boolean concerns(Provider.Model spec) {
    return spec.kind() == Provider.ModelKind.Embedding;
  }

  static void check(Provider.Spec spec, Complaints complaints) {
    var models = spec.models() == null ? List.<Provider.Model>of() : spec.models();
    if (spec.type() == Provider.Type.Anthropic
        && models.stream().anyMatch(EmbeddingRules::concerns)) {
      var expected = "not with type: Anthropic, which has no embeddings";
      complaints.unexpected("spec.models", "kind: Embedding", expected);
    }
  }

  /// Null where there is none, or none that is valid.
  static @Nullable Price price(Provider.Model spec, String path, Complaints complaints) {
    if (spec.maxOutputTokens() != null) {
      complaints.unexpected(
          path + ".maxOutputTokens", "" + spec.maxOutputTokens(), "not with kind: Embedding");
    }
    var price = spec.price();
    if (price == null) {
      return null;
    }
    if (price.inputUsdPerMTok() == null) {
      complaints.add(path + ".price", new Fault.Missing(ALONE));
      return null;
    }
    boolean alone =
        PriceRules.missing(price).size() == PriceRules.CLASSES - 1
            && price.webSearchUsdPerUse() == null
            && price.above().isEmpty();
    if (!alone) {
      complaints.unexpected(path + ".price", "more", ALONE);
    }
    return PriceRules.input(price, path + ".price", complaints).map(Price::ofInput).orElse(null);
  }
}
