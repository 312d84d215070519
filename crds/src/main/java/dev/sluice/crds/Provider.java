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
  /// @param preset a known service's endpoint and quirks; only with `OpenAICompatible`; default
  ///   none: what nearly all services take
  /// @param endpoint `http` or `https`, host, optional port and path prefix, to which the type's
  ///   paths are added: with `Anthropic` `/v1/messages`, so that it does not end in `/v1`; with
  ///   `OpenAI` and `OpenAICompatible` `/responses` or `/chat/completions`, so that it mostly does;
  ///   with `Gemini` `/v1beta/models/...`, with `AzureOpenAI` `/openai/...`, with `Bedrock`
  ///   `/model/...`, with `VertexAI` `/v1/projects/...`. No user, query or fragment. Use `http` on
  ///   loopback and in tests only: it sends the credential in the clear. Default by type and
  ///   preset: `https://api.anthropic.com`, `https://api.openai.com/v1`,
  ///   `https://generativelanguage.googleapis.com`, `https://bedrock-runtime.REGION.amazonaws.com`,
  ///   `https://LOCATION-aiplatform.googleapis.com`; required with `AzureOpenAI`, such as
  ///   `https://RESOURCE.openai.azure.com`
  /// @param region where the service is, which teams can ask for (`providers.regions`). With
  ///   `Bedrock` of AWS, such as `eu-central-1`, and required unless the endpoint is one of
  ///   Amazon's: the region that this one names counts. With other types a word of your choice,
  ///   which is believed: write it only where the account itself is bound to the region; not with
  ///   `VertexAI`, where the location says it; default: not known
  /// @param project of Google Cloud, by its id; required with `VertexAI`, and only there
  /// @param location of Vertex AI, such as `europe-west4`, or `global`; required with `VertexAI`,
  ///   and only there
  /// @param apiVersion of Azure's API, such as `2024-10-21`: chat completions at
  ///   `/openai/deployments/MODEL/...`; only with `AzureOpenAI`; default: the API without a date,
  ///   responses at `/openai/v1/responses`. In both a model's `upstreamName` is the deployment's
  ///   name
  /// @param credentials at least one. Sessions are shared out among several by their weights, and
  ///   each stays with its credential, for the prompt cache is its account's. One that is refused
  ///   or has had enough (401, 402, 403, 429) makes way for the next within the same request, and
  ///   is left alone as `outlier` says. All are of one kind
  /// @param models the models served; default: all that the price catalogue knows for the type; an
  ///   empty list serves none
  /// @param unpricedModels `Refuse`: a model without a price is refused; `Ceiling`: it costs
  ///   `ceilingPrice`; default `Refuse`
  /// @param ceilingPrice the price of models that have none; required with `unpricedModels:
  ///   Ceiling`, else a conflict; all five token classes are required
  /// @param budgets limits on all that is spent at this provider; default none
  /// @param rateLimits limits on how fast this provider is used; default none
  /// @param timeouts how long to wait
  /// @param outlier when to leave a failing provider alone: while it is, others of a request's plan
  ///   are tried before it
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
      check =
          "self.type != 'Anthropic' || !has(self.endpoint) ||"
              + " !self.endpoint.matches('(?i)^[^/]*//[^/]*(/.*)?/v1(/messages)?/*$')",
      message = "the address without /v1, which requests bring along",
      at = ".endpoint")
  @Rule(
      check = "!has(self.preset) || self.type == 'OpenAICompatible'",
      message = "only with type: OpenAICompatible",
      at = ".preset")
  @Rule(
      check = "self.type != 'OpenAICompatible' || has(self.preset) || has(self.endpoint)",
      message = "required with type: OpenAICompatible, unless there is a preset",
      at = ".endpoint")
  @Rule(
      check = "self.type != 'AzureOpenAI' || has(self.endpoint)",
      message = "required with type: AzureOpenAI, such as https://RESOURCE.openai.azure.com",
      at = ".endpoint")
  @Rule(
      check = "!has(self.apiVersion) || self.type == 'AzureOpenAI'",
      message = "only with type: AzureOpenAI",
      at = ".apiVersion")
  @Rule(
      check = "!has(self.region) || self.type != 'VertexAI'",
      message = "not with type: VertexAI, where the location says it",
      at = ".region")
  @Rule(
      check =
          "self.type != 'Bedrock' || has(self.region) || (has(self.endpoint) &&"
              + " self.endpoint.matches('^[^/]*//([^/]*[.])?bedrock-runtime(-fips)?[.]"
              + "[a-z0-9-]+[.](vpce[.])?amazonaws[.]com([.:/].*)?$'))",
      message = "required with type: Bedrock, unless the endpoint names it",
      at = ".region")
  @Rule(
      check = "has(self.project) == (self.type == 'VertexAI')",
      message = "required with type: VertexAI, and only there",
      at = ".project")
  @Rule(
      check = "has(self.location) == (self.type == 'VertexAI')",
      message = "required with type: VertexAI, and only there",
      at = ".location")
  @Rule(
      check = "self.type == 'Bedrock' || !self.credentials.exists(c, has(c.accessKey))",
      message = "accessKey: only with type: Bedrock",
      at = ".credentials")
  @Rule(
      check = "self.type == 'AzureOpenAI' || !self.credentials.exists(c, has(c.clientSecret))",
      message = "clientSecret: only with type: AzureOpenAI",
      at = ".credentials")
  @Rule(
      check =
          "self.type in ['AzureOpenAI', 'Bedrock', 'VertexAI'] ||"
              + " !self.credentials.exists(c, has(c.workloadIdentity))",
      message = "workloadIdentity: only with type: AzureOpenAI, Bedrock or VertexAI",
      at = ".credentials")
  @Rule(
      check = CredentialChecks.ONE_KIND,
      message = "all credentials are of one kind",
      at = ".credentials")
  @Rule(
      check =
          "!self.credentials.exists(c, has(c.workloadIdentity) && (self.type == 'AzureOpenAI') !="
              + " (has(c.workloadIdentity.tenantId) && has(c.workloadIdentity.clientId)))",
      message = "workloadIdentity: tenantId and clientId with type: AzureOpenAI, and only there",
      at = ".credentials")
  @Rule(
      check =
          "self.type != 'Anthropic' || !has(self.models) ||"
              + " !self.models.exists(m, has(m.kind) && m.kind == 'Embedding')",
      message = "kind: Embedding: not with type: Anthropic, which has no embeddings",
      at = ".models")
  public record Spec(
      Type type,
      @Nullable @Is(Text.LABEL) String preset,
      @Nullable @Is(Text.ENDPOINT) String endpoint,
      @Nullable @Is(Text.LABEL) String region,
      @Nullable @Is(Text.LABEL) String project,
      @Nullable @Is(Text.LABEL) String location,
      @Nullable @Is(Text.API_VERSION) String apiVersion,
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
      @Nullable Outlier outlier,
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
    OpenAI,
    AzureOpenAI,
    Bedrock,
    VertexAI,
    Gemini,
    OpenAICompatible
  }

  /// What happens to a model without a price: it is refused, or priced at the ceiling.
  public enum UnpricedModels {
    Refuse,
    Ceiling
  }

  /// What the provider knows us by: exactly one of `secretRef`, `accessKey`, `clientSecret` and
  /// `workloadIdentity`.
  ///
  /// @param name names the credential within its provider, a DNS-1123 label; required
  /// @param weight the share of sessions among several credentials, 0 or more, relative to one
  ///   another; 0 serves only after the others; default 1
  /// @param secretRef where an API key is, 1 to 4096 visible ASCII characters; a single line break
  ///   at its end is dropped; with `VertexAI` the JSON file of a key, of type `service_account` or
  ///   `authorized_user`
  /// @param accessKey a key pair of AWS, which signs each request; only with `Bedrock`
  /// @param clientSecret an application in Entra ID with its secret, which are changed for access
  ///   tokens; only with `AzureOpenAI`
  /// @param workloadIdentity no Secret: what the platform gives to the operator (or to `sluice
  ///   up`). With `Bedrock` a web identity, container credentials, an instance profile, or the key
  ///   pair in its environment; only with `Bedrock`, `VertexAI` and `AzureOpenAI`, and with an
  ///   endpoint on a host of the cloud's own
  @Rule(
      check =
          "[has(self.secretRef), has(self.accessKey), has(self.clientSecret),"
              + " has(self.workloadIdentity)].filter(given, given).size() == 1",
      message = "exactly one of secretRef, accessKey, clientSecret and workloadIdentity")
  public record Credential(
      @Is(Text.LABEL) String name,
      @Range(min = 0, max = 1_000_000) @Nullable Long weight,
      @Nullable SecretKeyRef secretRef,
      @Nullable AccessKey accessKey,
      @Nullable ClientSecret clientSecret,
      @Nullable WorkloadIdentity workloadIdentity) {}

  /// A key pair of AWS.
  ///
  /// @param name of a Secret of the same namespace with `accessKeyId`, `secretAccessKey` and, for a
  ///   temporary pair, `sessionToken`; required
  public record AccessKey(@Is(Text.NAME) String name) {}

  /// An application in Entra ID.
  ///
  /// @param tenantId the directory, by its id or a domain; required
  /// @param clientId the application; required
  /// @param authority who gives tokens out: `https://login.microsoftonline.com`,
  ///   `https://login.microsoftonline.us` or `https://login.partner.microsoftonline.cn`; it also
  ///   decides the scope; default that of the cloud in which the endpoint is
  /// @param secretRef where the application's secret is; required
  public record ClientSecret(
      @Is(Text.NAME) String tenantId,
      @Is(Text.LABEL) String clientId,
      @Nullable @Is(Text.URL) String authority,
      SecretKeyRef secretRef) {}

  /// What the platform gives.
  ///
  /// @param tenantId the directory in Entra ID; required with `AzureOpenAI`, and only there
  /// @param clientId the application that trusts the workload; required with `AzureOpenAI`, and
  ///   only there
  /// @param authority who gives tokens out: `https://login.microsoftonline.com`,
  ///   `https://login.microsoftonline.us` or `https://login.partner.microsoftonline.cn`; it also
  ///   decides the scope; default that of the cloud in which the endpoint is
  public record WorkloadIdentity(
      @Nullable @Is(Text.NAME) String tenantId,
      @Nullable @Is(Text.LABEL) String clientId,
      @Nullable @Is(Text.URL) String authority) {}

  /// A model that the provider serves.
  ///
  /// @param name the canonical name that clients, globs and usage records use: letters, digits and
  ///   `.`, `_`, `:`, `@`, `-`, at most 128; unique in the list; required
  /// @param upstreamName the name that the provider is sent; 1 to 256 visible ASCII characters;
  ///   default `name`
  /// @param maxOutputTokens the most output tokens that the model takes; where the provider is not
  ///   Anthropic, a request that asks for more asks for so many; default: the catalogue's, if any
  /// @param kind what the model makes: `Text`, or `Embedding` for `POST /v1/embeddings`, not with
  ///   `Anthropic`. Presets that have no embeddings, and `Bedrock` but for names with `titan-embed`
  ///   or `cohere.embed`, refuse each request; default `Text`
  /// @param price default: the catalogue's for `name`, else for `upstreamName`; replaces it whole;
  ///   of an embedding model `inputUsdPerMTok` alone
  @Rule(
      check = "!has(self.kind) || self.kind != 'Embedding' || !has(self.maxOutputTokens)",
      message = "not with kind: Embedding",
      at = ".maxOutputTokens")
  @Rule(
      check =
          "!has(self.kind) || self.kind != 'Embedding' || !has(self.price) ||"
              + " (has(self.price.inputUsdPerMTok) && !has(self.price.outputUsdPerMTok) &&"
              + " !has(self.price.cacheReadUsdPerMTok) && !has(self.price.cacheWrite5mUsdPerMTok)"
              + " && !has(self.price.cacheWrite1hUsdPerMTok) &&"
              + " !has(self.price.webSearchUsdPerUse) && (!has(self.price.above) ||"
              + " self.price.above.size() == 0))",
      message = "inputUsdPerMTok alone, because of kind: Embedding",
      at = ".price")
  public record Model(
      @Is(Text.MODEL) String name,
      @Nullable @Is(Text.VISIBLE) String upstreamName,
      @Range(min = 1, max = 10_000_000) @Nullable Long maxOutputTokens,
      @Default("Text") @Nullable ModelKind kind,
      @Nullable Price price) {}

  /// What a model makes: answers to conversations, or embeddings of texts.
  public enum ModelKind {
    Text,
    Embedding
  }

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
  /// @param webSearchUsdPerUse dollars per web search, `"0"` to `"1000"`; of Gemini each query is
  ///   one, and before Gemini 3 each prompt that searches; default: none, and a request that allows
  ///   searches is refused
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

  /// A provider that fails is left alone for a while, on all replicas, and returns little by little
  /// in as long again. One that asks for a rest (`retry-after`) is left alone at once, at most 5
  /// minutes.
  ///
  /// @param consecutiveErrors after how many errors in a row, 1 to 1000; default 3
  /// @param ejectFor for how long, `1ms` to `1h`; default `30s`
  public record Outlier(
      @Range(min = 1, max = 1000) @Nullable Long consecutiveErrors,
      @Default("30s") @Nullable @Is(Text.DURATION) String ejectFor) {}

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
