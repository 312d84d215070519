package dev.sluice.testkit.bedrock;

import static dev.sluice.testkit.bedrock.BedrockClient.CLAUDE;
import static dev.sluice.testkit.bedrock.BedrockClient.CLAUDE_PATH;
import static dev.sluice.testkit.bedrock.BedrockClient.NOVA_PATH;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.aws.AwsCredential;
import dev.sluice.testkit.aws.ReadFrame;
import dev.sluice.testkit.billing.Outcome;
import dev.sluice.testkit.cloud.CloudClient;
import dev.sluice.testkit.http.Ending;
import dev.sluice.testkit.script.Script;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class InvokeTest {

  private static final String STREAM = CLAUDE_PATH + "invoke-with-response-stream";

  private BedrockSimulator simulator;
  private BedrockClient client;

  @BeforeEach
  void start() {
    restart(config -> config);
  }

  @AfterEach
  void stop() {
    simulator.close();
  }

  private void restart(UnaryOperator<BedrockConfig> change) {
    if (simulator != null) {
      simulator.close();
    }
    simulator = BedrockSimulator.start(change.apply(BedrockClient.config()));
    client = BedrockClient.of(simulator);
  }

  @Test
  void claude_answers_a_document_in_its_own_words_and_bills_it() {
    simulator.next(Script.answer().text("Four small words here"));
    var response = client.post(CLAUDE_PATH + "invoke", BedrockClient.invoke());
    assertThat(response.statusCode()).as(CloudClient.text(response)).isEqualTo(200);
    var json = CloudClient.json(response);
    assertThat(json.path("content").path(0).path("text").asString()).startsWith("Four small");
    assertThat(json.path("usage").path("output_tokens").asLong()).isEqualTo(4);
    var entry = simulator.settledBill().entries().getFirst();
    assertThat(entry.model()).isEqualTo(CLAUDE);
    assertThat(entry.usage().output()).isEqualTo(4);
    assertThat(response.headers().firstValue("x-amzn-requestid")).contains(entry.requestId());
  }

  @Test
  void a_stream_is_chunks_of_claudes_events_without_a_ping_and_ends_with_what_was_counted() {
    simulator.next(Script.answer().text("Hi.").tool("Read", Map.of("file", "a")));
    var response = client.post(STREAM, BedrockClient.invoke());
    assertThat(response.headers().firstValue("content-type"))
        .contains("application/vnd.amazon.eventstream");
    var frames = ReadFrame.all(response.body());
    assertThat(frames).extracting(ReadFrame::type).containsOnly("chunk");
    var events = frames.stream().map(InvokeTest::event).toList();
    assertThat(events)
        .extracting(event -> event.path("type").asString())
        .startsWith("message_start", "content_block_start")
        .endsWith("message_delta", "message_stop")
        .doesNotContain("ping");
    var metrics = events.getLast().path("amazon-bedrock-invocationMetrics");
    var usage = simulator.settledBill().usage();
    assertThat(metrics.path("inputTokenCount").asLong()).isEqualTo(usage.input());
    assertThat(metrics.path("outputTokenCount").asLong()).isEqualTo(usage.output());
  }

  @Test
  void a_cut_at_any_byte_leaves_whole_frames_and_a_rest() {
    var script = Script.answer().text("Hi you.");
    simulator.next(script);
    var whole = client.post(STREAM, BedrockClient.invoke()).body();
    for (var at = 0; at < whole.length; at += 97) {
      simulator.next(script.cutAt(at, Ending.CLEAN).chunks(13));
      var cut = client.post(STREAM, BedrockClient.invoke()).body();
      assertThat(cut).hasSize(at);
      assertThat(ReadFrame.all(cut).size()).isLessThan(ReadFrame.all(whole).size());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "rate_limit_error, throttlingException",
    "overloaded_error, serviceUnavailableException",
    "api_error, internalServerException",
    "invalid_request_error, validationException",
    "modelStreamErrorException, modelStreamErrorException"
  })
  void an_error_in_mid_stream_is_an_exception_frame(String type, String exception) {
    simulator.next(Script.answer().text("Hi you.").errorAfter(2, type, "No more."));
    var last = client.frames(STREAM, BedrockClient.invoke()).getLast();
    assertThat(last.headers())
        .containsEntry(":message-type", "exception")
        .containsEntry(":exception-type", exception);
    assertThat(last.json().path("message").asString()).isEqualTo("No more.");
    assertThat(simulator.settledBill().entries().getFirst().outcome()).isEqualTo(Outcome.ERROR);
  }

  @ParameterizedTest
  @CsvSource({
    "429, rate_limit_error, 429, ThrottlingException",
    "529, overloaded_error, 503, ServiceUnavailableException",
    "429, ModelNotReadyException, 429, ModelNotReadyException",
    "403, permission_error, 403, AccessDeniedException",
    "500, api_error, 500, InternalServerException"
  })
  void a_scripted_failure_has_the_services_own_type(
      int scripted, String type, int status, String named) {
    simulator.next(Script.fails(scripted, type, "No."));
    var response = client.post(STREAM, BedrockClient.invoke());
    assertThat(response.statusCode()).isEqualTo(status);
    assertType(response, named);
    assertThat(CloudClient.json(response).path("message").asString()).isEqualTo("No.");
    assertThat(simulator.settledBill().usd()).isZero();
  }

  @Test
  void a_denial_by_iam_has_another_spelling() {
    simulator.next(Script.fails(403, "", "User: arn:aws:iam::1:user/a is not authorized"));
    var response = client.post(STREAM, BedrockClient.invoke());
    assertThat(CloudClient.json(response).has("Message")).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'anthropic_beta':['context-1m-2025-08-07']} | {'anthropic_beta':['fast-2099-01-01']} |"
            + " invalid beta flag",
        "{'anthropic_version':'bedrock-2023-05-31'} | {'anthropic_version':'2023-06-01'} |"
            + " anthropic_version: Input should be",
        "{'top_k':1} | {'model':'claude-opus-5-5'} | model: Extra inputs are not permitted",
        "{'top_k':1} | {'stream':true} | stream: Extra inputs are not permitted",
        "{'max_tokens':1} | {'max_tokens':0} | max_tokens: Input should be greater than",
        "{'top_p':1} | {'messages':[]} | at least one message is required"
      })
  void keeps_the_rules_of_the_body(String valid, String invalid, String message) {
    var accepted = client.post(STREAM, CloudClient.changed(BedrockClient.invoke(), valid));
    assertThat(accepted.statusCode()).isEqualTo(200);
    var refused = client.post(STREAM, CloudClient.changed(BedrockClient.invoke(), invalid));
    assertThat(refused.statusCode()).isEqualTo(400);
    assertType(refused, "ValidationException");
    assertThat(CloudClient.json(refused).path("message").asString()).contains(message);
  }

  @Test
  void a_beta_in_the_header_has_no_effect() {
    var body = CloudClient.changed(BedrockClient.invoke(), "{'context_management':{'edits':[]}}");
    var beta = "context-management-2025-06-27";
    assertThat(client.post(STREAM, body, "anthropic-beta", beta).statusCode()).isEqualTo(400);
    body.putArray("anthropic_beta").add(beta);
    assertThat(client.post(STREAM, body, "anthropic-beta", "unknown").statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "anthropic.claude-opus-5-5-v1:0",
        "eu.anthropic.claude-opus-5-5-v1%3A0",
        "global.anthropic.claude-opus-5-5-v1%3A0",
        "arn%3Aaws%3Abedrock%3Aeu-central-1%3A%3Afoundation-model%2F"
            + "anthropic.claude-opus-5-5-v1%3A0",
        "arn%3Aaws%3Abedrock%3Aeu-central-1%3A123456789012%3Ainference-profile%2F"
            + "eu.anthropic.claude-opus-5-5-v1%3A0",
        "arn%3Aaws%3Abedrock%3Aeu-central-1%3A123456789012%3Aapplication-inference-profile%2Fab1"
      })
  void knows_a_model_by_its_id_its_profiles_and_their_arns(String segment) {
    restart(
        config ->
            config.withProfile(
                "arn:aws:bedrock:eu-central-1:123456789012:application-inference-profile/ab1",
                CLAUDE));
    var response = client.post("/model/" + segment + "/invoke", BedrockClient.invoke());
    assertThat(response.statusCode()).as(CloudClient.text(response)).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "anthropic.claude-none-v1%3A0",
        "us.anthropic.claude-opus-5-5-v1%3A0",
        "arn%3Aaws%3Abedrock%3Aus-east-1%3A%3Afoundation-model%2Fanthropic.claude-opus-5-5-v1%3A0",
        "arn%3Aaws%3Abedrock%3Aeu-central-1%3A1%3Aapplication-inference-profile%2Fab1"
      })
  void refuses_a_model_that_is_not_here(String segment) {
    var response = client.post("/model/" + segment + "/invoke", BedrockClient.invoke());
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(CloudClient.text(response)).contains("The provided model identifier is invalid.");
  }

  @Test
  void refuses_on_demand_calls_of_a_model_that_has_only_profiles() {
    restart(config -> config.withProfileOnly(CLAUDE));
    var direct = client.post(STREAM, BedrockClient.invoke());
    assertThat(CloudClient.text(direct)).contains("with on-demand throughput isn’t supported");
    var profile = STREAM.replace("/anthropic.", "/eu.anthropic.");
    assertThat(client.post(profile, BedrockClient.invoke()).statusCode()).isEqualTo(200);
  }

  @Test
  void refuses_a_model_without_access_and_another_makers_body() {
    restart(config -> config.withDenied(CLAUDE));
    var denied = client.post(STREAM, BedrockClient.invoke());
    assertThat(denied.statusCode()).isEqualTo(403);
    assertType(denied, "AccessDeniedException");
    var other = client.post(NOVA_PATH + "invoke", BedrockClient.invoke());
    assertThat(other.statusCode()).isEqualTo(400);
  }

  @Test
  void refuses_a_prompt_over_the_models_context() {
    var body = BedrockClient.invoke();
    var message = body.putArray("messages").addObject().put("role", "user");
    message.put("content", "a b c ".repeat(400_000));
    assertThat(CloudClient.text(client.post(STREAM, body)))
        .contains("Input is too long for requested model.");
  }

  @Test
  void refuses_a_request_that_is_not_signed_for_it() {
    var stranger = BedrockClient.of(simulator, AwsCredential.lasting("AKIAOTHER", "secret"));
    var unknown = stranger.post(STREAM, BedrockClient.invoke());
    assertThat(unknown.statusCode()).isEqualTo(403);
    assertType(unknown, "UnrecognizedClientException");
    var thief = AwsCredential.lasting(BedrockConfig.CREDENTIAL.accessKeyId(), "guessed");
    var forged = BedrockClient.of(simulator, thief).post(STREAM, BedrockClient.invoke());
    assertType(forged, "InvalidSignatureException");
  }

  @Test
  void takes_a_temporary_key_until_it_expires_and_an_api_key() {
    var lasts = AwsCredential.temporary("ASIA1", "s", "token", Instant.now().plusSeconds(600));
    restart(config -> config.withCredential(lasts).withApiKeys("bedrock-api-key-1"));
    var signed = BedrockClient.of(simulator, lasts).post(STREAM, BedrockClient.invoke());
    assertThat(signed.statusCode()).isEqualTo(200);
    var body = BedrockClient.invoke().toString().getBytes(StandardCharsets.UTF_8);
    assertThat(bearer(body, "bedrock-api-key-1").statusCode()).isEqualTo(200);
    assertThat(bearer(body, "bedrock-api-key-2").statusCode()).isEqualTo(403);
    var past = AwsCredential.temporary("ASIA1", "s", "token", Instant.now().minusSeconds(1));
    restart(config -> config.withCredential(past));
    var expired = BedrockClient.of(simulator, past).post(STREAM, BedrockClient.invoke());
    assertType(expired, "ExpiredTokenException");
  }

  @Test
  void another_providers_key_is_a_violation() {
    assertThat(client.post(STREAM, BedrockClient.invoke(), "x-api-key", "sk-ant").statusCode())
        .isEqualTo(400);
    assertThat(simulator.violations()).hasSize(1);
  }

  @Test
  void counts_the_body_of_an_invoke_and_of_a_converse_call() {
    var invoke =
        Base64.getEncoder()
            .encodeToString(BedrockClient.invoke().toString().getBytes(StandardCharsets.UTF_8));
    var body = CloudClient.json("{'input':{'invokeModel':{'body':'" + invoke + "'}}}");
    var counted = client.post(CLAUDE_PATH + "count-tokens", body);
    assertThat(CloudClient.json(counted).path("inputTokens").asLong()).isPositive();
    body = CloudClient.json("{'input':{'converse':" + BedrockClient.converse() + "}}");
    var converse = client.post(CLAUDE_PATH + "count-tokens", body);
    assertThat(CloudClient.json(converse).path("inputTokens"))
        .isEqualTo(CloudClient.json(counted).path("inputTokens"));
    body = CloudClient.json("{'input':{'invokeModel':{'body':'e30='}}}");
    assertThat(client.post(CLAUDE_PATH + "count-tokens", body).statusCode()).isEqualTo(400);
    assertThat(simulator.settledBill().entries()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/model/eu.anthropic.claude-opus-5-5-v1%3A0/",
        "/model/amazon.nova-pro-v1%3A0/",
        "/model/arn%3Aaws%3Abedrock%3Aeu-central-1%3A1%3Ainference-profile%2F"
            + "eu.anthropic.claude-opus-5-5-v1%3A0/"
      })
  void counts_for_no_profile_and_no_model_of_others(String path) {
    var body = CloudClient.json("{'input':{'converse':" + BedrockClient.converse() + "}}");
    var refused = client.post(path + "count-tokens", body);
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(CloudClient.text(refused)).contains("doesn't support counting tokens");
  }

  @Test
  void counts_for_a_model_that_only_profiles_call() {
    restart(config -> config.withProfileOnly(CLAUDE));
    var body = CloudClient.json("{'input':{'converse':" + BedrockClient.converse() + "}}");
    assertThat(client.post(CLAUDE_PATH + "count-tokens", body).statusCode()).isEqualTo(200);
    var arn = "/model/arn%3Aaws%3Abedrock%3Aeu-central-1%3A%3Afoundation-model%2F";
    var path = arn + CLAUDE.replace(":", "%3A") + "/count-tokens";
    assertThat(client.post(path, body).statusCode()).isEqualTo(200);
  }

  private HttpResponse<byte[]> bearer(byte[] body, String key) {
    return CloudClient.post(simulator, STREAM, body, "authorization", "Bearer " + key);
  }

  private static JsonNode event(ReadFrame frame) {
    var bytes = Base64.getDecoder().decode(frame.json().path("bytes").asString());
    return JsonMapper.shared().readTree(bytes);
  }

  private static void assertType(HttpResponse<byte[]> response, String type) {
    assertThat(response.headers().firstValue("x-amzn-errortype").orElse("")).startsWith(type + ":");
  }
}
