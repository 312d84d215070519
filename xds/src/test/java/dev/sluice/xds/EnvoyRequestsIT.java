package dev.sluice.xds;

import static dev.sluice.xds.Answers.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What reaches the provider and what comes back, through a real Envoy.
class EnvoyRequestsIT {

  private static final int BODY_BYTES_MAX = (int) RunningEnvoy.BODY_BYTES_MAX;

  private static TestUpstream upstream;
  private static RunningEnvoy envoy;

  @BeforeAll
  static void start() throws Exception {
    upstream = new TestUpstream();
    envoy =
        new RunningEnvoy(
            Samples.resources(Samples.upstream("one", "http://127.0.0.1:" + upstream.port())));
  }

  @AfterAll
  static void stop() throws Exception {
    envoy.close();
    upstream.close();
  }

  @AfterEach
  void forget() {
    upstream.requests.clear();
    envoy.gateway.seen.clear();
    envoy.gateway.admissions.clear();
    envoy.gateway.asksForBodies = true;
    envoy.gateway.reply = Map.of();
  }

  @Test
  void the_provider_gets_its_own_credential_and_nothing_of_ours() throws Exception {
    upstream.answer("/v1/messages?beta=true", Answers.json(200, "{}"));
    var headers = new LinkedHashMap<String, String>();
    headers.put("authorization", "Bearer sk-slc-1");
    headers.put("x-api-key", "sk-slc-2");
    headers.put("x-sluice-key", "sk-slc-3");
    headers.put("api-key", "4");
    headers.put("x-goog-api-key", "5");
    headers.put("x-amz-security-token", "6");
    headers.put("cookie", "7");
    headers.put("proxy-authorization", "8");
    headers.put("x-forwarded-for", "10.0.0.1");
    headers.put("forwarded", "for=10.0.0.1");
    headers.put("via", "1.1 proxy");
    headers.put("te", "trailers");
    headers.put("connection", "keep-alive");
    headers.put("accept-encoding", "gzip, deflate, br, zstd");
    headers.put("anthropic-version", "2023-06-01");
    headers.put("anthropic-beta", "one,two");
    headers.put("anthropic-beta-unknown", "x");
    headers.put("user-agent", "claude-cli/2");
    headers.put("x-claude-code-session-id", "s");
    headers.put("x-stainless-lang", "js");
    headers.put("x-app", "cli");
    try (var client = envoy.client()) {
      client.exchange("/v1/messages?beta=true", headers);
    }
    var sent = upstream.requests.element();
    assertThat(sent.start()).isEqualTo("POST /v1/messages?beta=true HTTP/1.1");
    assertThat(sent.headers().keySet())
        .containsExactlyInAnyOrder(
            "accept-encoding",
            "anthropic-beta",
            "anthropic-beta-unknown",
            "anthropic-version",
            "content-length",
            "host",
            "user-agent",
            "x-api-key",
            "x-app",
            "x-claude-code-session-id",
            "x-request-id",
            "x-stainless-lang");
    assertThat(sent.headers())
        .containsEntry("x-api-key", "key-of-one")
        .containsEntry("accept-encoding", "identity")
        .containsEntry("anthropic-beta", "one,two")
        .containsEntry("host", "127.0.0.1:" + upstream.port());
  }

  @Test
  void the_request_phase_sees_what_it_needs_and_no_more() throws Exception {
    upstream.answer("/v1/seen", Answers.json(200, "{}"));
    var headers = new LinkedHashMap<String, String>();
    headers.put("authorization", "Bearer a");
    headers.put("x-sluice-key", "b");
    headers.put("x-claude-code-session-id", "s");
    headers.put("x-stainless-lang", "js");
    headers.put("anthropic-beta", "one");
    try (var client = envoy.client()) {
      client.exchange("/v1/seen", headers);
    }
    assertThat(envoy.gateway.seen.element().headers().keySet())
        .containsExactlyInAnyOrder(
            ":method",
            ":path",
            "anthropic-beta",
            "authorization",
            "content-length",
            "x-claude-code-session-id",
            "x-request-id",
            "x-sluice-int-facts",
            "x-sluice-key");
  }

