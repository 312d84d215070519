package dev.sluice.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.sluice.core.budget.Budget;
import dev.sluice.core.budget.Level;
import dev.sluice.core.budget.Period;
import dev.sluice.core.budget.Window;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.ledger.Amounts;
import dev.sluice.ledger.Charge;
import dev.sluice.ledger.HoldRequest;
import dev.sluice.ledger.redis.RedisLedger;
import dev.sluice.testkit.kubernetes.Access;
import dev.sluice.testkit.kubernetes.Cluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `sluice get` and `sluice explain` as processes, against a real API server whose statuses the
/// real operator wrote.
class CommandLineIT {

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String MODEL = "claude-opus-5-5";
  private static final String WORLD =
      """
      apiVersion: v1
      kind: Secret
      metadata: { name: anthropic }
      stringData: { apiKey: credential-of-the-provider }
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: Provider
      metadata: { name: anthropic }
      spec:
        type: Anthropic
        credentials: [ { name: main, secretRef: { name: anthropic, key: apiKey } } ]
        budgets: [ { limitUsd: "100000", window: Year } ]
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: Team
      metadata: { name: company }
      spec: { parent: PLATFORM/group, budgets: [ { limitUsd: "5000", window: Year } ] }
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: Team
      metadata: { name: payments }
      spec:
        parent: company
        models: { allow: [ "claude-opus-5-*", "claude-haiku-5-*" ] }
        budgets: [ { limitUsd: "500", window: Month } ]
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: VirtualKey
      metadata: { name: alice }
      spec:
        team: payments
        owner: alice@example.com
        providers: [ { name: anthropic } ]
        budgets: [ { limitUsd: "50", window: Day } ]
        degrade: [ { at: 80, model: claude-haiku-5-5 } ]
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: VirtualKey
      metadata: { name: poor }
      spec:
        team: payments
        providers: [ { name: anthropic } ]
        budgets: [ { limitUsd: "1", window: Day } ]
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: VirtualKey
      metadata: { name: lost }
      spec: { team: payments, providers: [ { name: elsewhere } ] }
      """;

  private static final String GROUP =
      """
      apiVersion: sluice.dev/v1alpha1
      kind: Team
      metadata: { name: group }
      spec:
        budgets: [ { limitUsd: "9000", window: Year } ]
        allowedNamespaces: { from: All }
      """;

  @TempDir Path folder;
  private static Running running;
  private static String platform;

  private record Ended(int status, String out, String err) {}

  @BeforeAll
  static void start() throws Exception {
    running = Running.start();
    platform = Cluster.shared().newNamespace("platform");
    running.stopOperator();
    running.startOperator("operator-0", platform);
    running.access.kubectlReading(GROUP, "apply", "--namespace=" + platform, "-f", "-").orThrow();
    running.apply(WORLD.replace("PLATFORM", platform));
    spend("alice", "1.5");
    spend("poor", "1");
    awaitReported("alice", "Accepted", "True");
    awaitReported("poor", "Accepted", "True");
    awaitReported("lost", "ResolvedRefs", "False");
    // An operator that starts asks the ledger at once; else it would be a minute.
    running.stopOperator();
    running.startOperator("operator-1", platform);
    for (var key : List.of("alice", "poor")) {
      await()
          .atMost(SOON)
          .until(() -> !running.kubectl("get", "vk/" + key, "-o", path("spentUsd")).isEmpty());
    }
  }

  private static void awaitReported(String key, String type, String status) {
    await().atMost(SOON).until(() -> running.condition("vk/" + key, type, "status").equals(status));
  }

  @AfterAll
  static void stop() {
    running.close();
  }

  private static String path(String field) {
    return "jsonpath={.status." + field + "}";
  }

  private static void spend(String key, String usd) throws Exception {
    var budget =
        Budget.of(
            Level.KEY,
            running.namespace + "/" + key,
            new Window.Rolling(Period.DAY),
            NanoUsd.parse("50"));
    var amounts = Amounts.usd(NanoUsd.parse(usd));
    try (var ledger = RedisLedger.connect(running.redisConfig())) {
      var hold = new HoldRequest(key, List.of(budget), amounts, amounts, "", Duration.ofMinutes(5));
      ledger.charge(hold, new Charge(amounts, "")).get();
    }
  }

