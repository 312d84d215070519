package dev.sluice.e2e.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.demo.parts.GatewayProcess;
import dev.sluice.testkit.RedisServer;
import dev.sluice.testkit.mcp.McpScript;
import dev.sluice.testkit.mcp.McpScript.Answers;
import dev.sluice.testkit.mcp.ModernMcpSimulator;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two gateways with one Redis serve the tools of one key.
final class ToolReplicasE2E {

  private static final int CALLS = 60;
  private static final Duration SOON = Duration.ofSeconds(60);

  /// The hold of a dead gateway lasts a minute; then somebody looks for it.
  private static final Duration EXPIRED_WITHIN = Duration.ofSeconds(150);

  private static final String MANIFESTS =
      """
      apiVersion: sluice.dev/v1alpha1
      kind: McpServer
      metadata: { name: desk }
      spec:
        transport: StreamableHttp
        url: SERVER
        pricePerCallUsd: "0.25"
      ---
      apiVersion: v1
      kind: Secret
      metadata: { name: keys }
      stringData: { roams: roams-between-two-gateways, shares: shares-one-budget-of-calls }
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: VirtualKey
      metadata: { name: roams }
      spec:
        keySecretRef: { name: keys, key: roams }
        budgets: [ { limitUsd: "10", window: Day } ]
        mcp: [ { server: desk, tools: [ "*" ] } ]
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: VirtualKey
      metadata: { name: shares }
      spec:
        keySecretRef: { name: keys, key: shares }
        budgets: [ { limitUsd: "15", window: Day } ]
        mcp: [ { server: desk, tools: [ "*" ] } ]
      """;

  @TempDir private static Path folder;
  private static ModernMcpSimulator server;
  private static RedisServer redis;
  private static GatewayProcess first;
  private static GatewayProcess second;

  @BeforeAll
  static void start() throws Exception {
    server = ModernMcpSimulator.start(McpScript.STANDARD.with(Answers.EVENTS));
    redis = RedisServer.start(Files.createDirectory(folder.resolve("redis")));
    Files.createDirectory(folder.resolve("manifests"));
    Files.writeString(
        folder.resolve("manifests/all.yaml"), MANIFESTS.replace("SERVER", server.url().toString()));
    first = gateway("first");
    second = gateway("second");
  }

  @AfterAll
  static void stop() {
    try (var _ = server;
        var _ = redis;
        var _ = first;
        var _ = second) {
      // In the opposite order, whatever fails.
    }
  }

  private static GatewayProcess gateway(String name) {
    return GatewayProcess.start(
        folder.resolve("manifests"),
        folder.resolve(name),
        "--redis",
        redis.uri(),
        "--mcp-allow",
        "127.0.0.0/8",
        "--drain",
        "1s");
  }

  private static ToolClient roaming(GatewayProcess gateway) {
    return ToolClient.of(gateway.address(), "roams-between-two-gateways", "/mcp");
  }

  @Test
  void a_session_goes_on_at_the_other_gateway_when_its_own_is_killed_in_a_call() throws Exception {
    try (var killed = gateway("killed")) {
      var client = roaming(killed).begun();
      AttackedWorld.awaitTool(client, "desk__echo");
      AttackedWorld.awaitTool(client.at(second.address()), "desk__echo");
      assertThat(client.call("desk__echo", "{\"text\":\"one\"}").text()).isEqualTo("one");
      awaitPosted(second, "roams", "0.25");
      int before = server.runs();
      var seen = killedInCall(killed, client);

      var moved = client.at(second.address());
      assertTold(moved.with("last-event-id", seen));
      assertThat(moved.call("desk__echo", "{\"text\":\"two\"}").text()).isEqualTo("two");
      awaitPosted(second, "roams", "0.5");
      assertThat(held(second, "roams")).isEqualTo("0.25");
      Awaitility.await()
          .atMost(EXPIRED_WITHIN)
          .until(() -> posted(second, "roams").compareTo(new BigDecimal("0.75")) == 0);
      assertThat(held(second, "roams")).isEqualTo("0");
      assertUnconfirmedOnce(killed);
      assertThat(moved.call("desk__echo", "{\"text\":\"three\"}").text()).isEqualTo("three");
      awaitPosted(second, "roams", "1");
      // The killed call was not made again.
      assertThat(server.runs() - before).isEqualTo(3);
      assertBooksInOrder();
    }
  }

