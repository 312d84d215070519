package dev.sluice.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.envoy.DataPlane;
import dev.sluice.extproc.TestGateway.Bodies;
import dev.sluice.extproc.TestGateway.Request;
import dev.sluice.ledger.MemoryLedger;
import dev.sluice.proto.envoy.v1.PriorityGroupsOverride;
import dev.sluice.proto.envoy.v1.ProcessingResponseAdditions;
import dev.sluice.testkit.RecordedTraffic;
import java.util.LinkedHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@ParameterizedClass
@EnumSource
class RequestFlowTest {

  private static final String BODY =
      "{\"model\":\"claude-opus-5-5\",\"messages\":[],\"max_tokens\":8000,\"stream\":true}";

  private final ManualClock clock = new ManualClock();
  private final TestGateway gateway;

  RequestFlowTest(Bodies bodies) {
    gateway = new TestGateway(new MemoryLedger(clock), clock, GatewayConfig.DEFAULT, bodies);
  }

  @AfterEach
  void close() {
    gateway.close();
  }

  private static JsonNode json(Said said) {
    return JsonMapper.shared().readTree(said.text());
  }

  private void assertRefused(Said said, int status, String type) {
    assertThat(said.status()).as(said.text()).isEqualTo(status);
    var body = json(said);
    assertThat(body.path("type").asString()).isEqualTo("error");
    assertThat(body.path("error").path("type").asString()).isEqualTo(type);
    assertThat(body.path("request_id").asString()).isEqualTo(said.request().id());
    assertThat(said.headers()).containsEntry("request-id", said.request().id());
    assertThat(said.headers()).containsEntry("content-type", "application/json");
    assertThat(said.text()).doesNotContain("x-api-key").doesNotContain("0123456789abcdefghij");
  }

