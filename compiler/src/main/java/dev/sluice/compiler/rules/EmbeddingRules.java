package dev.sluice.compiler.rules;

import dev.sluice.compiler.catalogue.KnownServices.KnownService;
import dev.sluice.compiler.problem.Fault;
import dev.sluice.core.price.Price;
import dev.sluice.core.provider.EmbeddingFamily;
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

  static void check(Provider.Spec spec, KnownService known, Complaints complaints) {
    var models = spec.models() == null ? List.<Provider.Model>of() : spec.models();
    if (spec.type() == Provider.Type.Anthropic
        && models.stream().anyMatch(EmbeddingRules::concerns)) {
      var expected = "not with type: Anthropic, which has no embeddings";
      complaints.unexpected("spec.models", "kind: Embedding", expected);
      return;
    }
    for (int i = 0; i < models.size(); i++) {
      if (concerns(models.get(i))) {
        check(spec, models.get(i), known, "spec.models[" + i + "]", complaints);
      }
    }
  }

  /// What would refuse every request.
  private static void check(
      Provider.Spec spec,
      Provider.Model model,
      KnownService known,
      String path,
      Complaints complaints) {
    if (!known.embeddings()) {
      var expected = "not with preset: " + spec.preset() + ", which has no embeddings";
      complaints.unexpected(path + ".kind", "Embedding", expected);
    }
    var upstreamName = model.upstreamName() == null ? model.name() : model.upstreamName();
    if (spec.type() == Provider.Type.Bedrock
        && EmbeddingFamily.of(model.name(), upstreamName) == null) {
      var expected = "with kind: Embedding a name with titan-embed or cohere.embed, at Bedrock";
      complaints.unexpected(path + ".name", model.name(), expected);
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
