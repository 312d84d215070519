package dev.sluice.testkit.entra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class EntraSimulatorTest {

  private static final EntraConfig CONFIG = EntraConfig.STANDARD;

  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
  private EntraSimulator simulator;

  @BeforeEach
  void start() {
    simulator = EntraSimulator.start(CONFIG.withLifetime(Duration.ofMinutes(10)), () -> now.get());
  }

  @AfterEach
  void stop() {
    simulator.close();
  }

  @Test
  void a_secret_is_changed_for_a_token_that_is_known_until_it_ends() throws Exception {
    var response = post(simulator.tokenUri(), Map.of());
    var json = json(response);
    assertThat(json.path("token_type").asString()).isEqualTo("Bearer");
    assertThat(json.path("expires_in").asLong()).isEqualTo(600);
    var token = json.path("access_token").asString();
    assertThat(simulator.knows(token)).isTrue();
    assertThat(simulator.knows(token + "1")).isFalse();
    now.updateAndGet(instant -> instant.plus(Duration.ofMinutes(10)));
    assertThat(simulator.knows(token)).isFalse();
  }

  @Test
  void a_workload_needs_no_secret() throws Exception {
    var type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    var right = Map.of("client_assertion_type", type, "client_assertion", CONFIG.workloadToken());
    assertThat(post(simulator.tokenUri(), right).statusCode()).isEqualTo(200);
    var wrong = Map.of("client_assertion_type", type, "client_assertion", "other");
    assertThat(post(simulator.tokenUri(), wrong).statusCode()).isEqualTo(401);
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        arguments(Map.of("client_secret", "x"), 401, "invalid_client", 7000215),
        arguments(Map.of("client_id", "x"), 400, "unauthorized_client", 700016),
        arguments(Map.of("scope", "x"), 400, "invalid_scope", 70011),
        arguments(Map.of("grant_type", "x"), 400, "unsupported_grant_type", 70003));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void refuses_what_is_not_right(Map<String, String> changes, int status, String error, int code)
      throws Exception {
    var response = post(simulator.tokenUri(), changes);
    assertThat(response.statusCode()).isEqualTo(status);
    var json = json(response);
    assertThat(json.path("error").asString()).isEqualTo(error);
    assertThat(json.path("error_codes").path(0).asInt()).isEqualTo(code);
    assertThat(json.path("error_description").asString()).startsWith("AADSTS" + code + ": ");
    assertThat(simulator.issued()).isZero();
  }

  @Test
  void refuses_another_tenant() throws Exception {
    var other = URI.create(simulator.tokenUri().toString().replace(CONFIG.tenant(), "other"));
    assertThat(json(post(other, Map.of())).path("error_codes").path(0).asInt()).isEqualTo(90002);
  }

  private static HttpResponse<String> post(URI uri, Map<String, String> changes) throws Exception {
    var fields = new LinkedHashMap<String, String>();
    fields.put("grant_type", "client_credentials");
    fields.put("client_id", CONFIG.clientId());
    fields.put("client_secret", CONFIG.clientSecret());
    fields.put("scope", CONFIG.scope());
    fields.putAll(changes);
    var form =
        fields.entrySet().stream()
            .map(field -> field.getKey() + "=" + encode(field.getValue()))
            .collect(Collectors.joining("&"));
    var request =
        HttpRequest.newBuilder(uri)
            .header("content-type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form));
    try (var client = HttpClient.newHttpClient()) {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
  }

  private static JsonNode json(HttpResponse<String> response) {
    return JsonMapper.shared().readTree(response.body());
  }

  private static String encode(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }
}