  private Ended sluice(String... words) throws Exception {
    return sluice(running.access, words);
  }

  private Ended sluice(Access access, String... words) throws Exception {
    return sluice(access.kubeconfig(), words);
  }

  private Ended sluice(Path kubeconfig, String... words) throws Exception {
    var out = folder.resolve("out");
    var err = folder.resolve("err");
    var command = new ArrayList<String>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(List.of("-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path")));
    command.add("dev.sluice.operator.cli.Main");
    command.addAll(List.of(words));
    var builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().put("KUBECONFIG", kubeconfig.toString());
    var process = builder.start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  private static JsonNode json(Ended ended) throws IOException {
    assertThat(ended.err()).startsWith("sluice: asked the cluster at https://");
    return JsonMapper.builder().build().readTree(ended.out());
  }

  private static JsonNode yaml(Ended ended) throws IOException {
    return new YAMLMapper().readTree(ended.out());
  }

  private static List<String> cells(String table, String name) {
    return table
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .findFirst()
        .map(line -> List.of(line.split(" {3,}")))
        .orElseThrow();
  }

  private static String[] in(String... words) {
    var all = new ArrayList<>(List.of(words));
    all.addAll(List.of("-n", running.namespace));
    return all.toArray(String[]::new);
  }

  @Test
  void table_json_and_yaml_agree_with_each_other_and_with_the_statuses() throws Exception {
    for (var kind : List.of("keys", "teams", "providers")) {
      var table = sluice(in("get", kind));
      assertThat(table.status()).as(table.err()).isZero();
      var asJson = json(sluice(in("get", kind, "-o", "json")));
      assertThat(yaml(sluice(in("get", kind, "-o", "yaml")))).isEqualTo(asJson);
      assertThat(asJson.path(kind)).isNotEmpty();
      for (var row : asJson.path(kind)) {
        var cells = cells(table.out(), row.path("name").asText());
        assertThat(cells.get(1)).isEqualTo(row.at("/state/ready").asText());
        assertThat(cells.get(2)).isEqualTo(row.at("/state/reason").asText());
      }
    }
    var alice = json(sluice(in("get", "keys", "-o", "json"))).at("/keys/0");
    assertThat(alice.at("/budgets/0/posted").asText()).isEqualTo("1.5");
    assertThat(alice.at("/budgets/0/remaining").asText()).isEqualTo("48.5");
    assertThat(alice.at("/budgets")).hasSize(4);
    assertThat(alice.at("/teams/2").asText()).isEqualTo(platform + "/group");
    assertThat(alice.at("/budgets/3/name").asText()).isEqualTo(platform + "/group");
    assertThat(alice.at("/budgets/3/posted").asText()).isEqualTo("0");
    var resets = running.kubectl("get", "vk/alice", "-o", path("resetsAt"));
    assertThat(cells(sluice(in("get", "keys")).out(), "alice"))
        .containsExactly(
            "alice",
            "False",
            "NoGateway",
            platform + "/group/company/payments",
            "alice@example.com",
            "key alice Day",
            "1.5",
            "0",
            "48.5",
            "50",
            resets);
    var lost = json(sluice(in("get", "keys", "-o", "json"))).at("/keys/1/state");
    assertThat(lost.path("reason").asText()).isEqualTo("NotInForce");
    assertThat(lost.path("message").asText()).startsWith("spec.providers[0].name: elsewhere");
    assertThat(sluice("get", "keys", "-A").out()).startsWith("NAMESPACE   ");
  }

