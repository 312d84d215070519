package dev.sluice.compiler.service;

import dev.sluice.crds.Provider;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Finds out where providers and their models are served.
public final class Regions {

  /// Of an endpoint of Amazon's, the part that names the region.
  private static final Pattern AMAZON =
      Pattern.compile(
          "[^/]*//([^/]*[.])?bedrock-runtime(?:-fips)?[.]([a-z0-9-]+)[.](?:vpce[.])?amazonaws[.]com"
              + "([.:/].*)?",
          Pattern.CASE_INSENSITIVE);

  /// An inference profile of Bedrock's, by the geography in which it is served: a country or a
  /// continent by two letters, or one of the others that there are.
  private static final Pattern PROFILE =
      Pattern.compile("([a-z]{2}(?:-gov)?|apac|global)[.].+", Pattern.CASE_INSENSITIVE);

  private static final String ARN_PREFIX = "arn:";
  private static final Pattern ARN =
      Pattern.compile("arn:[a-z-]+:bedrock:([a-z0-9-]+):[0-9]*:([a-z-]+)/(.+)");
  private static final String PROFILES = "inference-profile";

  /// Kinds of resources that are served in the region that their ARN names. What others lead to, an
  /// application's own inference profile or a router, is not to be seen.
  private static final Set<String> STAYING =
      Set.of("foundation-model", "provisioned-model", "imported-model", "custom-model-deployment");

  private Regions() {}

  /// Where a provider is served; null where its manifest does not tell. A host of Amazon's tells
  /// the truth, whatever `region` says.
  public static @Nullable String of(Provider.Spec spec) {
    return switch (spec.type()) {
      case Bedrock -> {
        var named = named(spec.endpoint());
        yield named == null ? spec.region() : named;
      }
      case VertexAI -> spec.location();
      case Anthropic, OpenAI, AzureOpenAI, Gemini, OpenAICompatible -> spec.region();
    };
  }

  /// The region that an endpoint of Amazon's names; null of another one.
  static @Nullable String named(@Nullable String endpoint) {
    var named = AMAZON.matcher(endpoint == null ? "" : endpoint);
    return named.matches() ? named.group(2).toLowerCase(Locale.ROOT) : null;
  }

  /// Whether what Bedrock knows by this name is served in none but these regions, once its provider
  /// is in one of them.
  public static boolean stays(String upstreamName, Set<String> regions) {
    var arn = ARN.matcher(upstreamName);
    if (!arn.matches()) {
      return !upstreamName.startsWith(ARN_PREFIX) && isWithin(upstreamName, regions);
    }
    boolean known =
        STAYING.contains(arn.group(2))
            || (arn.group(2).equals(PROFILES) && PROFILE.matcher(arn.group(3)).matches());
    return known && regions.contains(arn.group(1)) && isWithin(arn.group(3), regions);
  }

  private static boolean isWithin(String name, Set<String> regions) {
    var profile = PROFILE.matcher(name);
    return !profile.matches() || regions.contains(profile.group(1));
  }
}
