package dev.sluice.e2e.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.mcp.McpScript;
import dev.sluice.testkit.mcp.McpScript.Answers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Sessions and streams of others: their ids are of no use to anybody else, and end with the key.
final class ForeignSessionsE2E {

  private static final String GRANTED = "{ server: events, tools: [ \"*\" ] }";

  private static AttackedWorld world;

  @BeforeAll
  static void start() throws Exception {
    world = AttackedWorld.start(Map.of("events", McpScript.STANDARD.with(Answers.EVENTS)), "");
    for (var name : new String[] {"suspended", "deleted", "expired"}) {
      world.write(name + ".yaml", manifest(name, ""));
      awaitKey(name);
      AttackedWorld.awaitTool(world.client(name, "/mcp/events"), "echo");
    }
    AttackedWorld.awaitTool(world.client("attacker", "/mcp/events"), "echo");
  }

  private static void awaitKey(String name) {
    var file = world.world().gateway().state().resolve("keys/default").resolve(name);
    Awaitility.await()
        .atMost(AttackedWorld.SOON)
        .until(
            () ->
                Files.exists(file)
                    && world.stranger(name, "/mcp").ask("ping", "{}").status() != 401);
  }

  private static String manifest(String name, String more) {
    return AttackedWorld.key(name, GRANTED).replaceFirst("^---\n", "") + more;
  }

  @AfterAll
  static void stop() {
    try (var ended = world) {
      ended.assertNothingIsLeft();
    }
  }

  @AfterEach
  void it_was_contained(TestInfo test) {
    world.assertContained(test);
  }

  private static void assertUnknown(String session) {
    var client = world.stranger("attacker", "/mcp").with("mcp-session-id", session);
    var answer = client.ask("tools/list", "{}");
    assertThat(answer.status()).as(answer.body()).isIn(400, 404);
    assertThat(answer.body()).doesNotContain("\"tools\"");
  }

  @Test
  void a_session_of_another_key_is_unknown_and_goes_on_for_its_own() {
    var others = world.client("bystander", "/mcp/quiet");
    assertUnknown(others.session());
    assertThat(others.ask("tools/list", "{}").status()).isEqualTo(200);
  }

  @Test
  void a_session_that_was_tampered_with_is_unknown() {
    var good = world.client("attacker", "/mcp").session();
    for (int i = 0; i < good.length(); i += 7) {
      var other = good.charAt(i) == 'A' ? 'B' : 'A';
      var changed = good.substring(0, i) + other + good.substring(i + 1);
      // The last character of base64 has bits that mean nothing.
      if (i < good.length() - 1) {
        assertUnknown(changed);
      }
    }
    assertUnknown(good.substring(0, good.length() / 2));
    assertUnknown(good + good);
    assertUnknown("x".repeat(10_000));
    assertUnknown("%00../..");
  }

  @Test
  void an_events_id_of_another_session_gives_nothing_of_it() {
    var victim = world.client("bystander", "/mcp/quiet");
    var own = world.client("attacker", "/mcp/events");
    var told = own.ask("tools/call", slow("secret-of-a-session"));
    var id = told.body().lines().filter(line -> line.startsWith("id:")).findFirst().orElseThrow();
    for (var thief : new ToolClient[] {victim, world.client("attacker", "/mcp/events")}) {
      var got = read(thief.with("last-event-id", id.substring("id:".length()).strip()));
      assertThat(got).doesNotContain("notifications/progress", "\"result\"");
    }
  }

  private static String slow(String token) {
    return """
    {"name":"slow","arguments":{"steps":3,"millis":10},"_meta":{"progressToken":"%s"}}
    """
        .formatted(token);
  }

  /// What comes within a moment; the stream may stay open.
  private static String read(ToolClient client) {
    try {
      var answer = client.listen();
      var text = new StringBuilder("" + answer.statusCode());
      try (var in = answer.body()) {
        var reading =
            CompletableFuture.runAsync(
                () -> {
                  try {
                    for (int b = in.read(); b >= 0 && text.length() < 100_000; b = in.read()) {
                      text.append((char) b);
                    }
                  } catch (java.io.IOException _) {
                    // Closed below.
                  }
                });
        reading.completeOnTimeout(null, 7, TimeUnit.SECONDS).join();
      }
      return text.toString();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x",
        "..",
        "0123456789abcdef.WzFd.0",
        "0123456789abcdef.WzFd.999999999999999",
        "0123456789abcdef.WzFd.-1",
        "0123456789abcdef.W1tbW1tbW1tbW1tdXV1dXV1dXV0.1",
        "0123456789abcdef.!!!!.1"
      })
  void an_events_id_that_is_forged_gives_nothing_but_an_error_for_its_forger(String id) {
    var got = read(world.client("attacker", "/mcp/events").with("last-event-id", id));
    assertThat(got).hasSizeLessThan(2_000).doesNotContain("\"result\"");
  }

  @Test
  void a_stream_ends_with_the_key_that_is_suspended() throws Exception {
    var client = world.client("suspended", "/mcp/events");
    assertEndsAfter(client, () -> world.write("suspended.yaml", suspended()));
    var refused = client.call("echo", "{\"text\":\"x\"}");
    assertThat(refused.status()).isIn(401, 403);
  }

  private static String suspended() {
    return manifest("suspended", "  suspended: true\n");
  }

  @Test
  void a_stream_ends_with_the_key_that_expires() throws Exception {
    var client = world.client("expired", "/mcp/events");
    var expired = manifest("expired", "  expiresAt: \"2020-01-01T00:00:00Z\"\n");
    assertEndsAfter(client, () -> world.write("expired.yaml", expired));
    assertThat(client.call("echo", "{\"text\":\"x\"}").status()).isIn(401, 403);
  }

  @Test
  void a_session_ends_with_the_key_that_is_deleted() throws Exception {
    var client = world.client("deleted", "/mcp/events");
    var file = world.world().manifests().resolve("deleted.yaml");
    assertEndsAfter(client, () -> Files.delete(file));
    assertThat(client.call("echo", "{\"text\":\"x\"}").status()).isEqualTo(401);
    assertUnknown(client.session());
  }

  private interface Edit {
    void make() throws Exception;
  }

  private static void assertEndsAfter(ToolClient client, Edit edit) throws Exception {
    var answer = client.listen();
    assertThat(answer.statusCode()).isEqualTo(200);
    var text =
        CompletableFuture.supplyAsync(
            () -> {
              try (var in = answer.body()) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
              } catch (java.io.IOException e) {
                return "cut: " + e;
              }
            });
    edit.make();
    assertThat(text)
        .succeedsWithin(Duration.ofSeconds(60))
        .satisfies(all -> assertThat(all).doesNotContain("\"result\""));
  }
}
