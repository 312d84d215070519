package dev.sluice.testkit.bedrock;

import dev.sluice.testkit.aws.AwsCredential;
import dev.sluice.testkit.aws.ReadFrame;
import dev.sluice.testkit.aws.Signer;
import dev.sluice.testkit.billing.ModelPrice;
import dev.sluice.testkit.billing.PriceTable;
import dev.sluice.testkit.billing.Rates;
import dev.sluice.testkit.cloud.CloudClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/// Calls a simulated Bedrock with signed requests.
record BedrockClient(BedrockSimulator simulator, Signer signer) {

  static final String CLAUDE = "anthropic.claude-opus-5-5-v1:0";
  static final String NOVA = "amazon.nova-pro-v1:0";
  static final String REGION = "eu-central-1";

  /// The path segment of a model, encoded as the AWS libraries do.
  static final String CLAUDE_PATH = "/model/anthropic.claude-opus-5-5-v1%3A0/";

  static final String NOVA_PATH = "/model/amazon.nova-pro-v1%3A0/";

  static BedrockConfig config() {
    var price = ModelPrice.of(Rates.of("4", "20", "0.2", "5", "8"));
    return BedrockConfig.of(PriceTable.of(Map.of(CLAUDE, price, NOVA, price)), REGION);
  }

  static BedrockClient of(BedrockSimulator simulator) {
    return of(simulator, BedrockConfig.CREDENTIAL);
  }

  static BedrockClient of(BedrockSimulator simulator, AwsCredential credential) {
    return new BedrockClient(simulator, new Signer(credential, REGION, "bedrock"));
  }

  /// A plain body of an invoke.
  static ObjectNode invoke() {
    return CloudClient.json(
        "{'anthropic_version':'bedrock-2023-05-31','max_tokens':1000,"
            + "'messages':[{'role':'user','content':'say hi'}]}");
  }

  /// A plain body of a Converse call.
  static ObjectNode converse() {
    return CloudClient.json("{'messages':[{'role':'user','content':[{'text':'say hi'}]}]}");
  }

  HttpResponse<byte[]> post(String target, ObjectNode body, String... headers) {
    var bytes = body.toString().getBytes(StandardCharsets.UTF_8);
    var signed = signer.sign("127.0.0.1:" + simulator.port(), target, bytes, Instant.now());
    var all =
        Stream.of(List.of("content-type", "application/json"), List.of(signed), List.of(headers))
            .flatMap(List::stream)
            .toArray(String[]::new);
    return CloudClient.post(simulator, target, bytes, all);
  }

  List<ReadFrame> frames(String target, ObjectNode body) {
    return ReadFrame.all(post(target, body).body());
  }
}
