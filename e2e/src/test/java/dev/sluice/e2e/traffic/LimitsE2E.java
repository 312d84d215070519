package dev.sluice.e2e.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.World;
import dev.sluice.testkit.script.Script;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Rate limits, grants and caps from the manifest to the refusal, through Envoy and Redis.
final class LimitsE2E {

  private static final Duration WAIT = Duration.ofSeconds(30);
  private static final Duration GRANTED_FOR = Duration.ofSeconds(20);
  private static final String SESSION = "x-claude-code-session-id";
  private static final String AGENT = "x-claude-code-agent-id";

  private static final String MANIFESTS =
      """
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: Provider
      metadata: { name: narrow }
      spec:
        type: Anthropic
        endpoint: SIMULATOR
        credentials: [ { name: main, secretRef: { name: anthropic, key: apiKey } } ]
        rateLimits: [ { requests: 2, window: Hour } ]
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: Team
      metadata: { name: squad }
      spec:
        rateLimits: [ { requests: 2, window: Day, calendar: { timeZone: Europe/Berlin } } ]
      """;

  private static World world;
  private final HttpClient client = HttpClient.newHttpClient();

  @BeforeAll
  static void start() {
    world =
        World.start(
            MANIFESTS
                + key("hasty", "rateLimits: [ { requests: 2, window: Hour } ]")
                + key("at-provider", "")
                    .replace(
                        "{ name: anthropic }",
                        "{ name: anthropic, rateLimits: [ { requests: 1, window: Hour } ] }")
                + key("left", "team: squad")
                + key("right", "team: squad")
                + key("east", "").replace("anthropic", "narrow")
                + key("west", "").replace("anthropic", "narrow")
                + key("wordy", "rateLimits: [ { tokens: 8000, window: Day } ]")
                + key("single", "rateLimits: [ { concurrent: 1 } ]")
                + key("raised", "budgets: [ { limitUsd: \"0.05\", window: Day } ]\n  grants: []")
                + key("capped", "caps: { sessionUsd: \"0.25\", agentUsd: \"0.15\" }"));
  }

  private static String key(String name, String more) {
    return """
    ---
    apiVersion: sluice.dev/v1alpha1
    kind: VirtualKey
    metadata: { name: %s }
    spec:
      providers: [ { name: anthropic } ]
      %s
    """
        .formatted(name, more);
  }

  @AfterAll
  static void stop() {
    world.close();
  }

  @AfterEach
  void nothing_went_wrong() {
    world.simulator().clearScripts();
    assertThat(world.simulator().violations()).isEmpty();
    assertThat(world.gateway().admin("/metrics")).contains("sluice_hold_overruns_total 0.0");
  }

  private CompletableFuture<HttpResponse<String>> start(String key, long max, String... headers) {
    var body =
        "{\"model\":\"claude-opus-5-5\",\"max_tokens\":"
            + max
            + ",\"messages\":[{\"role\":\"user\",\"content\":\"Hello.\"}]}";
    var request =
        HttpRequest.newBuilder(URI.create(world.gateway().address() + "/v1/messages"))
            .timeout(WAIT)
            .header("authorization", "Bearer " + world.gateway().key(key))
            .header("anthropic-version", "2023-06-01")
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.sendAsync(request.build(), BodyHandlers.ofString());
  }

  /// Sends a request, and waits until it is settled.
  private HttpResponse<String> send(String key, long max, String... headers) {
    int before = world.usage(key).size();
    var answer = start(key, max, headers).join();
    if (answer.statusCode() == 200) {
      Awaitility.await().atMost(WAIT).until(() -> world.usage(key).size() > before);
    }
    return answer;
  }

  private static String message(HttpResponse<String> answer) {
    return JsonMapper.shared()
        .readTree(answer.body())
        .path("error")
        .path("message")
        .asString(answer.body());
  }

