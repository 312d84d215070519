package dev.sluice.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The chart by the real helm, and what a real API server says of each of its objects.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChartIT {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Path SAMPLES = Path.of("..", "samples");
  private static final Path FRONT = SAMPLES.resolve("front");

  private final Chart chart = Chart.inNewNamespace();

  private static Stream<Arguments> valueSets() {
    var wide = Chart.values("cluster-wide").toString();
    var own = Chart.values("own-secrets").toString();
    var clouds = Chart.values("cloud-identity").toString();
    return Stream.of(
        Arguments.of("default values", List.of(), 22),
        Arguments.of("cloud identity", List.of("--values", clouds), 22),
        Arguments.of("tools", List.of("--values", Chart.values("tools").toString()), 22),
        Arguments.of("cluster-wide", List.of("--values", wide), 26),
        Arguments.of("own secrets", List.of("--values", own), 18));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("valueSets")
  void the_api_server_takes_every_object(String name, List<String> values, int objects)
      throws IOException {
    var lint =
        Stream.concat(Stream.of("lint", "--strict", Chart.FOLDER.toString()), values.stream());
    chart.admin().helm(lint.toArray(String[]::new)).orThrow();

    var rendered = chart.template(values.toArray(String[]::new)).orThrow();
    var taken = items(chart.dryRun(rendered).orThrow());
    assertThat(taken).hasSize(objects);

    var workloads = taken.stream().filter(ChartIT::hasPods).toList();
    assertThat(workloads).isNotEmpty();
    for (var workload : workloads) {
      chart.dryRun(pod(workload).toString()).orThrow();
    }
  }

  private static boolean hasPods(JsonNode item) {
    return item.at("/spec/template/spec").isObject();
  }

  /// What its controller would make of it. Only pods are held to the level of a namespace.
  private static ObjectNode pod(JsonNode workload) {
    var pod = JSON.createObjectNode().put("apiVersion", "v1").put("kind", "Pod");
    pod.putObject("metadata")
        .put("name", workload.at("/metadata/name").asText() + "-0")
        .put("namespace", workload.at("/metadata/namespace").asText())
        .set("labels", workload.at("/spec/template/metadata/labels"));
    pod.set("spec", workload.at("/spec/template/spec").deepCopy());
    for (var claim : workload.at("/spec/volumeClaimTemplates")) {
      var name = claim.at("/metadata/name").asText();
      var volume = pod.withObject("/spec").withArray("volumes").addObject().put("name", name);
      volume.putObject("persistentVolumeClaim").put("claimName", name + "-0");
    }
    return pod;
  }

  @Test
  void a_pod_that_is_not_restricted_is_refused_there() throws IOException {
    var items = items(chart.dryRun(chart.template().orThrow()).orThrow());
    var gateway = items.stream().filter(item -> item.at("/kind").asText().equals("Deployment"));
    var pod = pod(gateway.findFirst().orElseThrow());
    var security = (ObjectNode) pod.at("/spec/containers/0/securityContext");
    security.put("allowPrivilegeEscalation", true);
    var refused = chart.dryRun(pod.toString());
    assertThat(refused.exitCode()).isOne();
    assertThat(refused.stderr()).contains("violates PodSecurity").contains("restricted");
  }

  @Test
  void only_the_operator_has_a_token_of_the_api_server() throws IOException {
    var items = items(chart.dryRun(chart.template().orThrow()).orThrow());
    var token = "/spec/template/spec/automountServiceAccountToken";
    var tokens =
        items.stream()
            .filter(ChartIT::hasPods)
            .filter(item -> item.at(token).asBoolean(true))
            .map(item -> item.at("/metadata/name").asText());
    assertThat(tokens).containsExactly("sluice-operator");
  }

  @Test
  void a_client_stays_with_one_gateway_where_that_is_asked_for() throws IOException {
    assertThat(affinities()).containsExactly("None");
    assertThat(affinities("--set", "gateway.service.sessionAffinity=ClientIP"))
        .containsExactly("ClientIP");
  }

  /// What the API server makes of the gateways' Service.
  private List<String> affinities(String... values) throws IOException {
    return items(chart.dryRun(chart.template(values).orThrow()).orThrow()).stream()
        .filter(item -> item.at("/kind").asText().equals("Service"))
        .filter(item -> item.at("/metadata/name").asText().equals("sluice"))
        .map(item -> item.at("/spec/sessionAffinity").asText())
        .toList();
  }

  @Test
  void the_operator_alone_is_known_to_clouds() throws IOException {
    var values = Chart.values("cloud-identity").toString();
    var items = items(chart.dryRun(chart.template("--values", values).orThrow()).orThrow());
    var told = items.stream().map(JsonNode::toString).filter(text -> text.contains("/etc/google"));
    assertThat(told)
        .singleElement()
        .satisfies(
            text ->
                assertThat(text)
                    .contains("\"name\":\"AWS_REGION\"", "\"mountPath\":\"/etc/google-token\"")
                    .contains("\"configMap\":{", "\"name\":\"google-federation\""));
    var open = items.stream().filter(item -> item.toString().contains("\"port\":988"));
    assertThat(open.map(item -> item.at("/metadata/name").asText()))
        .containsExactly("sluice-operator");
  }

  @Test
  void envoy_and_the_gateway_are_one_user_and_end_in_order() throws IOException {
    var items = items(chart.dryRun(chart.template().orThrow()).orThrow());
    var pod =
        items.stream()
            .filter(item -> item.at("/metadata/name").asText().equals("sluice-gateway"))
            .filter(item -> item.at("/kind").asText().equals("Deployment"))
            .findFirst()
            .orElseThrow()
            .at("/spec/template/spec");
    assertThat(pod.at("/securityContext/runAsUser").asInt()).isEqualTo(65532);
    var gateway = pod.at("/initContainers/0");
    assertThat(gateway.at("/restartPolicy").asText()).isEqualTo("Always");
    assertThat(gateway.at("/startupProbe/httpGet/path").asText()).isEqualTo("/healthz");
    var envoy = pod.at("/containers/0");
    assertThat(envoy.at("/lifecycle/preStop/httpGet/path").asText()).isEqualTo("/drain");
    assertThat(envoy.has("livenessProbe")).isFalse();
    for (var container : List.of(gateway, envoy)) {
      assertThat(container.at("/securityContext/runAsUser").isMissingNode()).isTrue();
    }
  }

  @Test
  void nobody_but_the_kubelet_reaches_what_drains_a_gateway_unless_it_is_named()
      throws IOException {
    assertThat(admitted())
        .extracting(rule -> rule.at("/ports/0/port").asInt())
        .containsExactly(8080);
    var peer = "networkPolicy.monitoring[0].podSelector.matchLabels.app=prometheus";
    assertThat(admitted("--set", peer))
        .filteredOn(rule -> rule.at("/ports/0/port").asInt() == 8081)
        .singleElement()
        .satisfies(
            rule ->
                assertThat(rule.at("/from/0/podSelector/matchLabels/app").asText())
                    .isEqualTo("prometheus"));
  }

  /// Whom the policy of the gateway lets in.
  private List<JsonNode> admitted(String... options) throws IOException {
    var policy =
        items(chart.dryRun(chart.template(options).orThrow()).orThrow()).stream()
            .filter(item -> item.at("/kind").asText().equals("NetworkPolicy"))
            .filter(item -> item.at("/metadata/name").asText().equals("sluice-gateway"))
            .findFirst()
            .orElseThrow();
    assertThat(policy.at("/spec/policyTypes").toString()).contains("Ingress");
    var rules = new ArrayList<JsonNode>();
    policy.at("/spec/ingress").forEach(rules::add);
    return rules;
  }

  @Test
  void clients_speak_tls_where_a_secret_is_named_and_no_pod_mounts_it() throws IOException {
    var tls = "gateway.tls.secretName=shown,gateway.service.port=443";
    var items = items(chart.dryRun(chart.template("--set", tls).orThrow()).orThrow());
    var containers = items.stream().filter(ChartIT::hasPods).map(ChartIT::pod).toList().toString();
    assertThat(containers).contains("\"--listen-tls\"", "\"--listener-tls-secret=shown\"");
    assertThat(containers).doesNotContain("\"secretName\":\"shown\"");
    var port =
        items.stream()
            .filter(item -> item.at("/kind").asText().equals("Service"))
            .filter(item -> item.at("/metadata/name").asText().equals("sluice"))
            .map(item -> item.at("/spec/ports/0"))
            .findFirst()
            .orElseThrow();
    assertThat(port.path("port").asInt()).isEqualTo(443);
    assertThat(port.path("targetPort").asText()).isEqualTo("https");
    assertThat(port.path("appProtocol").asText()).isEqualTo("https");
    assertThat(containers).contains("\"name\":\"https\"").doesNotContain("\"name\":\"http\"");
    var plain = chart.template().orThrow();
    assertThat(plain).doesNotContain("--listen-tls", "--listener-tls-secret");
  }

  @Test
  void programs_of_tools_run_only_where_they_are_wanted_and_with_nothing_of_the_gateways()
      throws IOException {
    assertThat(chart.template().orThrow()).doesNotContain("tool-host", "--mcp-stdio");
    var values = Chart.values("tools").toString();
    var items = items(chart.dryRun(chart.template("--values", values).orThrow()).orThrow());
    var pod =
        items.stream()
            .filter(item -> item.at("/metadata/name").asText().equals("sluice-gateway"))
            .filter(item -> item.at("/kind").asText().equals("Deployment"))
            .findFirst()
            .orElseThrow()
            .at("/spec/template/spec");
    assertThat(pod.at("/initContainers/0/args").toString())
        .contains("--mcp-stdio=/run/sluice-tools/host.sock")
        .contains("--mcp-allow=tools.internal:9000,10.1.0.0/16")
        .contains("--mcp-refuse=10.0.0.0/8,fd00::/8")
        .contains("--code-mode=callsMax=500,wallMillisMax=30000");
    var host = pod.at("/initContainers/1");
    assertThat(host.at("/name").asText()).isEqualTo("tool-host");
    assertThat(host.at("/image").asText()).isEqualTo("registry.example.com/tools:1");
    assertThat(host.at("/args").toString()).contains("--allow=npx", "--allow=/opt/tools/files");
    assertThat(host.has("env")).isFalse();
    assertThat(host.at("/volumeMounts").findValuesAsText("mountPath"))
        .containsExactlyInAnyOrder("/run/sluice-tools", "/tmp");
    assertThat(pod.at("/automountServiceAccountToken").asBoolean(true)).isFalse();
    var open = items.stream().filter(item -> item.toString().contains("\"port\":9000"));
    assertThat(open.map(item -> item.at("/metadata/name").asText()))
        .containsExactly("sluice-gateway");
  }

  private static Stream<Path> valuesOfSamples() throws IOException {
    try (var folders = Files.list(SAMPLES)) {
      return folders
          .map(folder -> folder.resolve("chart").resolve("values.yaml"))
          .filter(Files::exists)
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("valuesOfSamples")
  void the_api_server_takes_the_chart_with_the_values_of_samples(Path values) throws IOException {
    var rendered = chart.template("--values", values.toString()).orThrow();
    assertThat(items(chart.dryRun(rendered).orThrow())).hasSizeGreaterThan(10);
    switch (values.getName(2).toString()) {
      case "compliance" ->
          assertThat(rendered).contains("192.0.2.0/24").doesNotContain("0.0.0.0/0");
      case "cert-manager" ->
          assertThat(rendered).contains("--listener-tls-secret=sluice-listener", "kind: Issuer");
      default -> throw new AssertionError(values + ": no test says what they are for");
    }
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void a_mistake_is_named(List<String> values, String sentence) {
    var refused = chart.template(values.toArray(String[]::new));
    assertThat(refused.exitCode()).isOne();
    assertThat(refused.stderr()).contains(sentence);
  }

  private static Stream<Arguments> mistakes() {
    return Stream.of(
        Arguments.of(
            List.of("--set", "gateway.replica=3"),
            "at '/gateway': additional properties 'replica' not allowed"),
        Arguments.of(
            List.of("--set", "ads.tls.mode=none"),
            "at '/ads/tls/mode': value must be one of 'authority', 'certManager', 'existing'"),
        Arguments.of(
            List.of("--set", "gateway.service.sessionAffinity=Cookie"),
            "at '/gateway/service/sessionAffinity': value must be one of 'ClientIP', 'None'"),
        Arguments.of(
            List.of("--set", "redis.enabled=false"),
            "redis.external.secretName: \"\" (expected: a Secret with the URL of your Redis"),
        Arguments.of(
            List.of("--set", "ads.tls.mode=existing"),
            "\"\" (expected: the name of a Secret, since ads.tls.mode is existing)"),
        Arguments.of(
            List.of("--set", "tools.stdio.enabled=true"),
            "tools.stdio.commands: empty (expected: the programs that may be started"),
        Arguments.of(
            List.of("--set", "tools.refuse={tools.internal}"),
            "at '/tools/refuse/0': 'tools.internal' does not match pattern"),
        Arguments.of(
            List.of("--set", "gateway.drainSeconds=3890"),
            "gateway.terminationGracePeriodSeconds: 3900 (expected: gateway.drainSeconds, 3890,"));
  }

  @Test
  void the_password_of_redis_outlives_an_upgrade() throws IOException {
    var made = password(chart.template().orThrow());
    chart.apply(
        """
        apiVersion: v1
        kind: Secret
        metadata:
          name: sluice-redis
          namespace: %1$s
          labels: { app.kubernetes.io/managed-by: Helm }
          annotations:
            meta.helm.sh/release-name: sluice
            meta.helm.sh/release-namespace: %1$s
        data: { password: %2$s }
        """
            .formatted(chart.namespace(), made));
    assertThat(made).isNotEmpty();
    assertThat(password(chart.template("--dry-run=server").orThrow())).isEqualTo(made);
    assertThat(password(chart.template().orThrow())).isNotEqualTo(made);
  }

  private String password(String rendered) throws IOException {
    return items(chart.dryRun(rendered).orThrow()).stream()
        .filter(item -> item.at("/kind").asText().equals("Secret"))
        .findFirst()
        .orElseThrow()
        .at("/data/password")
        .asText();
  }

  @Test
  void what_stands_in_front_does_not_buffer_and_is_patient() throws IOException {
    var nginx = Files.readString(FRONT.resolve("ingress-nginx.yaml"));
    var ingress = JSON.readTree(chart.dryRun(nginx).orThrow()).at("/metadata/annotations");
    var prefix = "nginx.ingress.kubernetes.io/proxy-";
    assertThat(ingress.path(prefix + "buffering").asText()).isEqualTo("off");
    assertThat(ingress.path(prefix + "request-buffering").asText()).isEqualTo("off");
    assertThat(ingress.path(prefix + "read-timeout").asInt()).isGreaterThanOrEqualTo(600);
    assertThat(ingress.path(prefix + "send-timeout").asInt()).isGreaterThanOrEqualTo(600);

    var api = items(chart.dryRun(Files.readString(FRONT.resolve("gateway-api.yaml"))).orThrow());
    assertThat(api).hasSize(2);
    var timeouts = api.getLast().at("/spec/rules/0/timeouts");
    for (var timeout : List.of("request", "backendRequest")) {
      var seconds = timeouts.path(timeout).asText().replaceFirst("s$", "");
      assertThat(Integer.parseInt(seconds)).isGreaterThanOrEqualTo(600);
    }
  }

  /// Kubectl prints several objects as a List, one as itself.
  private static List<JsonNode> items(String json) throws IOException {
    var printed = JSON.readTree(json);
    return printed.has("items")
        ? StreamSupport.stream(printed.path("items").spliterator(), false).toList()
        : List.of(printed);
  }
}