  @Test
  void explains_by_the_statuses_and_says_what_it_could_not_see() throws Exception {
    var served = sluice(in("explain", "alice", "--model", MODEL));
    assertThat(served.status()).as(served.err()).isZero();
    assertThat(served.out())
        .contains(
            "would be served by",
            "as " + MODEL,
            "not seen: what is spent now: it is told by the statuses")
        .contains("not known to be in force: no gateway reports")
        .contains("once 80 % of a budget is spent: it is not")
        .contains("every limit that can be seen has room for it (4 of 5)")
        .contains(
            "not seen: what is used of: Budget of provider " + running.namespace + "/anthropic")
        .contains("Budget of key alice leaves it $48.5");

    var name = running.namespace + "/poor";
    var refused = sluice("explain", name, "--model", MODEL, "-o", "json");
    assertThat(refused.status()).isEqualTo(1);
    assertThat(json(refused).at("/outcome/message").asText())
        .startsWith("Budget of key poor used up: $1 of $1 a day");
    assertThat(yaml(sluice("explain", name, "--model", MODEL, "-o", "yaml")))
        .isEqualTo(json(refused));

    var denied = sluice(in("explain", "alice", "--model", "claude-sonnet-5"));
    assertThat(denied.status()).isEqualTo(1);
    assertThat(denied.out()).contains("payments lets pass only: claude-opus-5-*, claude-haiku-5-*");
    var lost = sluice(in("explain", "lost", "--model", MODEL));
    assertThat(lost.status()).isEqualTo(1);
    assertThat(lost.out())
        .contains("spec.providers[0].name")
        .endsWith("the key is unknown to this gateway\n");
  }

  @Test
  void rights_on_the_kinds_alone_are_enough_and_less_is_told() throws Exception {
    var cluster = Cluster.shared();
    var reader = cluster.serviceAccount(running.namespace, "reader");
    var missing = sluice(reader, in("get", "keys"));
    assertThat(missing.status()).isEqualTo(2);
    assertThat(missing.err())
        .endsWith(
            "no right to list virtualkeys.sluice.dev in namespace %s".formatted(running.namespace)
                + " (expected: a role that allows it)\n");
    running.kubectl(
        "create",
        "role",
        "reader",
        "--verb=get,list",
        "--resource=virtualkeys.sluice.dev,teams.sluice.dev,providers.sluice.dev");
    var subject = "--serviceaccount=" + running.namespace + ":reader";
    running.kubectl("create", "rolebinding", "reader", "--role=reader", subject);
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(sluice(reader, in("get", "keys")).err())
                    .contains("no right to get teams.sluice.dev " + platform + "/group"));
    var there = "--namespace=" + platform;
    running
        .access
        .kubectl("create", "role", "reader", "--verb=get", "--resource=teams.sluice.dev", there)
        .orThrow();
    running
        .access
        .kubectl("create", "rolebinding", "reader", "--role=reader", subject, there)
        .orThrow();
    await().atMost(SOON).until(() -> sluice(reader, in("get", "keys")).status() == 0);
    assertThat(sluice(reader, in("explain", "alice", "--model", MODEL)).status()).isZero();
    var near = sluice(reader, in("explain", "alic", "--model", MODEL));
    assertThat(near.err()).endsWith("sluice: key alic is not there (expected: alice)\n");
  }

  @Test
  void a_cluster_that_does_not_answer_is_one_sentence() throws Exception {
    var elsewhere = sluice("explain", "alice", "--model", MODEL, "-n", "default");
    assertThat(elsewhere.status()).isEqualTo(2);
    assertThat(elsewhere.err()).contains(running.namespace + "/alice");
    assertThat(sluice("get", "keys", "--context", "nope").err())
        .startsWith("sluice: --context nope (expected: one of the kubeconfig's: ");
    var text =
        running.access.kubeconfigYaml().replaceAll("server: .*", "server: https://127.0.0.1:1");
    var dead = Files.writeString(folder.resolve("dead"), text);
    var unreachable = sluice(dead, "get", "keys");
    assertThat(unreachable.status()).isEqualTo(2);
    assertThat(unreachable.err().lines().toList()).hasSize(2);
    assertThat(unreachable.err())
        .contains("the cluster at https://127.0.0.1:1/ cannot be reached: connection refused");
    // Where nothing of the kinds is served.
    var bare = running.access.kubeconfigYaml().replaceAll("server: (.*)", "server: $1/elsewhere");
    var without = Files.writeString(folder.resolve("bare"), bare);
    assertThat(sluice(without, "get", "keys").err())
        .contains("does not have the kinds of sluice.dev (expected: charts/sluice-crds)");
  }
}