  /// The id of the last event that the client saw of its call.
  private static String killedInCall(GatewayProcess gateway, ToolClient client) {
    var slow =
        "{\"name\":\"desk__slow\",\"arguments\":{\"steps\":10000,\"millis\":20},"
            + "\"_meta\":{\"progressToken\":\"p\"}}";
    try (var stream = client.open(77, "tools/call", slow)) {
      var seen = stream.event();
      assertThat(seen.message().at("/params/progress").asInt()).isEqualTo(1);
      gateway.killTree();
      return seen.id();
    }
  }

  /// A client that comes for the rest of its stream is not left waiting: it hears once that nobody
  /// knows how its call ended, and the next call is as good as any.
  private static void assertTold(ToolClient client) {
    try (var rest = client.open()) {
      assertThat(rest.rest())
          .singleElement()
          .satisfies(
              event -> {
                assertThat(event.message().path("id").asInt()).isEqualTo(77);
                assertThat(event.message().at("/error/message").asString())
                    .isEqualTo(
                        "The call ran at another gateway, or at one that is gone;"
                            + " it may have done its work");
              });
    }
  }

  private static void assertUnconfirmedOnce(GatewayProcess killed) {
    Awaitility.await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              var records =
                  Stream.of(first, second, killed)
                      .flatMap(one -> one.toolUsage().stream())
                      .toList();
              assertThat(records)
                  .filteredOn(one -> one.path("outcome").asString("").equals("unconfirmed"))
                  .singleElement()
                  .satisfies(
                      one -> {
                        assertThat(one.path("tool").asString()).isEqualTo("slow");
                        assertThat(one.path("key").asString()).contains("roams");
                        assertThat(one.path("costUsd").asString()).isEqualTo("0.25");
                      });
            });
  }

  @Test
  void a_tool_that_changed_is_hidden_by_both_and_by_one_that_comes_later() {
    AttackedWorld.awaitTool(roaming(first).begun(), "desk__echo");
    AttackedWorld.awaitTool(roaming(second).begun(), "desk__echo");
    server.define("late", "Came after the first list");
    server.toolsChanged();
    try (var third = gateway("third")) {
      for (var gateway : List.of(first, second, third)) {
        var client = roaming(gateway).begun();
        AttackedWorld.awaitTool(client, "desk__echo");
        assertThat(client.ask("tools/list", "{}").body()).doesNotContain("desk__late");
        assertThat(client.call("desk__late", "{}").text()).startsWith("Unknown tool: desk__late");
      }
    }
  }

  @Test
  void a_budget_of_sixty_calls_lets_sixty_of_two_hundred_run() throws Exception {
    var clients = new ArrayList<ToolClient>();
    for (var gateway : List.of(first, second)) {
      var client =
          ToolClient.of(gateway.address(), "shares-one-budget-of-calls", "/mcp/desk").begun();
      AttackedWorld.awaitTool(client, "echo");
      clients.add(client);
    }
    int before = server.runs();
    var texts = new ArrayList<String>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var calls = new ArrayList<Callable<String>>();
      for (int i = 0; i < 200; i++) {
        var client = clients.get(i % 2);
        calls.add(() -> client.call("echo", "{\"text\":\"ran\"}").text());
      }
      for (Future<String> done : threads.invokeAll(calls)) {
        texts.add(done.get());
      }
    }
    assertThat(texts.stream().filter("ran"::equals)).hasSize(CALLS);
    assertThat(texts)
        .filteredOn(text -> !text.equals("ran"))
        .allSatisfy(text -> assertThat(text).contains("Budget of key shares"));
    assertThat(server.runs() - before).isEqualTo(CALLS);
    awaitPosted(first, "shares", "15");
    assertThat(held(first, "shares")).isEqualTo("0");
    assertBooksInOrder();
  }

  private static BigDecimal posted(GatewayProcess gateway, String key) {
    return new BigDecimal(gateway.budgets(key).get(0).path("posted").asString());
  }

  private static String held(GatewayProcess gateway, String key) {
    return gateway.budgets(key).get(0).path("held").asString();
  }

  private static void awaitPosted(GatewayProcess gateway, String key, String usd) {
    Awaitility.await()
        .atMost(SOON)
        .untilAsserted(
            () -> assertThat(posted(gateway, key)).isEqualByComparingTo(new BigDecimal(usd)));
  }

  private static void assertBooksInOrder() throws Exception {
    var command =
        GatewayProcess.sluice(
            "ledger", "check", "--redis", redis.uri(), "--state", second.state().toString());
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(text).contains("EQUAL: what Redis holds is the sum of the events");
    assertThat(process.waitFor()).isZero();
  }
}
