package dev.sluice.e2e.foreign;

import dev.sluice.testkit.aws.AwsCredential;
import dev.sluice.testkit.bedrock.BedrockConfig;
import dev.sluice.testkit.bedrock.BedrockSimulator;
import dev.sluice.testkit.billing.ModelPrice;
import dev.sluice.testkit.billing.PriceTable;
import dev.sluice.testkit.billing.Rates;
import dev.sluice.testkit.entra.EntraConfig;
import dev.sluice.testkit.entra.EntraSimulator;
import dev.sluice.testkit.openai.OpenAiSimulator;
import dev.sluice.testkit.openai.config.OpenAiConfig;
import dev.sluice.testkit.provider.Retention;
import dev.sluice.testkit.provider.Simulator;
import dev.sluice.testkit.vertex.VertexConfig;
import dev.sluice.testkit.vertex.VertexSimulator;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/// The clouds that serve models of others, and a key for each way to ask them: the key has its
/// provider's name.
public record CloudSites(
    OpenAiSimulator azure,
    EntraSimulator entra,
    BedrockSimulator bedrock,
    VertexSimulator vertex,
    String manifests) {

  static final String REGION = "eu-central-1";
  static final String BEDROCK_KEY = "bedrock-api-key-simulated";

  private static final String GPT = "gpt-4.1";
  private static final String CLAUDE_AT_AWS = "anthropic.claude-opus-5-5-v1:0";
  private static final String NOVA = "amazon.nova-pro-v1:0";
  private static final String CLAUDE_AT_GOOGLE = "claude-opus-5-5@20260801";
  private static final String GEMINI = "gemini-2.5-pro";
  private static final String PROJECT = "our-project";
  private static final String LOCATION = "europe-west4";

  /// So short that tokens are renewed while a test runs.
  private static final Duration TOKEN_LIFETIME = Duration.ofSeconds(20);

  private static final long BODY_BYTES_KEPT_MAX = 1 << 20;

  private static final ModelPrice PRICE = ModelPrice.of(Rates.of("4", "20", "0.2", "5", "8"));

  /// All keys, each of which has the name of its provider.
  static final List<String> KEYS =
      List.of(
          "azure",
          "azure-dated",
          "azure-entra",
          "claude-aws",
          "nova-aws",
          "claude-gcp",
          "gemini-gcp");

  static CloudSites start() {
    var entra =
        EntraSimulator.start(
            EntraConfig.STANDARD.withLifetime(TOKEN_LIFETIME), InstantSource.system());
    var azure = OpenAiSimulator.start(OpenAiConfig.standard().azure(entra::knows));
    var atAws = Map.of(CLAUDE_AT_AWS, PRICE, NOVA, PRICE.withLimits(10_000, 300_000));
    var bedrock =
        BedrockSimulator.start(
            BedrockConfig.of(PriceTable.of(atAws), REGION)
                .withApiKeys(BEDROCK_KEY)
                .withRetention(Retention.STANDARD.withBodyBytesMax(BODY_BYTES_KEPT_MAX)));
    var atGoogle = PriceTable.of(Map.of(CLAUDE_AT_GOOGLE, PRICE, GEMINI, PRICE));
    var vertex =
        VertexSimulator.start(
            VertexConfig.of(atGoogle, PROJECT, LOCATION)
                .withTokenLifetime(TOKEN_LIFETIME)
                .withRetention(Retention.STANDARD.withBodyBytesMax(BODY_BYTES_KEPT_MAX)));
    var manifests =
        secrets(vertex)
            + atAzure(azure.uri(), entra)
            + atAws(bedrock.uri())
            + atGoogle(vertex.uri())
            + searching();
    return new CloudSites(azure, entra, bedrock, vertex, manifests);
  }

  private static String secrets(VertexSimulator vertex) {
    return secret("azure", Map.of("apiKey", OpenAiConfig.API_KEY))
        + secret("entra", Map.of("secret", EntraConfig.STANDARD.clientSecret()))
        + secret("aws", keyPair(BedrockConfig.CREDENTIAL))
        + secret("bedrock", Map.of("apiKey", BEDROCK_KEY))
        + secret("gcp", Map.of("key", vertex.keyFile()));
  }

  private static String atAzure(URI address, EntraSimulator entra) {
    var type = "type: AzureOpenAI\n  endpoint: " + address;
    var dated = type + "\n  apiVersion: \"2024-10-21\"";
    var key = secretRef("azure", "apiKey");
    return provider("azure", type, key, GPT)
        + provider("azure-dated", dated, key, GPT)
        + provider("azure-entra", type, clientSecret(entra), GPT);
  }

  private static String atAws(URI address) {
    var type = "type: Bedrock\n  region: " + REGION + "\n  endpoint: " + address;
    return provider("claude-aws", type, "accessKey: { name: aws }", CLAUDE_AT_AWS)
        + provider("nova-aws", type, secretRef("bedrock", "apiKey"), NOVA);
  }

  private static String atGoogle(URI address) {
    var type =
        "type: VertexAI\n  project: %s\n  location: %s\n  endpoint: %s"
            .formatted(PROJECT, LOCATION, address);
    var key = secretRef("gcp", "key");
    return provider("claude-gcp", type, key, CLAUDE_AT_GOOGLE)
        + provider("gemini-gcp", type, key, GEMINI);
  }

  /// A key that goes on from Bedrock to Anthropic.
  private static String searching() {
    return """
    ---
    apiVersion: sluice.dev/v1alpha1
    kind: VirtualKey
    metadata: { name: searching }
    spec:
      providers: [ { name: claude-aws }, { name: anthropic } ]
      budgets: [ { limitUsd: "50", window: Day } ]
      aliases: [ { name: "claude-opus-5-5", to: claude-aws/claude-opus-5-5-v1 } ]
      fallbacks: [ anthropic/claude-opus-5-5 ]
    """;
  }

  private static Map<String, String> keyPair(AwsCredential pair) {
    return Map.of("accessKeyId", pair.accessKeyId(), "secretAccessKey", pair.secretAccessKey());
  }

  private static String clientSecret(EntraSimulator entra) {
    var config = EntraConfig.STANDARD;
    return "clientSecret: { tenantId: %s, clientId: %s, authority: \"%s\", %s }"
        .formatted(
            config.tenant(),
            config.clientId(),
            entra.tokenUri().resolve("/"),
            secretRef("entra", "secret"));
  }

  private static String secretRef(String name, String key) {
    return "secretRef: { name: %s, key: %s }".formatted(name, key);
  }

  private static String secret(String name, Map<String, String> values) {
    var json = JsonMapper.shared().writeValueAsString(values);
    return """
    ---
    apiVersion: v1
    kind: Secret
    metadata: { name: %s }
    stringData: %s
    """
        .formatted(name, json);
  }

  /// @param upstreamName of the model that stands in for what Claude Code asks for
  private static String provider(String name, String type, String credential, String upstreamName) {
    boolean gpt = upstreamName.equals(GPT);
    var model = upstreamName.replaceAll("[@:].*", "").replace("anthropic.", "");
    return """
    ---
    apiVersion: sluice.dev/v1alpha1
    kind: Provider
    metadata: { name: %1$s }
    spec:
      %2$s
      credentials: [ { name: main, %3$s } ]
      models:
        - name: %4$s
          upstreamName: %5$s
          maxOutputTokens: %6$d
          price:
            inputUsdPerMTok: "%7$s"
            outputUsdPerMTok: "%8$s"
            cacheReadUsdPerMTok: "%9$s"
            cacheWrite5mUsdPerMTok: "%10$s"
            cacheWrite1hUsdPerMTok: "%11$s"
            webSearchUsdPerUse: "0.01"
    ---
    apiVersion: sluice.dev/v1alpha1
    kind: VirtualKey
    metadata: { name: %1$s }
    spec:
      providers: [ { name: %1$s } ]
      budgets: [ { limitUsd: "50", window: Day } ]
      aliases: [ { name: "claude-opus-5-5", to: %1$s/%4$s } ]
    """
        .formatted(
            name,
            type,
            credential,
            model,
            upstreamName,
            gpt ? 32_768 : upstreamName.equals(NOVA) ? 10_000 : 65_536,
            gpt ? "2" : "4",
            gpt ? "8" : "20",
            gpt ? "0.5" : "0.2",
            gpt ? "0" : "5",
            gpt ? "0" : "8");
  }

  /// What the provider of a key is.
  Simulator simulator(String key) {
    return switch (key) {
      case "azure", "azure-dated", "azure-entra" -> azure;
      case "claude-aws", "nova-aws" -> bedrock;
      case "claude-gcp", "gemini-gcp" -> vertex;
      default -> throw new IllegalArgumentException(key);
    };
  }

  List<Simulator> simulators() {
    return List.of(azure, bedrock, vertex);
  }

  void close() {
    simulators().forEach(Simulator::close);
    entra.close();
  }
}