  private void assertFinal(Said said, int status, String type) {
    assertRefused(said, status, type);
    assertThat(said.headers()).containsEntry("x-should-retry", "false");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/api/hello", "/anthropic", "/anthropic/", "/anthropic/api/hello"})
  void answers_probes_without_a_key(String path) {
    var said = gateway.send(Request.of("HEAD", path, "x", new byte[0]).without("authorization"));
    assertThat(said.status()).isEqualTo(200);
    assertThat(said.text()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"POST,/v1/messages", "GET,/v1/models", "GET,/nothing", "HEAD,/v1/messages"})
  void refuses_all_else_without_a_key(String method, String path) {
    var said = gateway.send(Request.of(method, path, "x", new byte[5]).without("authorization"));
    assertFinal(said, 401, "authentication_error");
    assertThat(said.bodyRead()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"unknown", "suspended", "expired"})
  void refuses_keys_that_may_not_be_used(String key) {
    assertFinal(gateway.send(Request.post(key, BODY)), 401, "authentication_error");
  }

  /// Envoy joins them.
  @Test
  void a_key_that_comes_twice_in_one_header_counts() {
    var key = "Bearer " + Policies.secret("alice");
    var request = Request.get("alice", "/v1/models");
    assertThat(gateway.send(request.with("authorization", key + "," + key)).status())
        .isEqualTo(200);
    assertThat(gateway.send(request.with("authorization", "Bearer x, " + key)).status())
        .isEqualTo(200);
    assertThat(gateway.send(request.with("authorization", "Bearer x, Bearer y")).status())
        .isEqualTo(401);
  }

  @Test
  void tells_a_typo_from_an_unknown_key() {
    var typo = Request.post("x", BODY).with("authorization", "Bearer sk-slc-typo");
    assertThat(gateway.send(typo).text()).contains("mistyped");
    assertThat(gateway.send(Request.post("unknown", BODY)).text()).contains("unknown");
  }

  @Test
  void of_several_credentials_the_known_key_counts() {
    var foreign = Request.post("free", BODY).with("x-api-key", "sk-ant-somebody");
    assertThat(gateway.send(foreign).forwarded()).isTrue();
    var same = Request.post("free", BODY).with("x-api-key", Policies.secret("free"));
    assertThat(gateway.send(same).forwarded()).isTrue();
    var two = Request.post("free", BODY).with("x-api-key", Policies.secret("alice"));
    assertFinal(gateway.send(two), 401, "authentication_error");
    var own = Request.post("suspended", BODY).with("x-sluice-key", Policies.secret("free"));
    assertThat(gateway.send(own).forwarded()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/v1/messages",
    "POST,/v1/complete",
    "GET,/",
    "HEAD,/v1/models",
    "POST,//v1/messages"
  })
  void refuses_what_is_not_served(String method, String path) {
    assertFinal(
        gateway.send(Request.of(method, path, "free", new byte[0])), 404, "not_found_error");
  }

  @Test
  void refuses_bodies_that_are_too_large_before_reading_them() {
    var said =
        gateway.send(Request.post("free", "{}").with("content-length", "" + ((32L << 20) + 1)));
    assertRefused(said, 413, "request_too_large");
    assertThat(said.bodyRead()).isFalse();
  }

  private static String with(String member) {
    return BODY.replace("}", "," + member + "}");
  }

  @Test
  void fallbacks_are_taken_out_of_the_body() {
    var said = gateway.send(Request.post("free", with("\"fallbacks\":[\"claude-haiku-4-5\"]")));
    assertThat(said.forwarded()).as(said.text()).isTrue();
    assertThat(said.newBody().toStringUtf8()).isEqualTo(BODY);
    var empty = gateway.send(Request.post("alice", with("\"fallbacks\":[]")));
    assertThat(empty.newBody().toStringUtf8()).isEqualTo(BODY);
    var counted =
        gateway.send(
            Request.post("alice", with("\"fallbacks\":[\"x\"]")).at("/v1/messages/count_tokens"));
    assertThat(counted.newBody().toStringUtf8()).isEqualTo(BODY);
  }

  @Test
  void fallbacks_of_the_providers_own_are_left_out() {
    var own = with("\"fallbacks\":\"default\"");
    var betas = "claude-code-20250219, server-side-fallback-2026-07-01";
    var said = gateway.send(Request.post("free", own).with("anthropic-beta", betas));
    assertThat(said.forwarded()).as(said.text()).isTrue();
    assertThat(said.newBody().toStringUtf8()).isEqualTo(BODY);
    var without = gateway.send(Request.post("free", own));
    assertRefused(without, 400, "invalid_request_error");
    assertThat(without.text()).contains("fallbacks: \\\"default\\\" (expected: an array");
  }

  @Test
  void refuses_malformed_bodies() {
    for (var body : new String[] {"{", "{\"model\":\"claude-opus-5-5\"}", "[]"}) {
      assertRefused(gateway.send(Request.post("free", body)), 400, "invalid_request_error");
    }
    var empty = Request.of("POST", "/v1/messages", "free", new byte[0]);
    assertRefused(gateway.send(empty), 400, "invalid_request_error");
  }

  @ParameterizedTest
  @CsvSource({
    "free,gpt-5,not known",
    "narrow,claude-opus-5-5,not allowed",
    "free,claude-unpriced,no price",
    "free,elsewhere/claude-opus-5-5,not known",
  })
  void refuses_models_by_policy(String key, String model, String word) {
    var said = gateway.send(Request.post(key, BODY.replace("claude-opus-5-5", model)));
    assertFinal(said, 400, "policy_blocked");
    assertThat(json(said).path("error").path("message").asString()).contains(word).contains(model);
  }

  @Test
  void refuses_what_has_no_price() {
    var fast = BODY.replace("{\"model\"", "{\"speed\":\"fast\",\"model\"");
    assertFinal(gateway.send(Request.post("free", fast)), 400, "policy_blocked");
    var search =
        "{\"model\":\"claude-unsearched\",\"max_tokens\":1,\"tools\":[{\"type\":"
            + "\"web_search_20250305\",\"max_uses\":1}]}";
    assertFinal(gateway.send(Request.post("free", search)), 400, "policy_blocked");
    assertThat(
            gateway
                .send(Request.post("free", search.replace("claude-unsearched", "claude-opus-5-5")))
                .forwarded())
        .isTrue();
  }

  @Test
  void forwards_untouched_with_the_plan() throws Exception {
    var said = gateway.send(Request.post("free", BODY));
    assertThat(said.forwarded()).isTrue();
    assertThat(said.changes())
        .containsExactly(java.util.Map.entry(DataPlane.PROVIDER_HEADER, "default/anthropic"));
    assertThat(said.changed().getClearRouteCache()).isTrue();
    assertThat(said.changed().hasBodyMutation()).isFalse();
    assertThat(said.replyHeaders()).isEmpty();
    var plan =
        ProcessingResponseAdditions.parseFrom(said.response().getUnknownFields().toByteString())
            .getTypedDynamicMetadataOrThrow(DataPlane.PLAN_NAMESPACE);
    assertThat(plan.getTypeUrl()).endsWith("priority_group.v3.PriorityGroupsOverride");
    var groups = PriorityGroupsOverride.parseFrom(plan.getValue()).getPriorityGroupsList();
    assertThat(groups).hasSize(1);
    assertThat(groups.getFirst().getClusters(0).getClusterName())
        .isEqualTo("provider/default/anthropic/main");
  }

  @Test
  void renames_the_model_and_nothing_else() {
    var body = BODY.replace("claude-opus-5-5", "claude-renamed");
    var said = gateway.send(Request.post("free", body));
    assertThat(said.newBody().toStringUtf8())
        .isEqualTo(BODY.replace("claude-opus-5-5", "claude-opus-5-5-20260101"));
  }

  @ParameterizedTest
  @CsvSource({
    "fast,claude-sonnet-5",
    "anthropic/claude-opus-4-8,claude-opus-4-8",
    "default/anthropic/claude-opus-4-8,claude-opus-4-8"
  })
  void finds_models_by_alias_and_by_provider(String asked, String sent) {
    var said = gateway.send(Request.post("free", BODY.replace("claude-opus-5-5", asked)));
    assertThat(said.newBody().toStringUtf8()).isEqualTo(BODY.replace("claude-opus-5-5", sent));
  }

  @Test
  void rewrites_the_path_for_the_provider_and_keeps_the_query() {
    var prefixed = Request.post("free", BODY).at("/anthropic/v1/messages?beta=true");
    assertThat(gateway.send(prefixed).changes()).containsEntry(":path", "/v1/messages?beta=true");
    var elsewhere = Request.post("free", BODY.replace("claude-opus-5-5", "claude-elsewhere"));
    assertThat(gateway.send(elsewhere).changes())
        .containsEntry(":path", "/prefix/v1/messages?beta=true")
        .containsEntry(DataPlane.PROVIDER_HEADER, "default/other");
  }

  @Test
  void lists_the_models_of_a_key_in_pages() {
    var all = json(gateway.send(Request.get("free", "/v1/models?limit=1000")));
    assertThat(all.path("data").size()).isEqualTo(7);
    assertThat(all.path("has_more").asBoolean()).isFalse();
    assertThat(all.path("data").path(0).path("type").asString()).isEqualTo("model");
    assertThat(all.path("data").path(0).path("description").asString())
        .isEqualTo("$5 in, $25 out per million tokens");
    var seen = new LinkedHashMap<String, JsonNode>();
    var query = "/v1/models?limit=3";
    for (boolean more = true; more; ) {
      var page = json(gateway.send(Request.get("free", query)));
      page.path("data").forEach(model -> seen.put(model.path("id").asString(), model));
      more = page.path("has_more").asBoolean();
      query = "/v1/models?limit=3&after_id=" + page.path("last_id").asString();
    }
    assertThat(seen).hasSize(7).doesNotContainKey("claude-unpriced");
    var last = all.path("last_id").asString();
    var before = json(gateway.send(Request.get("free", "/v1/models?limit=2&before_id=" + last)));
    assertThat(before.path("data").path(1).path("id").asString())
        .isEqualTo(all.path("data").path(5).path("id").asString());
    assertThat(json(gateway.send(Request.get("narrow", "/v1/models"))).path("data").size())
        .isEqualTo(1);
    for (var bad : new String[] {"limit=0", "limit=x", "limit=1001", "after_id=no"}) {
      assertRefused(
          gateway.send(Request.get("free", "/v1/models?" + bad)), 400, "invalid_request_error");
    }
  }

  static java.util.List<RecordedTraffic.Request> recorded() {
    return RecordedTraffic.requests();
  }

  @ParameterizedTest
  @MethodSource("recorded")
  void takes_what_claude_code_sent(RecordedTraffic.Request recorded) {
    var http = recorded.http();
    var said = gateway.send(Request.of(http.method(), http.target(), "free", http.body()));
    if (http.method().equals("GET")) {
      assertThat(said.status()).isEqualTo(200);
    } else {
      assertThat(said.forwarded()).as(said.text()).isTrue();
      assertThat(said.changed().hasBodyMutation()).isFalse();
    }
  }

  @Test
  void refuses_new_requests_while_it_shuts_down() {
    gateway.gateway.drain();
    var said = gateway.send(Request.post("free", BODY));
    assertRefused(said, 503, "api_error");
    assertThat(said.headers()).containsEntry("retry-after", "1");
  }
}
