package dev.sluice.e2e.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.demo.parts.RecordedClient;
import dev.sluice.e2e.World;
import dev.sluice.testkit.RecordedTraffic;
import dev.sluice.testkit.provider.ReceivedRequest;
import java.math.BigDecimal;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/// Every recorded request, replayed: the provider gets the bytes that the client sent.
final class RecordedTrafficE2E {

  private static final List<String> CLIENT_ONLY = List.of("authorization", "x-sluice-key");

  private static World world;
  private static RecordedClient client;

  @BeforeAll
  static void start() {
    world = World.start(World.key("alice", "500"));
    client = new RecordedClient(world.gateway().address(), world.gateway().key("alice"));
  }

  @AfterAll
  static void stop() {
    world.close();
  }

  static List<String> messages() {
    return RecordedTraffic.requests().stream()
        .filter(request -> request.http().target().startsWith("/v1/messages"))
        .map(RecordedTraffic.Request::name)
        .toList();
  }

  @ParameterizedTest
  @MethodSource("messages")
  void reaches_the_provider_byte_for_byte(String name) throws Exception {
    var recorded = RecordedTraffic.request(name);
    var answer = client.whole(recorded);
    assertThat(answer.statusCode()).isEqualTo(200);
    var received = world.simulator().requests().getLast();
    assertThat(received.target()).isEqualTo(recorded.http().target());
    assertThat(received.bodySha256()).isEqualTo(sha256(recorded.http().body()));
    for (var header : recorded.http().headers()) {
      if (header.name().toLowerCase(java.util.Locale.ROOT).startsWith("anthropic-")) {
        assertThat(received.header(header.name())).hasValue(header.value());
      }
    }
    assertThat(CLIENT_ONLY).noneMatch(header -> received.header(header).isPresent());
    assertThat(world.simulator().violations()).isEmpty();
    assertThat(answer.headers().firstValue("request-id")).isPresent();
    if (!name.contains("count-tokens")) {
      settledAsBilled(received);
    }
  }

  private static void settledAsBilled(ReceivedRequest received) {
    assertThat(world.simulator().awaitIdle(Duration.ofSeconds(5))).isTrue();
    var billed = world.simulator().bill().find(received.requestId()).orElseThrow();
    org.awaitility.Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .untilAsserted(
            () ->
                assertThat(world.usage("alice"))
                    .filteredOn(
                        usage ->
                            usage
                                .path("upstreamRequestId")
                                .asString("")
                                .equals(received.requestId()))
                    .singleElement()
                    .satisfies(
                        usage ->
                            assertThat(new BigDecimal(usage.path("costUsd").asString()))
                                .isEqualByComparingTo(billed.usd())));
  }

  @Test
  void lists_the_models_of_the_key() {
    var answer = client.whole(RecordedTraffic.request("15-models-discovery"));
    assertThat(answer.statusCode()).isEqualTo(200);
    var models = JsonMapper.shared().readTree(answer.body());
    assertThat(models.path("data"))
        .anyMatch(model -> model.path("id").asString().equals("claude-opus-5-5"))
        .allMatch(model -> model.path("description").asString("").contains("per million tokens"));
  }

  private static String sha256(byte[] body) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
  }
}
