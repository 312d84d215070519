package dev.sluice.e2e.cluster;

import static dev.sluice.e2e.cluster.Installation.soon;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.demo.parts.GatewayProcess;
import dev.sluice.demo.parts.RecordedClient;
import dev.sluice.testkit.RecordedTraffic;
import dev.sluice.testkit.aws.AwsRole;
import dev.sluice.testkit.bedrock.BedrockConfig;
import dev.sluice.testkit.bedrock.BedrockSimulator;
import dev.sluice.testkit.billing.ModelPrice;
import dev.sluice.testkit.billing.PriceTable;
import dev.sluice.testkit.billing.Rates;
import dev.sluice.testkit.http.Header;
import dev.sluice.testkit.http.HttpRequest;
import dev.sluice.testkit.kubernetes.Cluster;
import dev.sluice.testkit.script.Script;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The identity of an operator's pod in a cluster: what AWS gives for it signs at the gateways,
/// which have none.
final class OperatorIdentityE2E {

  private static final String MODEL = "anthropic.claude-opus-5-5-v1:0";

  /// Half of it, which a renewal has, is more than a machine with too much to do stands still.
  private static final Duration LIFETIME = Duration.ofSeconds(12);

  private static final String MANIFESTS =
      """
      apiVersion: sluice.dev/v1alpha1
      kind: Provider
      metadata: { name: aws }
      spec:
        type: Bedrock
        region: eu-central-1
        endpoint: %s
        credentials: [ { name: main, workloadIdentity: {} } ]
        models:
          - name: claude-opus-5-5
            upstreamName: %s
            price: { inputUsdPerMTok: "4", outputUsdPerMTok: "20", cacheReadUsdPerMTok: "0.2",
              cacheWrite5mUsdPerMTok: "5", cacheWrite1hUsdPerMTok: "8" }
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: VirtualKey
      metadata: { name: alice }
      spec: { providers: [ { name: aws } ], budgets: [ { limitUsd: "50", window: Day } ] }
      """;

  @TempDir private Path folder;
  private BedrockSimulator aws;
  private Installation installation;
  private GatewayProcess gateway;
  private String namespace;

  @BeforeEach
  void start() throws Exception {
    var price = ModelPrice.of(Rates.of("4", "20", "0.2", "5", "8"));
    aws =
        BedrockSimulator.start(
            BedrockConfig.of(PriceTable.of(Map.of(MODEL, price)), "eu-central-1")
                .withRole(AwsRole.STANDARD.withLifetime(LIFETIME)));
    aws.otherwise(_ -> Script.answer().text("Hello."));
    var file = Files.writeString(folder.resolve("token"), AwsRole.STANDARD.webIdentityToken());
    installation = Installation.prepare(Cluster.shared());
    installation.says(
        Map.of(
            "AWS_ENDPOINT_URL_STS", aws.uri().toString(),
            "AWS_ROLE_ARN", AwsRole.STANDARD.arn(),
            "AWS_WEB_IDENTITY_TOKEN_FILE", file.toString()));
    namespace = Cluster.shared().newNamespace("identity");
    installation.startOperator(namespace, List.of(namespace));
    installation
        .kubectlReading(
            MANIFESTS.formatted(aws.uri(), MODEL), "apply", "--namespace=" + namespace, "-f", "-")
        .orThrow();
    gateway = installation.gateway(folder.resolve("gateway"));
  }

  @AfterEach
  void stop() {
    gateway.close();
    installation.close();
    aws.close();
  }

  private String token() {
    var text =
        installation.kubectl(
            "get",
            "secret",
            "alice-key",
            "--namespace=" + namespace,
            "-o",
            "jsonpath={.data.token}");
    return new String(Base64.getDecoder().decode(text), StandardCharsets.US_ASCII);
  }

  private int ask(String token) {
    var body =
        """
        {"model":"claude-opus-5-5","max_tokens":100,"stream":true,\
        "messages":[{"role":"user","content":"Why?"}]}""";
    var headers =
        List.of(
            new Header("content-type", "application/json"),
            new Header("anthropic-version", "2023-06-01"));
    var http =
        new HttpRequest("POST", "/v1/messages", headers, body.getBytes(StandardCharsets.UTF_8));
    return new RecordedClient(gateway.address(), token)
        .whole(new RecordedTraffic.Request("small", http))
        .statusCode();
  }

  @Test
  void signs_at_gateways_that_have_none() {
    soon("a key").ignoreExceptions().until(() -> !token().isEmpty());
    var token = token();
    soon("the policy").until(() -> ask(token) == 200);
    long issued = aws.keys().issued();
    while (aws.keys().issued() < issued + 2) {
      assertThat(ask(token)).isEqualTo(200);
    }
  }
}
