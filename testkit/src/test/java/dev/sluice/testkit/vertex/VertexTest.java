package dev.sluice.testkit.vertex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.sluice.testkit.billing.ModelPrice;
import dev.sluice.testkit.billing.PriceTable;
import dev.sluice.testkit.billing.Rates;
import dev.sluice.testkit.cloud.CloudClient;
import dev.sluice.testkit.google.ServiceAccount;
import dev.sluice.testkit.script.Script;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class VertexTest {

  private static final String SCOPE = "https://www.googleapis.com/auth/cloud-platform";
  private static final String MODEL = "claude-opus-4-5@20251101";
  private static final String PLACE = "/v1/projects/team-a/locations/europe-west1/publishers/";
  private static final String CLAUDE = PLACE + "anthropic/models/" + MODEL;
  private static final String GEMINI = PLACE + "google/models/gemini-3-pro-preview";
  private static final String METADATA = "/computeMetadata/v1/instance/service-accounts/default/";
  private static final ServiceAccount STRANGER = ServiceAccount.of("team-a");

  private static final ModelPrice PRICE = ModelPrice.of(Rates.of("2", "12", "0.2", "2.5", "4"));

  /// With one account for all tests: a key takes its time to make.
  private static final VertexConfig CONFIG =
      VertexConfig.of(
              PriceTable.of(Map.of(MODEL, PRICE, "gemini-3-pro-preview", PRICE)),
              "team-a",
              "europe-west1")
          .withTokenLifetime(Duration.ofMinutes(10));

  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
  private VertexSimulator simulator;

  @BeforeEach
  void start() {
    InstantSource clock = now::get;
    simulator = VertexSimulator.start(CONFIG.withClock(clock));
  }

  @AfterEach
  void stop() {
    simulator.close();
  }

  @Test
  void claude_streams_its_own_events_and_one_of_vertex() {
    simulator.next(Script.answer().text("Hi."));
    var response = post(CLAUDE + ":streamRawPredict", claude().put("stream", true));
    assertThat(CloudClient.text(response).lines().filter(line -> line.startsWith("event: ")))
        .containsExactly(
            "event: message_start",
            "event: vertex_event",
            "event: ping",
            "event: content_block_start",
            "event: content_block_delta",
            "event: content_block_stop",
            "event: message_delta",
            "event: message_stop");
    assertThat(simulator.settledBill().entries().getFirst().model()).isEqualTo(MODEL);
  }

  @Test
  void claude_answers_a_document_and_counts() {
    simulator.next(Script.answer().text("Four small words here"));
    var answer = CloudClient.json(post(CLAUDE + ":rawPredict", claude()));
    assertThat(answer.path("usage").path("output_tokens").asLong()).isEqualTo(4);
    var count = claude().put("model", MODEL);
    count.remove("anthropic_version");
    count.remove("max_tokens");
    var counted = post(PLACE + "anthropic/models/count-tokens:rawPredict", count);
    assertThat(CloudClient.json(counted).path("input_tokens"))
        .isEqualTo(answer.path("usage").path("input_tokens"));
    count.put("anthropic_version", "vertex-2023-10-16");
    var framed = post(PLACE + "anthropic/models/count-tokens:rawPredict", count);
    assertThat(framed.body()).isEqualTo(counted.body());
    count.put("max_tokens", 5);
    var refused = post(PLACE + "anthropic/models/count-tokens:rawPredict", count);
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(simulator.settledBill().exchanges()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'top_k':1} | {'model':'claude-opus-4-5'} | model: Extra inputs are not permitted",
        "{'top_k':1} | {'stream':true} | stream: Extra inputs are not permitted",
        "{'top_k':1} | {'anthropic_version':'2023-06-01'} | Input should be 'vertex-2023-10-16'",
        "{'max_tokens':1} | {'max_tokens':0} | max_tokens: Input should be greater than"
      })
  void claudes_body_keeps_its_rules(String valid, String invalid, String message) {
    var accepted = post(CLAUDE + ":rawPredict", CloudClient.changed(claude(), valid));
    assertThat(accepted.statusCode()).as(CloudClient.text(accepted)).isEqualTo(200);
    var refused = post(CLAUDE + ":rawPredict", CloudClient.changed(claude(), invalid));
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(CloudClient.json(refused).path("error").path("type").asString())
        .isEqualTo("invalid_request_error");
    assertThat(CloudClient.text(refused)).contains(message);
  }

  @Test
  void the_beta_header_counts() {
    var body = CloudClient.changed(claude(), "{'context_management':{'edits':[]}}");
    assertThat(post(CLAUDE + ":rawPredict", body).statusCode()).isEqualTo(400);
    var beta = new String[] {"anthropic-beta", "context-management-2025-06-27"};
    assertThat(post(CLAUDE + ":rawPredict", body, beta).statusCode()).isEqualTo(200);
    var unknown = new String[] {"anthropic-beta", "fast-2099-01-01"};
    assertThat(post(CLAUDE + ":rawPredict", body, unknown).statusCode()).isEqualTo(400);
  }

  @Test
  void who_may_ask_and_how_often_is_googles_to_say() {
    simulator.next(Script.rateLimited(), Script.overloaded());
    var limited = post(CLAUDE + ":rawPredict", claude());
    assertThat(limited.statusCode()).isEqualTo(429);
    assertThat(CloudClient.text(limited)).contains("RESOURCE_EXHAUSTED", "google.rpc.RetryInfo");
    var overloaded = post(CLAUDE + ":rawPredict", claude());
    assertThat(overloaded.statusCode()).isEqualTo(529);
    assertThat(CloudClient.text(overloaded)).contains("overloaded_error");
  }

  @Test
  void gemini_answers_there_too_with_words_of_its_own() {
    simulator.next(Script.answer().text("Hi."));
    var body = gemini("{'text':'a'}");
    var streamed = post(GEMINI + ":streamGenerateContent?alt=sse", body);
    assertThat(CloudClient.text(streamed)).contains("\"finishReason\":\"STOP\"");
    assertThat(CloudClient.json(post(GEMINI + ":countTokens", body)).path("totalTokens").asLong())
        .isEqualTo(simulator.settledBill().usage().input());
    ((ObjectNode) body.path("contents").path(0)).remove("role");
    assertThat(CloudClient.text(post(GEMINI + ":generateContent", body)))
        .contains("Please use a valid role: user, model.");
    var call = "{'functionCall':{'name':'read','args':{}}}";
    var loop = gemini("{'text':'a'}");
    var answer = "{'functionResponse':{'name':'read','response':{}}}";
    loop.withArray("contents").add(content("model", call));
    loop.withArray("contents").add(content("user", answer));
    assertThat(CloudClient.text(post(GEMINI + ":generateContent", loop)))
        .contains("function call `read` in the 2. content block is missing a `thought_signature`");
    loop.withArray("contents").removeAll();
    loop.withArray("contents").add(content("user", "{'text':'a'}"));
    loop.withArray("contents").add(content("model", call.replace("'name'", "'id':'1','name'")));
    assertThat(CloudClient.text(post(GEMINI + ":generateContent", loop)))
        .contains("Unknown name \\\"id\\\" at 'contents[1].parts[0].function_call'");
  }

  @Test
  void gemini_leaves_sites_out_of_its_searches_and_takes_no_function_beside_them() {
    simulator.next(Script.answer().webSearch("weather").text("Sunny."));
    var search = "{'googleSearch':{'excludeDomains':['a.test']}}";
    var body = CloudClient.changed(gemini("{'text':'a'}"), "{'tools':[" + search + "]}");
    var answer = CloudClient.text(post(GEMINI + ":generateContent", body));
    assertThat(answer).contains("\"webSearchQueries\":[\"weather\"]");
    var more = "{'functionDeclarations':[{'name':'read'}]}";
    var both = CloudClient.changed(body, "{'tools':[" + search + "," + more + "]}");
    assertThat(CloudClient.text(post(GEMINI + ":generateContent", both)))
        .contains("Multiple tools are supported only when they are all search tools.");
    var flag = "{'toolConfig':{'includeServerSideToolInvocations':true}}";
    assertThat(CloudClient.text(post(GEMINI + ":generateContent", CloudClient.changed(body, flag))))
        .contains("Unknown name \\\"includeServerSideToolInvocations\\\" at 'tool_config'");
    var odd = CloudClient.json(body.toString().replace("a.test", "https://a.test/b"));
    assertThat(CloudClient.text(post(GEMINI + ":generateContent", odd)))
        .contains("Invalid domain in exclude_domains");
  }

  @ParameterizedTest
  @CsvSource({
    "projects/team-a, projects/team-b, 403, PERMISSION_DENIED",
    "europe-west1, us-east5, 400, INVALID_ARGUMENT",
    "opus-4-5@20251101, opus-4-5, 404, NOT_FOUND",
    "publishers/anthropic, publishers/mistral, 404, NOT_FOUND",
    "rawPredict, predict, 404, NOT_FOUND"
  })
  void a_path_names_what_is_there(String known, String other, int status, String word) {
    var target = (CLAUDE + ":rawPredict").replace(known, other);
    var response = post(target, claude());
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(CloudClient.json(response).path("error").path("status").asString()).isEqualTo(word);
  }

  @Test
  void a_version_may_come_encoded() {
    var target = CLAUDE.replace("@", "%40") + ":rawPredict";
    assertThat(post(target, claude()).statusCode()).isEqualTo(200);
  }

  @Test
  void a_token_is_good_until_it_ends() {
    var bytes = claude().toString().getBytes(StandardCharsets.UTF_8);
    var token = token();
    assertThat(raw(bytes, "authorization", "Bearer " + token).statusCode()).isEqualTo(200);
    now.updateAndGet(instant -> instant.plus(Duration.ofMinutes(10)));
    var ended = raw(bytes, "authorization", "Bearer " + token);
    assertThat(ended.statusCode()).isEqualTo(401);
    assertThat(CloudClient.text(ended)).contains("UNAUTHENTICATED", "ACCESS_TOKEN_EXPIRED");
    assertThat(CloudClient.text(raw(bytes, "authorization", "Bearer ya29.made-up")))
        .contains("ACCESS_TOKEN_TYPE_UNSUPPORTED");
    assertThat(CloudClient.text(raw(bytes, "accept", "*/*"))).contains("CREDENTIALS_MISSING");
  }

  static Stream<Arguments> assertions() {
    return Stream.of(
        arguments(Map.of(), "", ""),
        arguments(Map.of("aud", "https://example.com"), "invalid_grant", "audience check"),
        arguments(Map.of("iss", "nobody@example.com"), "invalid_grant", "account not found"),
        arguments(Map.of("exp", 3_700L), "invalid_grant", "must be a short-lived token"),
        arguments(Map.of("iat", -7_200L, "exp", -3_700L), "invalid_grant", "iat and exp values"),
        arguments(Map.of("iat", 600L), "invalid_grant", "must be a short-lived token"),
        arguments(Map.of("scope", "email"), "invalid_scope", "Invalid OAuth scope"),
        arguments(Map.of("alg", "none"), "invalid_grant", "Invalid JWT Signature."),
        arguments(Map.of("signer", "stranger"), "invalid_grant", "Invalid JWT Signature."));
  }

  @ParameterizedTest
  @MethodSource("assertions")
  void a_token_is_given_for_a_right_assertion(
      Map<String, Object> changes, String error, String description) {
    var json = CloudClient.json(exchange(assertion(changes)));
    if (error.isEmpty()) {
      assertThat(json.path("token_type").asString()).isEqualTo("Bearer");
      assertThat(json.path("expires_in").asLong()).isEqualTo(600);
    } else {
      assertThat(json.path("error").asString()).isEqualTo(error);
      assertThat(json.path("error_description").asString()).contains(description);
      assertThat(simulator.tokens().issued()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "grant_type=password",
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=abc"
      })
  void refuses_what_is_no_assertion(String form) {
    var response = form(form);
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(CloudClient.json(response).path("error").asString())
        .isIn("unsupported_grant_type", "invalid_grant");
  }

  @Test
  void the_metadata_server_answers_whoever_means_it() {
    var none = CloudClient.get(simulator, METADATA + "token");
    assertThat(none.statusCode()).isEqualTo(403);
    var meant = CloudClient.get(simulator, METADATA + "token", "metadata-flavor", "Google");
    assertThat(meant.headers().firstValue("metadata-flavor")).contains("Google");
    var token = CloudClient.json(meant).path("access_token").asString();
    var bytes = claude().toString().getBytes(StandardCharsets.UTF_8);
    assertThat(raw(bytes, "authorization", "Bearer " + token).statusCode()).isEqualTo(200);
    assertThat(
            CloudClient.text(
                CloudClient.get(simulator, METADATA + "email", "metadata-flavor", "Google")))
        .isEqualTo(simulator.account().email());
  }

  @Test
  void the_key_file_is_of_the_account_that_is_known() {
    var key = CloudClient.json(simulator.keyFile());
    assertThat(key.path("client_email").asString()).isEqualTo(simulator.account().email());
    assertThat(key.path("token_uri").asString()).isEqualTo(simulator.tokenUri().toString());
    assertThat(key.path("private_key").asString()).startsWith("-----BEGIN PRIVATE KEY-----\n");
  }

  private static ObjectNode claude() {
    return CloudClient.json(
        "{'anthropic_version':'vertex-2023-10-16','max_tokens':1000,"
            + "'messages':[{'role':'user','content':'say hi'}]}");
  }

  private static ObjectNode gemini(String part) {
    return CloudClient.json("{'contents':[" + content("user", part) + "]}");
  }

  private static ObjectNode content(String role, String part) {
    return CloudClient.json("{'role':'" + role + "','parts':[" + part + "]}");
  }

  private HttpResponse<byte[]> post(String target, ObjectNode body, String... headers) {
    var bytes = body.toString().getBytes(StandardCharsets.UTF_8);
    var all =
        Stream.concat(Stream.of("authorization", "Bearer " + token()), Stream.of(headers))
            .toArray(String[]::new);
    return CloudClient.post(simulator, target, bytes, all);
  }

  private HttpResponse<byte[]> raw(byte[] body, String... headers) {
    return CloudClient.post(simulator, CLAUDE + ":rawPredict", body, headers);
  }

  private String token() {
    return CloudClient.json(exchange(assertion(Map.of()))).path("access_token").asString();
  }

  private HttpResponse<byte[]> exchange(String assertion) {
    var grant = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    return form(
        "grant_type="
            + URLEncoder.encode(grant, StandardCharsets.UTF_8)
            + "&assertion="
            + assertion);
  }

  private HttpResponse<byte[]> form(String form) {
    return CloudClient.post(
        simulator,
        "/token",
        form.getBytes(StandardCharsets.UTF_8),
        "content-type",
        "application/x-www-form-urlencoded");
  }

  /// @param changes of the claims; times are seconds from now
  private String assertion(Map<String, Object> changes) {
    var seconds = now.get().getEpochSecond();
    var account = simulator.account();
    var header = CloudClient.json("{'alg':'RS256','typ':'JWT','kid':'" + account.keyId() + "'}");
    var claims = CloudClient.json("{}").put("iss", account.email()).put("scope", SCOPE);
    claims.put("aud", simulator.tokenUri().toString());
    claims.put("iat", seconds).put("exp", seconds + 3_600);
    changes.forEach(
        (name, value) -> {
          if (name.equals("alg")) {
            header.put("alg", value.toString());
          } else if (value instanceof Long offset) {
            claims.put(name, seconds + offset);
          } else {
            claims.put(name, value.toString());
          }
        });
    var signer = changes.containsKey("signer") ? STRANGER : account;
    var signed = base64(header.toString()) + "." + base64(claims.toString());
    return signed + "." + signature(signer, signed);
  }

  private static String signature(ServiceAccount account, String signed) {
    try {
      var signer = Signature.getInstance("SHA256withRSA");
      signer.initSign(account.keys().getPrivate());
      signer.update(signed.getBytes(StandardCharsets.US_ASCII));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(signer.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
