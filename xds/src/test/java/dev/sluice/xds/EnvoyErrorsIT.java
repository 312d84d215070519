package dev.sluice.xds;

import static dev.sluice.xds.Answers.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.envoy.DataPlane;
import dev.sluice.core.policy.Upstream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What the client is told when something goes wrong, by a real Envoy.
class EnvoyErrorsIT {

  private static final Upstream.Timeouts QUICK =
      new Upstream.Timeouts(Duration.ofSeconds(1), Duration.ofMillis(300), Duration.ofMillis(600));

  /// Of a stream, whose pace a process that is held up must not change.
  private static final Upstream.Timeouts PACED =
      new Upstream.Timeouts(Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofSeconds(4));

  private static TestUpstream upstream;
  private static RunningEnvoy envoy;

  @BeforeAll
  static void start() throws Exception {
    upstream = new TestUpstream();
    var endpoint = "http://127.0.0.1:" + upstream.port();
    envoy =
        new RunningEnvoy(
            Samples.resources(
                Samples.upstream("one", endpoint),
                Samples.upstream("quick", endpoint, QUICK),
                Samples.upstream("paced", endpoint, PACED),
                Samples.upstream("gone", "http://127.0.0.1:" + closedPort())));
  }

  @AfterAll
  static void stop() throws Exception {
    envoy.close();
    upstream.close();
  }

  @ParameterizedTest
  @CsvSource({
    "401, authentication_error, invalid x-api-key",
    "402, billing_error, pay",
    "403, permission_error, org_123 may not",
    "400, invalid_request_error, Your Credit Balance is too low to access the API"
  })
  void a_refused_credential_is_the_gateways_fault(int status, String type, String message)
      throws Exception {
    upstream.answer("/v1/refused", Answers.json(status, envelope(type, message)));
    var answer = exchange("/v1/refused");
    assertError(answer, 502, "api_error", "the gateway's credential for one was refused");
    assertThat(answer.headers()).containsEntry("x-should-retry", "false");
    assertThat(answer.text()).doesNotContain(message);
    var meter = TestLog.meter(envoy.log.take("/v1/refused"));
    assertThat(meter.get(DataPlane.METER_ERROR)).contains(message);
    assertThat(meter).containsEntry(DataPlane.METER_STATUS, Integer.toString(status));
  }

