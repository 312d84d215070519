package dev.sluice.e2e.identity;

import dev.sluice.e2e.World;
import dev.sluice.testkit.aws.AwsRole;
import dev.sluice.testkit.bedrock.BedrockConfig;
import dev.sluice.testkit.bedrock.BedrockSimulator;
import dev.sluice.testkit.billing.ModelPrice;
import dev.sluice.testkit.billing.PriceTable;
import dev.sluice.testkit.billing.Rates;
import dev.sluice.testkit.cloud.Troubles;
import dev.sluice.testkit.cloud.Troubles.Trouble;
import dev.sluice.testkit.entra.EntraConfig;
import dev.sluice.testkit.entra.EntraSimulator;
import dev.sluice.testkit.google.FederationSimulator;
import dev.sluice.testkit.http.LoopbackCertificate;
import dev.sluice.testkit.openai.OpenAiSimulator;
import dev.sluice.testkit.openai.config.OpenAiConfig;
import dev.sluice.testkit.provider.Simulator;
import dev.sluice.testkit.script.Script;
import dev.sluice.testkit.vertex.VertexConfig;
import dev.sluice.testkit.vertex.VertexSimulator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A gateway whose platform says who it is, the token services of three clouds, and the clouds
/// themselves, which know what was given out. The key `CLOUD` asks one cloud, `CLOUD-else` another
/// provider after it.
record Platform(
    World world,
    BedrockSimulator aws,
    VertexSimulator google,
    FederationSimulator federation,
    EntraSimulator entra,
    OpenAiSimulator azure,
    Path folder)
    implements AutoCloseable {

  /// So short that each token is renewed some times, and ends, while a test runs; so long that half
  /// of it, which a renewal has, is more than a machine with too much to do stands still.
  static final Duration LIFETIME = Duration.ofSeconds(10);

  static final String SUBJECT_TOKEN = "simulated.subject.token";

  private static final String CLAUDE_AT_AWS = "anthropic.claude-opus-5-5-v1:0";
  private static final String CLAUDE_AT_GOOGLE = "claude-opus-5-5@20260801";
  private static final ModelPrice PRICE = ModelPrice.of(Rates.of("4", "20", "0.2", "5", "8"));

  /// What a platform says of the workload, beside where its token services are.
  enum Kind {
    /// Tokens in files, which are changed for others: IRSA, workload identity federation, AKS.
    FEDERATED,
    /// Agents on the machine: container credentials, a metadata server; and a client secret, which
    /// the environment has in place of a manifest.
    AGENTS
  }

  static Platform start(Kind kind) {
    return start(kind, null);
  }

  /// @param trouble that all token services have at first
  static Platform start(Kind kind, @Nullable Trouble trouble) {
    try {
      var folder = Files.createTempDirectory("sluice-identity-");
      var certificate = LoopbackCertificate.in(folder);
      var role = AwsRole.STANDARD.withLifetime(LIFETIME);
      var aws =
          BedrockSimulator.start(
              BedrockConfig.of(PriceTable.of(Map.of(CLAUDE_AT_AWS, PRICE)), "eu-central-1")
                  .withRole(role));
      var google =
          VertexSimulator.start(
              VertexConfig.of(
                      PriceTable.of(Map.of(CLAUDE_AT_GOOGLE, PRICE)), "our-project", "europe-west4")
                  .withTokenLifetime(LIFETIME));
      var federation =
          FederationSimulator.start(
              google.account(), google.tokens(), SUBJECT_TOKEN, certificate.sockets());
      var entra =
          EntraSimulator.start(EntraConfig.STANDARD.withLifetime(LIFETIME), InstantSource.system());
      var azure = OpenAiSimulator.start(OpenAiConfig.standard().azure(entra::knows));
      List.<Simulator>of(aws, google, azure)
          .forEach(one -> one.otherwise(_ -> Script.answer().text("Hello.")));
      if (trouble != null) {
        troubles(aws, google, federation, entra).forEach(one -> one.begin(trouble));
      }
      write(folder, "web-identity", AwsRole.STANDARD.webIdentityToken());
      write(folder, "container", AwsRole.STANDARD.containerToken());
      write(folder, "subject", SUBJECT_TOKEN);
      write(folder, "federation.json", federation.configuration(folder.resolve("subject")));
      write(folder, "workload", EntraConfig.STANDARD.workloadToken());
      var environment =
          switch (kind) {
            case FEDERATED -> federated(folder, aws.uri());
            case AGENTS -> agents(folder, aws.uri(), google.uri());
          };
      var manifests = manifests(kind, aws.uri(), google.uri(), azure.uri(), entra.tokenUri());
      var world = World.start(PriceTable.recorded(), environment, manifests);
      world.simulator().otherwise(_ -> Script.answer().text("Hello from elsewhere."));
      return new Platform(world, aws, google, federation, entra, azure, folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Troubles> troubles(
      BedrockSimulator aws,
      VertexSimulator google,
      FederationSimulator federation,
      EntraSimulator entra) {
    return List.of(
        aws.identities().troubles(),
        google.tokenApi().troubles(),
        federation.troubles(),
        entra.troubles());
  }

  /// Of all token services.
  List<Troubles> troubles() {
    return troubles(aws, google, federation, entra);
  }

  private static Map<String, String> federated(Path folder, URI aws) {
    var trust = folder.resolve("loopback.p12");
    return with(
        folder,
        Map.of(
            "AWS_ENDPOINT_URL_STS", aws.toString(),
            "AWS_ROLE_ARN", AwsRole.STANDARD.arn(),
            "AWS_WEB_IDENTITY_TOKEN_FILE", folder.resolve("web-identity").toString(),
            "GOOGLE_APPLICATION_CREDENTIALS", folder.resolve("federation.json").toString(),
            "AZURE_FEDERATED_TOKEN_FILE", folder.resolve("workload").toString(),
            "JDK_JAVA_OPTIONS",
                "-Djavax.net.ssl.trustStore=%s -Djavax.net.ssl.trustStorePassword=%s"
                    .formatted(trust, LoopbackCertificate.PASSWORD)));
  }

  private static Map<String, String> agents(Path folder, URI aws, URI google) {
    return with(
        folder,
        Map.of(
            "AWS_CONTAINER_CREDENTIALS_FULL_URI", aws + "/v1/credentials",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", folder.resolve("container").toString(),
            "GCE_METADATA_HOST", google.getAuthority(),
            "SLUICE_SECRET_ENTRA_SECRET", EntraConfig.STANDARD.clientSecret()));
  }

  /// Nothing of whoever runs the test.
  private static Map<String, String> with(Path folder, Map<String, String> said) {
    var all =
        new HashMap<>(
            Map.of(
                "AWS_SHARED_CREDENTIALS_FILE", folder.resolve("none").toString(),
                "CLOUDSDK_CONFIG", folder.resolve("none").toString()));
    all.putAll(said);
    return all;
  }

  private static String manifests(Kind kind, URI aws, URI google, URI azure, URI token) {
    var config = EntraConfig.STANDARD;
    var application =
        "tenantId: %s, clientId: %s, authority: \"%s\""
            .formatted(config.tenant(), config.clientId(), token.resolve("/"));
    var credential =
        switch (kind) {
          case FEDERATED -> "workloadIdentity: { %s }".formatted(application);
          case AGENTS ->
              "clientSecret: { %s, secretRef: { name: entra, key: secret } }"
                  .formatted(application);
        };
    return provider(
            "aws",
            "type: Bedrock, region: eu-central-1, endpoint: \"%s\"".formatted(aws),
            "workloadIdentity: {}",
            CLAUDE_AT_AWS)
        + provider(
            "google",
            "type: VertexAI, project: our-project, location: europe-west4, endpoint: \"%s\""
                .formatted(google),
            "workloadIdentity: {}",
            CLAUDE_AT_GOOGLE)
        + provider(
            "azure", "type: AzureOpenAI, endpoint: \"%s\"".formatted(azure), credential, "gpt-4.1");
  }

  private static String provider(String name, String type, String credential, String upstreamName) {
    return """
    ---
    apiVersion: sluice.dev/v1alpha1
    kind: Provider
    metadata: { name: %1$s }
    spec: { %2$s, credentials: [ { name: main, %3$s } ], outlier: { ejectFor: 1s },
      models: [ { name: claude-opus-5-5, upstreamName: "%4$s", maxOutputTokens: 32768, price: {
        inputUsdPerMTok: "4", outputUsdPerMTok: "20", cacheReadUsdPerMTok: "0.2",
        cacheWrite5mUsdPerMTok: "5", cacheWrite1hUsdPerMTok: "8" } } ] }
    ---
    apiVersion: sluice.dev/v1alpha1
    kind: VirtualKey
    metadata: { name: %1$s }
    spec: { providers: [ { name: %1$s } ] }
    ---
    apiVersion: sluice.dev/v1alpha1
    kind: VirtualKey
    metadata: { name: %1$s-else }
    spec: { providers: [ { name: %1$s }, { name: anthropic, weight: 0 } ] }
    """
        .formatted(name, type, credential, upstreamName);
  }

  /// The platform changes what stands in a file, as a whole.
  void write(String file, String text) {
    try {
      write(folder, file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Path folder, String file, String text) throws IOException {
    var next = Files.writeString(folder.resolve(file + ".next"), text);
    Files.move(next, folder.resolve(file), StandardCopyOption.REPLACE_EXISTING);
  }

  /// All that the gateway and its Envoy logged.
  String logs() {
    var state = world.gateway().state();
    try (var files = Files.walk(state)) {
      var all = new StringBuilder();
      for (var file : files.filter(f -> f.toString().endsWith(".log")).toList()) {
        all.append(Files.readString(file));
      }
      return all.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    world.close();
    List.<Simulator>of(aws, google, azure).forEach(Simulator::close);
    federation.close();
    entra.close();
  }
}