  private static void assertLimited(HttpResponse<String> answer, String message, long secondsMax) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(429);
    assertThat(answer.body()).contains("rate_limit_error");
    assertThat(message(answer)).startsWith(message);
    assertThat(answer.headers().firstValueAsLong("retry-after").orElseThrow())
        .isBetween(1L, secondsMax);
    assertThat(answer.headers().map())
        .doesNotContainKeys("x-should-retry", "anthropic-ratelimit-unified-status");
  }

  @Test
  void requests_of_a_key() {
    assertThat(send("hasty", 100).statusCode()).isEqualTo(200);
    assertThat(send("hasty", 100).statusCode()).isEqualTo(200);
    assertLimited(
        send("hasty", 100),
        "Rate limit of key hasty is reached: 2 requests an hour · resets ",
        3_600);
  }

  @Test
  void requests_of_a_key_at_one_provider() {
    assertThat(send("at-provider", 100).statusCode()).isEqualTo(200);
    assertLimited(
        send("at-provider", 100),
        "Rate limit of key at-provider at provider anthropic is reached: 1 request an hour",
        3_600);
  }

  @Test
  void requests_of_a_team() {
    assertThat(send("left", 100).statusCode()).isEqualTo(200);
    assertThat(send("right", 100).statusCode()).isEqualTo(200);
    assertLimited(
        send("left", 100), "Rate limit of team squad is reached: 2 requests a day", 90_000);
    assertThat(message(send("right", 100))).endsWith("00:00 (Europe/Berlin)");
  }

  @Test
  void requests_at_a_provider() {
    assertThat(send("east", 100).statusCode()).isEqualTo(200);
    assertThat(send("west", 100).statusCode()).isEqualTo(200);
    assertLimited(
        send("east", 100), "Rate limit of provider narrow is reached: 2 requests an hour", 3_600);
  }

  @Test
  void tokens_lower_max_tokens_and_are_counted_by_the_provider_near_the_limit() {
    var sent = new AtomicLong();
    world
        .simulator()
        .otherwise(
            call -> {
              sent.set(call.body().path("max_tokens").asLong());
              return Script.answer().textOfTokens(3_000);
            });
    var first = send("wordy", 64_000);
    var lowered = first.headers().firstValueAsLong("x-sluice-max-tokens").orElseThrow();
    assertThat(lowered).isBetween(6_500L, 7_000L);
    assertThat(sent).hasValue(lowered);
    // By its bytes the next one does not fit any more; by the provider's count it does.
    var second = send("wordy", 64_000);
    assertThat(second.headers().firstValueAsLong("x-sluice-max-tokens").orElseThrow())
        .isBetween(4_096L, 4_980L);
    var tokens =
        world.usage("wordy").stream()
            .mapToLong(u -> u.path("tokens").path("input").asLong() + outputOf(u))
            .sum();
    assertThat(tokens).isBetween(6_000L, 8_000L);
    assertLimited(
        send("wordy", 64_000),
        "Rate limit of key wordy has too little left for this request: "
            + tokens
            + " of 8000 tokens a day used",
        86_400);
  }

  private static long outputOf(JsonNode usage) {
    return usage.path("tokens").path("output").asLong();
  }

  @Test
  void requests_at_once() {
    world.simulator().next(Script.answer().text("Late.").stall(Duration.ofSeconds(8)));
    var first = start("single", 100);
    Awaitility.await().atMost(WAIT).until(() -> world.simulator().inFlight() > 0);
    assertLimited(
        send("single", 100),
        "Rate limit of key single (1 request at once) is held by requests in flight",
        2);
    assertThat(first.join().statusCode()).isEqualTo(200);
    Awaitility.await().atMost(WAIT).until(() -> !world.usage("single").isEmpty());
    assertThat(send("single", 100).statusCode()).isEqualTo(200);
  }

  @Test
  void a_grant_ends_in_mid_window_without_an_edit() {
    world.simulator().otherwise(_ -> Script.answer().textOfTokens(3_000));
    assertThat(message(send("raised", 8_000))).contains("has too little left for this request");
    var until = Instant.now().plus(GRANTED_FOR).truncatedTo(ChronoUnit.SECONDS);
    edit("grants: []", "grants: [ { addUsd: \"1.25\", until: \"" + until + "\" } ]");
    Awaitility.await().atMost(WAIT).until(() -> granted().equals("1.25"));
    assertThat(send("raised", 8_000).statusCode()).isEqualTo(200);
    assertThat(world.gateway().budgets("raised").get(0).path("remaining").asString())
        .startsWith("1.2");
    Awaitility.await().atMost(WAIT).until(() -> granted().equals("0"));
    assertThat(message(send("raised", 8_000))).startsWith("Budget of key raised used up: $0.06");
  }

  private static String granted() {
    return world.gateway().budgets("raised").get(0).path("activeGrants").asString();
  }

  private static void edit(String from, String to) {
    var file = world.manifests().resolve("world.yaml");
    try {
      Files.writeString(file, Files.readString(file).replace(from, to));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void two_sessions_side_by_side_have_a_cap_each() {
    world.simulator().otherwise(_ -> Script.answer().textOfTokens(5_000));
    for (int i = 1; i <= 2; i++) {
      var one = start("capped", 8_000, SESSION, "one");
      assertThat(send("capped", 8_000, SESSION, "two").statusCode()).isEqualTo(200);
      assertThat(one.join().statusCode()).isEqualTo(200);
      int each = i;
      Awaitility.await()
          .atMost(WAIT)
          .until(() -> spent("one").size() == each && spent("two").size() == each);
    }
    for (var session : new String[] {"one", "two"}) {
      var refused = send("capped", 8_000, SESSION, session);
      assertCapped(refused, "Cap of session " + session + " of key capped has too little left");
    }
    assertThat(send("capped", 8_000, SESSION, "three").statusCode()).isEqualTo(200);
  }

  private static List<JsonNode> spent(String session) {
    return world.usage("capped").stream()
        .filter(usage -> usage.path("sessionId").asString("").equals(session))
        .toList();
  }

  @Test
  void an_agent_has_a_cap_of_its_own() {
    world.simulator().otherwise(_ -> Script.answer().textOfTokens(5_000));
    assertThat(send("capped", 8_000, SESSION, "four", AGENT, "a1").statusCode()).isEqualTo(200);
    assertCapped(
        send("capped", 8_000, SESSION, "four", AGENT, "a1"),
        "Cap of agent a1 of key capped has too little left for this request: $0.10");
    assertThat(send("capped", 8_000, SESSION, "four").statusCode()).isEqualTo(200);
  }

  private static void assertCapped(HttpResponse<String> answer, String message) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(429);
    assertThat(answer.body()).contains("billing_error");
    assertThat(message(answer)).startsWith(message);
    assertThat(answer.headers().firstValue("x-should-retry")).hasValue("false");
    assertThat(answer.headers().map()).doesNotContainKey("retry-after");
  }
}
