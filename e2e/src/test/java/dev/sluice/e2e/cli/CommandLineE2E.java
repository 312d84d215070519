package dev.sluice.e2e.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.sluice.e2e.World;
import dev.sluice.testkit.script.Script;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `sluice get` and `sluice explain` as processes, against a real `up` with a real Envoy and Redis.
final class CommandLineE2E {

  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String MODEL = "claude-opus-5-5";
  private static final String KEYS =
      World.key("alice", "50") + World.key("poor", "0.000001") + World.key("bob", "1");

  @TempDir Path folder;
  private World world;

  @BeforeEach
  void start() {
    world = World.start(KEYS);
  }

  @AfterEach
  void stop() {
    world.close();
  }

  /// In `folder`, with no kubeconfig.
  private Sluice.Ended sluice(String... words) throws Exception {
    return new Sluice(folder, folder.resolve("no-kubeconfig")).run(words);
  }

  private String state() {
    return world.gateway().state().toString();
  }

  private HttpResponse<String> ask(String key) throws Exception {
    var root = JsonMapper.builder().build().createObjectNode();
    root.put("model", MODEL).put("max_tokens", 4_096);
    root.putArray("messages").addObject().put("role", "user").put("content", "hello");
    var request =
        HttpRequest.newBuilder(URI.create(world.gateway().address() + "/v1/messages"))
            .header("authorization", "Bearer " + world.gateway().key(key))
            .header("anthropic-version", "2023-06-01")
            .header("content-type", "application/json")
            .header("x-claude-code-session-id", "s1")
            .POST(BodyPublishers.ofString(root.toString()))
            .build();
    try (var client = HttpClient.newHttpClient()) {
      return client.send(request, BodyHandlers.ofString());
    }
  }

  private static JsonNode json(Sluice.Ended ended) throws IOException {
    return JsonMapper.builder().build().readTree(ended.out());
  }

  private static JsonNode yaml(Sluice.Ended ended) throws IOException {
    return new YAMLMapper().readTree(ended.out());
  }

  /// The cells of the row that begins with a name; columns are three spaces apart.
  private static List<String> cells(String table, String name) {
    return table
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .findFirst()
        .map(line -> List.of(line.split(" {3,}")))
        .orElseThrow();
  }

  @Test
  void table_json_and_yaml_agree_with_each_other_and_with_the_ledger() throws Exception {
    world.simulator().next(Script.answer().text("Hello."));
    assertThat(ask("alice").statusCode()).isEqualTo(200);
    var gateway = world.gateway();
    await()
        .atMost(SOON)
        .until(() -> !gateway.budgets("alice").at("/0/posted").asString().equals("0"));
    for (var kind : List.of("keys", "teams", "providers")) {
      var table = sluice("get", kind, "--state", state());
      assertThat(table.status()).as(table.err()).isZero();
      assertThat(table.err()).startsWith("sluice: asked the up of ").contains("http://127.0.0.1:");
      var asJson = json(sluice("get", kind, "--state", state(), "-o", "json"));
      assertThat(yaml(sluice("get", kind, "--state", state(), "-o", "yaml"))).isEqualTo(asJson);
      for (var row : asJson.path(kind)) {
        var cells = cells(table.out(), row.path("name").asText());
        assertThat(cells.get(1)).isEqualTo("True").isEqualTo(row.at("/state/ready").asText());
      }
    }
    var keys = sluice("get", "keys", "--state", state(), "-o", "json");
    var alice = json(keys).at("/keys/0");
    assertThat(keys.out()).doesNotContain(gateway.key("alice"));
    var usage = gateway.budgets("alice").at("/0");
    for (var field : List.of("level", "limit", "posted", "held", "remaining", "resetsAt")) {
      assertThat(alice.at("/budgets/0/" + field).asText())
          .isEqualTo(usage.at("/" + field).asString());
    }
    var cells = cells(sluice("get", "keys", "--state", state()).out(), "alice");
    assertThat(cells)
        .startsWith("alice", "True", "Ready", "company/payments", "alice@example.com")
        .contains("key alice Day", alice.at("/budgets/0/posted").asText());
  }

  @Test
  void what_is_explained_happens() throws Exception {
    var served = sluice("explain", "alice", "--model", MODEL, "--state", state());
    assertThat(served.status()).as(served.err()).isZero();
    assertThat(served.out())
        .contains("would be served by anthropic as " + MODEL)
        .contains("of team payments, below company");
    var supposed =
        List.of("--bytes", "70000", "--with", "thinking", "--header", "x-sluice-tag-env: a b&c");
    var asked = new ArrayList<>(List.of("explain", "alice", "--model", MODEL, "--state", state()));
    asked.addAll(supposed);
    assertThat(sluice(asked.toArray(String[]::new)).out())
        .contains("explained for a request of 70000 bytes with thinking")
        .containsPattern("1 +default/anthropic +main +" + MODEL + " +- +\\$");
    world.simulator().next(Script.answer().text("Hello."));
    assertThat(ask("alice").statusCode()).isEqualTo(200);

    var refused = sluice("explain", "poor", "--model", MODEL, "--state", state(), "-o", "json");
    assertThat(refused.status()).isEqualTo(1);
    var outcome = json(refused).path("outcome");
    var answer = ask("poor");
    assertThat(answer.statusCode()).isEqualTo(outcome.path("status").asInt());
    assertThat(JsonMapper.builder().build().readTree(answer.body()).at("/error/message").asText())
        .isEqualTo(outcome.path("message").asText());
    var asYaml = sluice("explain", "poor", "--model", MODEL, "--state", state(), "-o", "yaml");
    assertThat(yaml(asYaml)).isEqualTo(json(refused));
    assertThat(sluice("explain", "poor", "--model", MODEL, "--state", state()).out())
        .endsWith(outcome.path("sentence").asText() + "\n");
  }

  @Test
  void what_cannot_be_answered_is_one_sentence() throws Exception {
    Files.createSymbolicLink(folder.resolve(".sluice"), world.gateway().state());
    var near = sluice("explain", "alicia", "--model", MODEL);
    assertThat(near.status()).isEqualTo(2);
    assertThat(near.err()).endsWith("sluice: key alicia is not there (expected: alice)\n");
    assertThat(sluice("explain", "nobody-at-all", "--model", MODEL).err())
        .endsWith("(expected: the name of a VirtualKey: sluice get keys)\n");
    assertThat(sluice("get", "cats").err())
        .isEqualTo("sluice: get cats (expected: keys, teams, providers or mcp)\n");
    var listen = world.gateway().address().toString();
    assertThat(sluice("get", "keys", "--admin", listen).status()).isEqualTo(2);

    world.gateway().stop();
    var gone = sluice("get", "keys", "--state", state());
    assertThat(gone)
        .isEqualTo(new Sluice.Ended(2, "", "sluice: --state " + state() + ": no up runs there\n"));
    var nowhere = sluice("get", "keys");
    assertThat(nowhere.status()).isEqualTo(2);
    assertThat(nowhere.err())
        .startsWith("sluice: no up runs at ./.sluice, and no kubeconfig names a cluster");
    var unanswered = sluice("get", "keys", "--admin", "http://127.0.0.1:1");
    assertThat(unanswered.err())
        .endsWith("sluice: no up answers at http://127.0.0.1:1 (connection refused)\n");
  }
}