  @Test
  void facts_of_a_clients_own_are_not_believed() throws Exception {
    upstream.answer("/v1/forged", Answers.json(200, "{}"));
    var facts = Map.of("x-sluice-int-facts", "2,0,0,0,0,0,0,0,0,0,0,m", "X-Sluice-Int-Facts", "2");
    try (var client = envoy.client()) {
      client.post("/v1/forged", facts, bytes("[]"));
      assertThat(Http.read(client.in).status()).isEqualTo(200);
    }
    assertThat(envoy.gateway.seen.element().headers()).doesNotContainKey("x-sluice-int-facts");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 65_536, 65_537, 1 << 20, BODY_BYTES_MAX})
  void a_body_that_is_not_asked_for_arrives_whole(int length) throws Exception {
    envoy.gateway.asksForBodies = false;
    upstream.answer("/v1/unasked", Answers.json(200, "{}"));
    var body = new byte[length];
    Arrays.fill(body, (byte) 'x');
    body[length - 1] = 'y';
    try (var client = envoy.client()) {
      for (int i = 0; i < 2; i++) { // the connection stays usable
        client.post("/v1/unasked", Map.of(), body);
        assertThat(Http.read(client.in).status()).isEqualTo(200);
      }
    }
    assertThat(upstream.requests).hasSize(2);
    assertThat(upstream.requests)
        .allSatisfy(sent -> assertThat(Arrays.equals(sent.body(), body)).isTrue());
    assertThat(envoy.gateway.seen).allSatisfy(seen -> assertThat(seen.bodyBytes()).isZero());
    assertThat(envoy.gateway.admissions).hasSize(length > 65_536 ? 2 : 0);
  }

  @Test
  void large_bodies_and_those_of_unknown_length_are_refused_before_they_are_sent()
      throws Exception {
    var unsent =
        List.of(
            "content-length: 65537",
            "transfer-encoding: chunked",
            "content-length: " + BODY_BYTES_MAX + "\r\nexpect: 100-continue");
    for (var length : unsent) {
      try (var client = envoy.client()) {
        client.send(
            "POST /v1/unsent HTTP/1.1\r\nhost: a\r\nx-claude-code-test: refuse\r\n"
                + length
                + "\r\n\r\n");
        var answer = Http.read(client.in);
        var last = answer.status() == 100 ? Http.read(client.in) : answer;
        assertThat(last.status()).as(length).isEqualTo(429);
      }
    }
    assertThat(envoy.gateway.seen).isEmpty();
  }

  @Test
  void a_body_of_unknown_length_is_admitted_and_arrives_whole() throws Exception {
    envoy.gateway.asksForBodies = false;
    upstream.answer("/v1/unknown", Answers.json(200, "{}"));
    try (var client = envoy.client()) {
      client.send("POST /v1/unknown HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n");
      var body = bytes("{\"model\":\"m\"}");
      Answers.writeChunk(client.out, body, 0, 5);
      Answers.writeChunk(client.out, body, 5, body.length);
      Answers.writeLastChunk(client.out);
      assertThat(Http.read(client.in).status()).isEqualTo(200);
      assertThat(upstream.requests.element().body()).isEqualTo(body);
    }
    assertThat(envoy.gateway.admissions).hasSize(1);
    assertThat(envoy.gateway.seen.element().headers())
        .containsEntry("x-sluice-int-facts", "13,9,3,0,0,0,0,0,0,0,0,m");
  }

  @Test
  void internal_headers_of_a_client_are_not_believed() throws Exception {
    upstream.answer("/v1/spoofed", Answers.json(500, "{}"));
    var headers =
        Map.of(
            "X-Sluice-Int-Provider", "default/other",
            "x-sluice-int-answered-by", "default/other",
            "X-Request-Id", "mine",
            "X-Envoy-Max-Retries", "9",
            "x-envoy-retry-on", "5xx",
            "x-envoy-upstream-rq-timeout-ms", "1",
            "x-envoy-original-path", "/v1/other");
    try (var client = envoy.client()) {
      assertThat(client.exchange("/v1/spoofed", headers).status()).isEqualTo(500);
    }
    assertThat(upstream.requests).hasSize(1);
    var entry = envoy.log.take("/v1/spoofed");
    assertThat(entry.getRequest().getRequestId()).hasSize(36);
    assertThat(entry.getCommonProperties().getUpstreamCluster())
        .isEqualTo("provider/default/one/main");
  }

  @Test
  void what_tells_of_our_account_stays_here_and_the_callers_budget_goes_out() throws Exception {
    upstream.answer(
        "/v1/account",
        Answers.withLength(
            200,
            Map.of(
                "content-type", "application/json",
                "request-id", "req_1",
                "anthropic-organization-id", "org_1",
                "anthropic-ratelimit-unified-status", "rejected",
                "anthropic-ratelimit-requests-limit", "1",
                "cf-ray", "1",
                "set-cookie", "a=b",
                "via", "1.1 google",
                "x-sluice-int-answered-by", "default/forged",
                "x-should-retry", "true"),
            "{\"usage\":{}}"));
    envoy.gateway.reply =
        Map.of(
            "anthropic-ratelimit-unified-status", "allowed_warning",
            "anthropic-ratelimit-unified-overage-utilization", "0.82",
            "x-sluice-max-tokens", "5000");
    try (var client = envoy.client()) {
      var answer = client.exchange("/v1/account");
      assertThat(answer.headers().keySet())
          .containsExactlyInAnyOrder(
              "anthropic-ratelimit-unified-status",
              "anthropic-ratelimit-unified-overage-utilization",
              "x-sluice-max-tokens",
              "content-length",
              "content-type",
              "date",
              "request-id",
              "server",
              "x-should-retry");
      assertThat(answer.headers())
          .containsEntry("anthropic-ratelimit-unified-status", "allowed_warning")
          .containsEntry("anthropic-ratelimit-unified-overage-utilization", "0.82")
          .containsEntry("x-sluice-max-tokens", "5000")
          .containsEntry("server", "sluice");
      var entry = envoy.log.take("/v1/account");
      assertThat(answer.headers()).containsEntry("request-id", entry.getRequest().getRequestId());
      assertThat(TestLog.meter(entry)).containsEntry("upstream_request_id", "req_1");
    }
  }

  @Test
  void a_body_of_exactly_32_MiB_arrives_whole() throws Exception {
    upstream.answer("/v1/large", Answers.json(200, "{}"));
    var body = new byte[BODY_BYTES_MAX];
    Arrays.fill(body, (byte) 'x');
    body[body.length - 1] = 'y';
    try (var client = envoy.client()) {
      client.post("/v1/large", Map.of(), body);
      assertThat(Http.read(client.in).status()).isEqualTo(200);
    }
    assertThat(Arrays.equals(upstream.requests.element().body(), body)).isTrue();
    assertThat(envoy.gateway.seen.element().bodyBytes()).isEqualTo(BODY_BYTES_MAX);
  }

  @Test
  void one_byte_more_is_413_at_once() throws Exception {
    try (var client = envoy.client()) {
      client.send(
          "POST /v1/large HTTP/1.1\r\nhost: a\r\ncontent-length: %d\r\n\r\n"
              .formatted(BODY_BYTES_MAX + 1));
      assertTooLarge(Http.read(client.in));
    }
    assertThat(envoy.gateway.seen).isEmpty();
    assertThat(upstream.requests).isEmpty();
  }

  @Test
  void one_byte_more_is_413_without_a_content_length_too() throws Exception {
    try (var client = envoy.client()) {
      client.send("POST /v1/large HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n");
      var body = new byte[BODY_BYTES_MAX + 1];
      Answers.writeChunk(client.out, body, 0, body.length);
      assertTooLarge(Http.read(client.in));
    }
    assertThat(upstream.requests).isEmpty();
  }

  @Test
  void exactly_32_MiB_in_chunks_arrives_whole() throws Exception {
    upstream.answer("/v1/chunked", Answers.json(200, "{}"));
    try (var client = envoy.client()) {
      client.send("POST /v1/chunked HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n");
      var body = new byte[BODY_BYTES_MAX];
      Answers.writeChunk(client.out, body, 0, body.length);
      Answers.writeLastChunk(client.out);
      assertThat(Http.read(client.in).status()).isEqualTo(200);
    }
    assertThat(upstream.requests.element().body()).hasSize(BODY_BYTES_MAX);
  }

  @Test
  void a_request_without_a_body_is_answered_in_the_header_phase() throws Exception {
    upstream.answer("/v1/models", Answers.json(200, "{}"));
    try (var client = envoy.client()) {
      client.send("GET /v1/models HTTP/1.1\r\nhost: a\r\n\r\n");
      assertThat(Http.read(client.in).status()).isEqualTo(200);
    }
  }

  private static void assertTooLarge(Http.Message answer) {
    EnvoyErrorsIT.assertError(
        answer,
        413,
        "request_too_large",
        "the request's body is too large (expected: 33554432 bytes or less)");
    assertThat(answer.body()).isNotEqualTo(bytes("Payload Too Large"));
  }
}
