package dev.sluice.crds;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A service that runs models, with its credentials and prices.
public record Provider(Metadata metadata, Spec spec, @Nullable Status status) {

  /// What the author of a manifest writes.
  ///
  /// @param type the language that the service speaks; required
  /// @param preset a known service's endpoint and quirks; only with `OpenAICompatible`
  /// @param endpoint scheme, host, optional port and path prefix; `http` or `https`, without user,
  ///   query or fragment; default by type: `https://api.anthropic.com`
  /// @param credentials at least one; several are weighted and rotated
  /// @param models the models served; default: all that the price catalogue knows for the type; an
  ///   empty list serves none
  /// @param unpricedModels what happens to a model without a price; default `Refuse`
  /// @param ceilingPrice the price of models that have none; required with `unpricedModels:
  ///   Ceiling`, else a conflict; all five token classes are required
  /// @param budgets limits on all that is spent at this provider; default none
  /// @param rateLimits limits on how fast this provider is used; default none
  /// @param timeouts how long to wait
  /// @param outlier when to leave a failing endpoint alone
  /// @param allowedNamespaces who may refer to this provider; default its own namespace
  public record Spec(
      Type type,
      @NotYet @Nullable String preset,
      @Nullable String endpoint,
      List<Credential> credentials,
      @Nullable List<Model> models,
      @Nullable UnpricedModels unpricedModels,
      @Nullable Price ceilingPrice,
      List<BudgetSpec> budgets,
      List<RateLimit> rateLimits,
      @Nullable Timeouts timeouts,
      @NotYet @Nullable Outlier outlier,
      @NotYet @Nullable AllowedNamespaces allowedNamespaces) {
    public Spec {
      credentials = List.copyOf(credentials);
      models = models == null ? null : List.copyOf(models);
      budgets = List.copyOf(budgets);
      rateLimits = List.copyOf(rateLimits);
    }
  }

  /// The language of a service. The constants are spelled as in manifests.
  public enum Type {
    Anthropic,
    @NotYet
    OpenAI,
    @NotYet
    AzureOpenAI,
    @NotYet
    Bedrock,
    @NotYet
    VertexAI,
    @NotYet
    Gemini,
    @NotYet
    OpenAICompatible
  }

  /// What happens to a model without a price: it is refused, or priced at the ceiling.
  public enum UnpricedModels {
    Refuse,
    Ceiling
  }

  /// A secret that the provider accepts.
  ///
  /// @param name names the credential within its provider, a DNS-1123 label; required
  /// @param weight the share of requests among several credentials, 0 or more; default 1
  /// @param secretRef where the value is, 1 to 4096 visible ASCII characters; a single line break
  ///   at its end is dropped; required
  public record Credential(String name, @NotYet @Nullable Long weight, SecretKeyRef secretRef) {}

  /// A model that the provider serves.
  ///
  /// @param name the canonical name that clients, globs and usage records use: letters, digits and
  ///   `.`, `_`, `:`, `@`, `-`, at most 128; unique in the list; required
  /// @param upstreamName the name that the provider is sent; 1 to 256 visible ASCII characters;
  ///   default `name`
  /// @param price default: the catalogue's for `name`, else for `upstreamName`; replaces it whole
  public record Model(String name, @Nullable String upstreamName, @Nullable Price price) {}

  /// What a model costs; decimal strings, at most nine decimal places. A token class without a
  /// price makes the model unpriced; it is never free by omission.
  ///
  /// @param inputUsdPerMTok dollars per million uncached input tokens, `"0"` to `"1000000"`
  /// @param outputUsdPerMTok dollars per million output tokens, thinking included
  /// @param cacheReadUsdPerMTok dollars per million tokens read from the cache
  /// @param cacheWrite5mUsdPerMTok dollars per million tokens written to the cache for 5 minutes
  /// @param cacheWrite1hUsdPerMTok dollars per million tokens written to the cache for 1 hour
  /// @param webSearchUsdPerUse dollars per web search, `"0"` to `"1000"`; default: none, and a
  ///   request that allows searches is refused
  /// @param above dearer rates for long contexts; default none
  /// @param multipliers factors for ways of asking, such as a fast mode; default none
  public record Price(
      @Nullable String inputUsdPerMTok,
      @Nullable String outputUsdPerMTok,
      @Nullable String cacheReadUsdPerMTok,
      @Nullable String cacheWrite5mUsdPerMTok,
      @Nullable String cacheWrite1hUsdPerMTok,
      @Nullable String webSearchUsdPerUse,
      List<Tier> above,
      @NotYet List<Multiplier> multipliers) {
    public Price {
      above = List.copyOf(above);
      multipliers = List.copyOf(multipliers);
    }
  }

  /// Rates that hold for the whole call once it reads more than `inputTokens` in all.
  ///
  /// @param inputTokens the threshold, 1 or more, unique in the list; required
  /// @param inputUsdPerMTok as in the price
  /// @param outputUsdPerMTok as in the price
  /// @param cacheReadUsdPerMTok as in the price
  /// @param cacheWrite5mUsdPerMTok as in the price
  /// @param cacheWrite1hUsdPerMTok as in the price
  public record Tier(
      Long inputTokens,
      @Nullable String inputUsdPerMTok,
      @Nullable String outputUsdPerMTok,
      @Nullable String cacheReadUsdPerMTok,
      @Nullable String cacheWrite5mUsdPerMTok,
      @Nullable String cacheWrite1hUsdPerMTok) {}

  /// @param when what a request must ask for
  /// @param factor a decimal string by which every price is multiplied
  public record Multiplier(When when, String factor) {
    /// @param speed the value of the request's `speed`
    public record When(@Nullable String speed) {}
  }

  /// Durations such as `500ms`, `5s` or `1m30s`, from `1ms` to `1h`.
  ///
  /// @param connect until the connection stands; default `5s`
  /// @param firstByte from the end of the request to the answer's headers; default `120s`
  /// @param idle between two bytes of the answer; default `300s`
  public record Timeouts(
      @Nullable String connect, @Nullable String firstByte, @Nullable String idle) {}

  /// @param consecutiveErrors how many errors in a row; default 3
  /// @param ejectFor how long the endpoint is left alone; default `30s`
  public record Outlier(@Nullable Long consecutiveErrors, @Nullable String ejectFor) {}

  /// What the operator reports.
  ///
  /// @param observedGeneration the generation that the conditions speak of
  /// @param conditions `Accepted`, `ResolvedRefs`, `Programmed`, `Ready`
  public record Status(@Nullable Long observedGeneration, List<Condition> conditions) {
    public Status {
      conditions = List.copyOf(conditions);
    }
  }
}