  @ParameterizedTest
  @CsvSource({
    "400, invalid_request_error, prompt is too long: 3 tokens > 2 maximum",
    "413, request_too_large, too large",
    "429, rate_limit_error, slow down",
    "529, overloaded_error, Overloaded"
  })
  void what_the_client_recovers_from_passes_unchanged(int status, String type, String message)
      throws Exception {
    var body = envelope(type, message);
    upstream.answer(
        "/v1/passed",
        Answers.withLength(
            status,
            Map.of(
                "content-type", "application/json",
                "retry-after", "7",
                "x-should-retry", "true",
                "anthropic-ratelimit-requests-remaining", "0",
                "anthropic-organization-id", "org_123"),
            body));
    var answer = exchange("/v1/passed");
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.text()).isEqualTo(body);
    assertThat(answer.headers())
        .containsEntry("retry-after", "7")
        .containsEntry("x-should-retry", "true")
        .doesNotContainKeys("anthropic-ratelimit-requests-remaining", "anthropic-organization-id");
  }

  @ParameterizedTest
  @CsvSource({
    "400, invalid_request_error",
    "413, request_too_large",
    "429, rate_limit_error",
    "529, overloaded_error",
    "404, not_found_error",
    "500, api_error",
    "503, api_error"
  })
  void another_body_becomes_an_envelope(int status, String type) throws Exception {
    var html = Map.of("content-type", "text/html", "retry-after", "9");
    var path = "/v1/html";
    upstream.answer(path, Answers.withLength(status, html, "<b>host-17.internal</b>"));
    var answer = exchange(path);
    assertError(answer, status, type, "one answered " + status);
    assertThat(answer.headers()).containsEntry("retry-after", "9");

    upstream.answer(path, Answers.withLength(status, Map.of(), ""));
    assertError(exchange(path), status, type, "one answered " + status);
  }

  @Test
  void other_errors_keep_their_type_but_not_their_text() throws Exception {
    upstream.answer("/v1/type", Answers.json(500, envelope("overloaded_error", "host-17")));
    assertError(exchange("/v1/type"), 500, "overloaded_error", "one answered 500");
  }

  @Test
  void of_a_huge_error_only_the_start_is_read() throws Exception {
    var body = envelope("overloaded_error", "x".repeat(3 << 20));
    upstream.answer("/v1/huge", Answers.json(529, body));
    assertError(exchange("/v1/huge"), 529, "overloaded_error", "one answered 529");
    assertThat(TestLog.meter(envoy.log.take("/v1/huge")).get(DataPlane.METER_ERROR)).hasSize(4096);
  }

  @Test
  void a_redirect_would_take_the_key_elsewhere() throws Exception {
    var headers = Map.of("location", "http://elsewhere.example/");
    upstream.answer("/v1/moved", Answers.withLength(307, headers, ""));
    var answer = exchange("/v1/moved");
    assertError(answer, 502, "api_error", "one answered 307");
    assertThat(answer.headers()).doesNotContainKey("location");
  }

  @Test
  void a_refusal_of_the_gateway_passes_unchanged() throws Exception {
    var answer = exchange("/v1/refusal", "refuse");
    assertThat(answer.status()).isEqualTo(429);
    assertThat(answer.text()).isEqualTo(TestGateway.REFUSAL_BODY);
    assertThat(answer.headers())
        .containsEntry("content-type", "application/json")
        .containsEntry("x-should-retry", "false")
        .containsEntry("retry-after", "37800")
        .containsEntry("anthropic-ratelimit-unified-status", "rejected");
    var seen = envoy.log.take("/v1/refusal").getRequest().getRequestId();
    assertThat(answer.headers()).containsEntry("request-id", seen);
  }

  @Test
  void a_failed_request_phase_is_503() throws Exception {
    assertRetry(exchange("/v1/any", "fail"), "the gateway cannot check this request now");
  }

  @Test
  void a_request_phase_that_hangs_is_503() throws Exception {
    assertRetry(exchange("/v1/any", "hang"), "the gateway cannot check this request now");
  }

  @Test
  void an_unreachable_provider_is_503() throws Exception {
    assertRetry(exchange("/v1/any", "default/gone"), "the provider cannot be reached");
  }

  @Test
  void a_provider_that_envoy_does_not_know_is_503() throws Exception {
    assertRetry(exchange("/v1/any", "default/unknown"), "the provider cannot be reached");
  }

  @Test
  void a_provider_that_hangs_up_before_it_answers_is_503() throws Exception {
    upstream.answer(
        "/v1/reset",
        (_, _) -> {
          throw new IllegalStateException("hang up");
        });
    assertRetry(exchange("/v1/reset"), "the provider cannot be reached");
  }

  @Test
  void a_provider_that_speaks_no_http_is_503() throws Exception {
    upstream.answer("/v1/garbage", "SSH-2.0-OpenSSH\r\n\r\n");
    assertRetry(exchange("/v1/garbage"), "the provider cannot be reached");
  }

  @Test
  void a_slow_provider_is_504() throws Exception {
    var over = new Semaphore(0);
    upstream.answer("/v1/slow", (_, _) -> over.acquire());
    var answer = exchange("/v1/slow", "default/quick");
    over.release();
    assertError(answer, 504, "api_error", "the provider did not answer in time");
  }

  @Test
  void a_stream_is_not_cut_by_the_first_bytes_timeout_but_by_silence() throws Exception {
    var event = bytes("event: ping\ndata: {}\n\n");
    var over = new Semaphore(0);
    upstream.answer(
        "/v1/stalled",
        (_, out) -> {
          out.write(Answers.chunkedHead(Answers.SSE));
          for (var i = 0; i < 4; i++) {
            Answers.writeChunk(out, event, 0, event.length);
            // Its pace: the stream must outlast the first byte's timeout, which is Envoy's own
            // clock.
            if (over.tryAcquire(1, TimeUnit.SECONDS)) {
              return;
            }
          }
          over.acquire();
        });
    try (var client = envoy.client()) {
      client.post("/v1/stalled", Map.of("x-claude-code-test", "default/paced"), bytes("{}"));
      Http.head(client.in);
      client.read(4 * event.length);
      assertThat(client.in.read()).isEqualTo(-1);
    }
    over.release();
    assertThat(
            envoy
                .log
                .take("/v1/stalled")
                .getCommonProperties()
                .getResponseFlags()
                .getStreamIdleTimeout())
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /v1%2fmessages HTTP/1.1\r\nhost: a\r\n\r\n",
        "GET /v1/x HTTP/1.1\r\n\r\n",
        "GET /v1/x HTTP/1.1\r\nhost: a\r\ntransfer-encoding: gzip\r\n\r\n",
        "POST /v1/x HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\n"
            + "transfer-encoding: chunked\r\n\r\n",
        "nonsense\r\n\r\n",
      })
  void a_malformed_request_is_400(String request) throws Exception {
    try (var client = envoy.client()) {
      client.send(request);
      var answer = Http.read(client.in);
      assertThat(answer.status()).isEqualTo(400);
      assertThat(json(answer).at("/error/type").stringValue()).isEqualTo("invalid_request_error");
      assertThat(answer.headers())
          .containsEntry("content-type", "application/json")
          .containsEntry("x-should-retry", "false");
    }
  }

  @Test
  void headers_beyond_96_KiB_are_400() throws Exception {
    try (var client = envoy.client()) {
      var value = "x".repeat(50_000);
      client.send(
          "GET /v1/x HTTP/1.1\r\nhost: a\r\na: %s\r\nb: %s\r\n\r\n".formatted(value, value));
      var answer = Http.read(client.in);
      assertThat(answer.status()).isEqualTo(400);
      assertThat(json(answer).at("/error/type").stringValue()).isEqualTo("invalid_request_error");
    }
  }

  private static Http.Message exchange(String path) throws Exception {
    return exchange(path, "default/one");
  }

  private static Http.Message exchange(String path, String test) throws Exception {
    try (var client = envoy.client()) {
      return client.exchange(path, Map.of("x-claude-code-test", test));
    }
  }

  private static void assertRetry(Http.Message answer, String message) {
    assertError(answer, 503, "api_error", message);
    assertThat(answer.headers()).containsEntry("retry-after", "5");
  }

  static void assertError(Http.Message answer, int status, String type, String message) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.headers()).containsEntry("content-type", "application/json");
    var json = json(answer);
    assertThat(json.at("/type").stringValue()).isEqualTo("error");
    assertThat(json.at("/error/type").stringValue()).isEqualTo(type);
    assertThat(json.at("/error/message").stringValue()).isEqualTo(message);
    assertThat(json.at("/request_id").stringValue()).isEqualTo(answer.headers().get("request-id"));
  }

  private static JsonNode json(Http.Message answer) {
    return JsonMapper.shared().readTree(answer.body());
  }

  private static String envelope(String type, String message) {
    return """
    {"type": "error", "error": {"type": "%s", "message": "%s"}, "request_id": "req_1"}"""
        .formatted(type, message);
  }

  private static int closedPort() throws Exception {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
