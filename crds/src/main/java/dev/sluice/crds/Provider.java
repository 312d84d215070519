package dev.sluice.crds;

import dev.sluice.crds.schema.Default;
import dev.sluice.crds.schema.Is;
import dev.sluice.crds.schema.Items;
import dev.sluice.crds.schema.Kind;
import dev.sluice.crds.schema.Kind.Column;
import dev.sluice.crds.schema.Range;
import dev.sluice.crds.schema.Rule;
import dev.sluice.crds.schema.Text;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A service that runs models, with its credentials and prices.
@Kind(
    plural = "providers",
    shortName = "prov",
    columns = {
      @Column(name = "Ready", path = ".status.conditions[?(@.type==\"Ready\")].status"),
      @Column(name = "Type", path = ".spec.type"),
      @Column(name = "Programmed", path = ".status.conditions[?(@.type==\"Programmed\")].status"),
      @Column(
          name = "Reason",
          path = ".status.conditions[?(@.type==\"Ready\")].reason",
          wide = true)
    })
public record Provider(Metadata metadata, Spec spec, @Nullable Status status) {

  /// What the author of a manifest writes.
  ///
  /// @param type the language that the service speaks; required
  /// @param preset a known service's endpoint and quirks; only with `OpenAICompatible`
  /// @param endpoint `http` or `https`, host, optional port and path prefix, to which
  ///   `/v1/messages` is added, so that none ends in `/v1` or `/v1/messages`; no user, query or
  ///   fragment. Use `http` on loopback and in tests only: it sends the credential in the clear;
  ///   default by type: `https://api.anthropic.com`
  /// @param credentials at least one; several are weighted and rotated; more than one is not
  ///   supported yet
  /// @param models the models served; default: all that the price catalogue knows for the type; an
  ///   empty list serves none
  /// @param unpricedModels `Refuse`: a model without a price is refused; `Ceiling`: it costs
  ///   `ceilingPrice`; default `Refuse`
  /// @param ceilingPrice the price of models that have none; required with `unpricedModels:
  ///   Ceiling`, else a conflict; all five token classes are required
  /// @param budgets limits on all that is spent at this provider; default none
  /// @param rateLimits limits on how fast this provider is used; default none
  /// @param timeouts how long to wait
  /// @param outlier when to leave a failing endpoint alone
  /// @param allowedNamespaces who may refer to this provider; default its own namespace
  @Rule(
      check =
          "!has(self.unpricedModels) || self.unpricedModels != 'Ceiling' || has(self.ceilingPrice)",
      message = "a price is required, because of unpricedModels: Ceiling",
      at = ".ceilingPrice")
  @Rule(
      check =
          "!has(self.ceilingPrice) || (has(self.unpricedModels) && self.unpricedModels =="
              + " 'Ceiling')",
      message = "only together with unpricedModels: Ceiling",
      at = ".ceilingPrice")
  @Rule(
      check = "!has(self.preset) || self.type == 'OpenAICompatible'",
      message = "only with type: OpenAICompatible",
      at = ".preset")
  public record Spec(
      Type type,
      @NotYet @Nullable @Is(Text.LABEL) String preset,
      @Nullable @Is(Text.ENDPOINT) String endpoint,
      @Items(min = 1, max = 16, key = "name") List<Credential> credentials,
      @Items(max = 256, key = "name") @Nullable List<Model> models,
      @Default("Refuse") @Nullable UnpricedModels unpricedModels,
      @Rule(check = Price.COMPLETE, message = "every token class is required")
          @Rule(
              check = "!has(self.above) || self.above.all(self, " + Price.COMPLETE + ")",
              message = "every token class is required",
              at = ".above")
          @Nullable Price ceilingPrice,
      @Items(max = 16) @Rule(check = BudgetSpec.EACH_ONCE, message = BudgetSpec.EACH_ONCE_MESSAGE)
          List<BudgetSpec> budgets,
      @Items(max = 16) @Rule(check = RateLimit.EACH_ONCE, message = RateLimit.EACH_ONCE_MESSAGE)
          List<RateLimit> rateLimits,
      @Nullable Timeouts timeouts,
      @NotYet @Nullable Outlier outlier,
      @Nullable AllowedNamespaces allowedNamespaces) {
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
  public record Credential(
      @Is(Text.LABEL) String name,
      @NotYet @Range(min = 0, max = 1_000_000) @Nullable Long weight,
      SecretKeyRef secretRef) {}

  /// A model that the provider serves.
  ///
  /// @param name the canonical name that clients, globs and usage records use: letters, digits and
  ///   `.`, `_`, `:`, `@`, `-`, at most 128; unique in the list; required
  /// @param upstreamName the name that the provider is sent; 1 to 256 visible ASCII characters;
  ///   default `name`
  /// @param price default: the catalogue's for `name`, else for `upstreamName`; replaces it whole
  public record Model(
      @Is(Text.MODEL) String name,
      @Nullable @Is(Text.VISIBLE) String upstreamName,
      @Nullable Price price) {}

  /// What a model costs; decimal strings, at most nine decimal places. A token class without a
  /// price makes the model unpriced; it is never free by omission.
  ///
  /// @param inputUsdPerMTok dollars per million uncached input tokens, `"0"` to `"1000000"`;
  ///   default none: the model is unpriced
  /// @param outputUsdPerMTok dollars per million output tokens, thinking included; likewise
  /// @param cacheReadUsdPerMTok dollars per million tokens read from the cache; likewise
  /// @param cacheWrite5mUsdPerMTok dollars per million tokens written to the cache for 5 minutes;
  ///   likewise
  /// @param cacheWrite1hUsdPerMTok dollars per million tokens written to the cache for 1 hour;
  ///   likewise
  /// @param webSearchUsdPerUse dollars per web search, `"0"` to `"1000"`; default: none, and a
  ///   request that allows searches is refused
  /// @param above dearer rates for long contexts, all five classes each; default none
  /// @param multipliers factors for ways of asking, such as a fast mode; default none
  public record Price(
      @Nullable @Is(Text.PRICE) String inputUsdPerMTok,
      @Nullable @Is(Text.PRICE) String outputUsdPerMTok,
      @Nullable @Is(Text.PRICE) String cacheReadUsdPerMTok,
      @Nullable @Is(Text.PRICE) String cacheWrite5mUsdPerMTok,
      @Nullable @Is(Text.PRICE) String cacheWrite1hUsdPerMTok,
      @Nullable @Is(Text.SEARCH_PRICE) String webSearchUsdPerUse,
      @Items(max = 8, key = "inputTokens") List<Tier> above,
      @NotYet @Items(max = 8) List<Multiplier> multipliers) {
    static final String COMPLETE =
        "has(self.inputUsdPerMTok) && has(self.outputUsdPerMTok) && has(self.cacheReadUsdPerMTok)"
            + " && has(self.cacheWrite5mUsdPerMTok) && has(self.cacheWrite1hUsdPerMTok)";

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
      @Range(min = 1, max = Range.MOST_MAX) Long inputTokens,
      @Nullable @Is(Text.PRICE) String inputUsdPerMTok,
      @Nullable @Is(Text.PRICE) String outputUsdPerMTok,
      @Nullable @Is(Text.PRICE) String cacheReadUsdPerMTok,
      @Nullable @Is(Text.PRICE) String cacheWrite5mUsdPerMTok,
      @Nullable @Is(Text.PRICE) String cacheWrite1hUsdPerMTok) {}

  /// @param when what a request must ask for
  /// @param factor a decimal string by which every price is multiplied
  public record Multiplier(When when, @Is(Text.FACTOR) String factor) {
    /// @param speed the value of the request's `speed`
    public record When(@Nullable @Is(Text.LINE) String speed) {}
  }

  /// Durations such as `500ms`, `5s` or `1m30s`, from `1ms` to `1h`.
  ///
  /// @param connect until the connection stands; default `5s`
  /// @param firstByte from the end of the request to the answer's headers; default `120s`
  /// @param idle between two bytes of the answer; default `300s`
  public record Timeouts(
      @Default("5s") @Nullable @Is(Text.DURATION) String connect,
      @Default("120s") @Nullable @Is(Text.DURATION) String firstByte,
      @Default("300s") @Nullable @Is(Text.DURATION) String idle) {}

  /// @param consecutiveErrors how many errors in a row; default 3
  /// @param ejectFor how long the endpoint is left alone; default `30s`
  public record Outlier(
      @Range(min = 1, max = 1000) @Nullable Long consecutiveErrors,
      @Nullable @Is(Text.DURATION) String ejectFor) {}

  /// What the operator reports.
  ///
  /// @param observedGeneration the generation that the conditions speak of
  /// @param conditions `Accepted`, `ResolvedRefs`, `Programmed`, `Ready`
  public record Status(
      @Nullable Long observedGeneration,
      @Items(max = 16, key = "type") List<Condition> conditions) {
    public Status {
      conditions = List.copyOf(conditions);
    }
  }
}
