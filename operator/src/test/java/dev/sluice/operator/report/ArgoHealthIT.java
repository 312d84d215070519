package dev.sluice.operator.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.crds.Provider;
import dev.sluice.operator.world.ObjectId;
import dev.sluice.operator.world.Seen;
import dev.sluice.testkit.RedisServer;
import dev.sluice.testkit.kubernetes.ArgoHealth;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What Argo CD says of an object in each of the states that the operator tells.
class ArgoHealthIT {

  private static final Path FILE = Path.of("..", "samples", "argocd", "argocd-cm.yaml");
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
          .build();
  private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");
  private static final Verdict FINE = Verdict.yes("Fine", "it is");

  private static RedisServer redis;
  private static ArgoHealth checks;

  @BeforeAll
  static void start() throws IOException {
    redis = RedisServer.start();
    var map = Serialization.unmarshal(Files.readString(FILE), ConfigMap.class);
    checks = new ArgoHealth(redis, map.getData());
  }

  @AfterAll
  static void stop() {
    redis.close();
  }

  static Stream<Arguments> states() {
    var kept = Verdict.no("LastGoodVersion", "the last good version stays in force");
    var none = Verdict.no("NotInForce", "no version is in force");
    var invalid = Verdict.no("UnknownField", "spec.budget: unknown field");
    var later = Verdict.no("NotSupported", "not supported yet");
    var lost = Verdict.no("RefNotResolved", "spec.team: nobody");
    var closed = Verdict.no("RefNotPermitted", "spec.providers[0]: no");
    var pending = Verdict.no("Pending", "1 of 2 gateways");
    var alone = Verdict.no("NoGateway", "no gateway reports");
    var away = Verdict.unknown("RedisUnavailable", "redis: no answer");
    var rejected = Verdict.no("Rejected", "Envoy: no such host");
    var suspended = Verdict.no("Suspended", "spec.suspended is true");
    var expired = Verdict.no("Expired", "spec.expiresAt was 2026-11-01T00:00:00Z");
    var ready = Verdict.yes("Ready", "in force at every gateway");
    return Stream.of(
        state(new Conditions(FINE, FINE, FINE, ready), "Healthy", "in force at every gateway"),
        state(new Conditions(invalid, FINE, kept, kept), "Degraded", "UnknownField: spec.budget"),
        state(new Conditions(later, FINE, none, none), "Degraded", "NotSupported: not supported"),
        state(new Conditions(FINE, lost, none, none), "Degraded", "RefNotResolved: spec.team"),
        state(new Conditions(FINE, closed, kept, kept), "Degraded", "RefNotPermitted: spec.prov"),
        state(new Conditions(FINE, FINE, rejected, rejected), "Degraded", "Rejected: Envoy: no"),
        state(new Conditions(FINE, FINE, pending, pending), "Progressing", "Pending: 1 of 2"),
        state(new Conditions(FINE, FINE, alone, alone), "Progressing", "NoGateway: no gateway"),
        state(new Conditions(FINE, FINE, away, away), "Progressing", "RedisUnavailable: redis:"),
        state(new Conditions(FINE, FINE, FINE, suspended), "Healthy", "Suspended: spec.susp"),
        state(new Conditions(FINE, FINE, FINE, expired), "Healthy", "Expired: spec.expiresAt"));
  }

  private static Arguments state(Conditions conditions, String status, String message) {
    return Arguments.of(conditions, status, message);
  }

  private static Seen seen(long generation) {
    var id = new ObjectId("Provider", new ObjectName("default", "anthropic"));
    return new Seen(id, "uid", generation, Map.of(), "", null);
  }

  /// An object of this generation with the status that was written for `observed`.
  private static String object(long generation, long observed, Conditions conditions) {
    var status = new Provider.Status(observed, conditions.of(seen(observed), NOW));
    return object(generation, JSON.valueToTree(status).toString());
  }

  private static String object(long generation, String status) {
    return "{\"metadata\":{\"generation\":%d},\"status\":%s}".formatted(generation, status);
  }

  @ParameterizedTest
  @MethodSource("states")
  void each_state_has_its_health_and_says_why(
      Conditions conditions, String status, String message) {
    for (var kind : new String[] {"Provider", "Team", "VirtualKey", "McpServer"}) {
      var health = checks.of("sluice.dev_" + kind, object(3, 3, conditions));
      assertThat(health.status()).isEqualTo(status);
      assertThat(health.message()).startsWith(message);
    }
  }

  @Test
  void a_version_that_the_operator_has_not_seen_is_on_its_way() {
    var good = new Conditions(FINE, FINE, FINE, FINE);
    for (var object :
        new String[] {
          object(4, 3, good), "{\"metadata\":{\"generation\":1}}", object(1, "{}"),
        }) {
      var health = checks.of("sluice.dev_Team", object);
      assertThat(health.status()).isEqualTo("Progressing");
      assertThat(health.message()).isEqualTo("the operator has not seen this version yet");
    }
    var empty = object(1, "{\"observedGeneration\":1,\"conditions\":[]}");
    assertThat(checks.of("sluice.dev_Team", empty).message())
        .isEqualTo("no condition Accepted yet");
  }

  @Test
  void an_application_is_as_healthy_as_it_says() {
    var kind = "argoproj.io_Application";
    assertThat(checks.of(kind, "{}").status()).isEqualTo("Progressing");
    var bad = "{\"status\":{\"health\":{\"status\":\"Degraded\",\"message\":\"no\"}}}";
    assertThat(checks.of(kind, bad)).isEqualTo(new ArgoHealth.Health("Degraded", "no"));
  }
}
