package dev.sluice.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.kubernetes.Access;
import dev.sluice.testkit.kubernetes.Cluster;
import dev.sluice.testkit.kubernetes.Printed;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the definitions do in a real API server beside refusing.
class InstalledDefinitionsIT {

  private static final String KEY =
      """
      apiVersion: sluice.dev/v1alpha1
      kind: VirtualKey
      metadata: { name: alice }
      spec:
        team: payments
        owner: alice@example.com
        budgets: [ { limitUsd: "50", window: Day } ]
      """;
  private static final String STATUS =
      """
      {"status": {
        "observedGeneration": 1,
        "conditions": [ {
          "type": "Ready", "status": "True", "observedGeneration": 1,
          "lastTransitionTime": "2026-12-01T08:00:00Z", "reason": "InForce", "message": "In force." } ],
        "secretName": "alice-key",
        "spentUsd": "12.5", "limitUsd": "50", "resetsAt": "2026-12-02T00:00:00Z",
        "budgets": [ %s ] } }
      """;
  private static final String BUDGET =
      """
      { "window": "Day", "kind": "Rolling", "limitUsd": "50", "spentUsd": "12.5", "heldUsd": "1",
        "remainingUsd": "36.5", "resetsAt": "2026-12-02T00:00:00Z" }
      """;

  private static Access admin;
  private String namespace = "";

  @BeforeAll
  static void install() {
    admin = Definitions.install();
  }

  @BeforeEach
  void aNamespace() {
    namespace = Cluster.shared().newNamespace("definitions");
  }

  @Test
  void the_columns_of_a_key_answer_the_daily_question() {
    apply(KEY);
    patchStatus(BUDGET).orThrow();
    assertThat(rows("vk"))
        .first()
        .isEqualTo(List.of("NAME", "READY", "TEAM", "OWNER", "SPENT", "LIMIT", "RESETS", "AGE"));
    assertThat(rows("vk").getLast())
        .startsWith(
            "alice", "True", "payments", "alice@example.com", "12.5", "50", "2026-12-02T00:00:00Z");
    assertThat(rows("vk", "-o", "wide").getLast()).contains("alice-key", "false", "InForce");
  }

  @Test
  void the_columns_of_a_server_of_tools_answer_the_daily_question() {
    apply(
        """
        apiVersion: sluice.dev/v1alpha1
        kind: McpServer
        metadata: { name: github }
        spec: { transport: StreamableHttp, url: "https://mcp.example.com/mcp" }
        """);
    var status =
        """
        {"status": {
          "conditions": [ {
            "type": "Ready", "status": "False", "observedGeneration": 1, "reason": "Disconnected",
            "lastTransitionTime": "2026-12-01T08:00:00Z", "message": "refused" } ],
          "connected": false, "protocol": "2025-11-25", "toolCount": 41, "lastError": "refused",
          "tools": [ {
            "name": "get_issue", "digest": "sha256:0", "state": "Changed", "suspicions": [] } ] } }
        """;
    var where = "--namespace=" + namespace;
    var patch = "--patch=" + status;
    admin
        .kubectl("patch", "mcp", "github", where, "--subresource=status", "--type=merge", patch)
        .orThrow();
    assertThat(rows("mcp").getLast())
        .startsWith("github", "False", "StreamableHttp", "41", "2025-11-25");
    assertThat(rows("mcp", "-o", "wide").getLast())
        .contains("https://mcp.example.com/mcp", "Disconnected", "refused");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "prov: NAME READY TYPE PROGRAMMED AGE",
        "team: NAME READY PARENT SPENT LIMIT RESETS AGE",
        "mcp: NAME READY TRANSPORT TOOLS PROTOCOL AGE"
      })
  void each_kind_has_its_short_name_and_its_columns(String expected) {
    apply(
        """
        apiVersion: sluice.dev/v1alpha1
        kind: Team
        metadata: { name: payments }
        spec: {}
        ---
        apiVersion: sluice.dev/v1alpha1
        kind: Provider
        metadata: { name: anthropic }
        spec:
          type: Anthropic
          credentials: [ { name: main, secretRef: { name: anthropic, key: apiKey } } ]
        ---
        apiVersion: sluice.dev/v1alpha1
        kind: McpServer
        metadata: { name: github }
        spec: { transport: Sse, url: "https://mcp.example.com/mcp" }
        """);
    var kind = expected.split(": ", 2);
    assertThat(String.join(" ", rows(kind[0]).getFirst())).isEqualTo(kind[1]);
    assertThat(get("sluice", "-o", "name").lines()).hasSize(3);
  }

  @Test
  void what_is_absent_is_written_where_the_schema_has_a_default() {
    apply(KEY);
    assertThat(get("vk", "alice", "-o", "jsonpath={.spec.suspended}")).isEqualTo("false");
  }

  @Test
  void a_manifest_does_not_write_the_status() {
    apply(KEY + "status: { secretName: stolen }\n");
    assertThat(get("vk", "alice", "-o", "jsonpath={.status}")).isEmpty();
  }

  @Test
  void a_status_is_of_bounded_size() {
    apply(KEY);
    assertThat(patchStatus(String.join(",", Collections.nCopies(17, BUDGET))).stderr())
        .contains("status.budgets: Too many: 17: must have at most 16 items");
  }

  @Test
  void two_managers_own_one_provider_each_and_neither_takes_the_others_away() {
    var grant =
        """
        apiVersion: sluice.dev/v1alpha1
        kind: VirtualKey
        metadata: { name: alice }
        spec: { providers: [ { name: %s } ] }
        """;
    for (var name : List.of("anthropic", "bedrock", "anthropic")) {
      var text = grant.formatted(name);
      kubectlReading(text, "apply", "--server-side", "--field-manager=" + name, "-f", "-");
    }
    assertThat(get("vk", "alice", "-o", "jsonpath={.spec.providers[*].name}").split(" "))
        .containsExactlyInAnyOrder("anthropic", "bedrock");
  }

  @Test
  void the_description_of_a_field_is_its_comment() {
    assertThat(admin.kubectl("explain", "vk.spec.budgets.limitUsd").orThrow())
        .contains("Dollars as a decimal string");
  }

  @Test
  void the_chart_is_sound_and_brings_exactly_these_files() {
    admin.helm("lint", "--strict", Definitions.CHART.toString()).orThrow();
    var rendered = admin.helm("template", "x", Definitions.CHART.toString()).orThrow();
    assertThat(rendered.lines().filter("kind: CustomResourceDefinition"::equals)).hasSize(4);
  }

  private void apply(String manifests) {
    kubectlReading(manifests, "apply", "-f", "-");
  }

  private void kubectlReading(String text, String... arguments) {
    var all = Stream.concat(Stream.of("--namespace=" + namespace), Stream.of(arguments));
    admin.kubectlReading(text, all.toArray(String[]::new)).orThrow();
  }

  private Printed patchStatus(String budgets) {
    return admin.kubectl(
        "patch",
        "vk",
        "alice",
        "--namespace=" + namespace,
        "--subresource=status",
        "--type=merge",
        "--patch=" + STATUS.formatted(budgets));
  }

  private String get(String... arguments) {
    var all = Stream.concat(Stream.of("get", "--namespace=" + namespace), Stream.of(arguments));
    return admin.kubectl(all.toArray(String[]::new)).orThrow();
  }

  private List<List<String>> rows(String... arguments) {
    return get(arguments).lines().map(line -> List.of(line.strip().split("\\s+"))).toList();
  }
}
