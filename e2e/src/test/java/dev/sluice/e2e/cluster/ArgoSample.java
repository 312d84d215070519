package dev.sluice.e2e.cluster;

import static dev.sluice.e2e.cluster.Installation.soon;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.kubernetes.ArgoHealth;
import dev.sluice.testkit.kubernetes.ArgoHealth.Health;
import dev.sluice.testkit.kubernetes.Cluster;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The sample for Argo CD, synced as Argo CD would: each wave by server-side apply, and the next
/// one once its own health checks call everything of this one healthy.
final class ArgoSample {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Path FOLDER = Path.of("..", "samples", "argocd");
  private static final String SERVER =
      "\"transport\":\"StreamableHttp\",\"url\":\"https://tools.invalid/mcp\"";
  private static final String WAVE = "/metadata/annotations/argocd.argoproj.io~1sync-wave";

  private final Installation installation;
  private final String namespace;

  ArgoSample(Installation installation, String namespace) {
    this.installation = installation;
    this.namespace = namespace;
  }

  void syncs() {
    var checks = new ArgoHealth(installation.redis, configured());
    applications();
    sync(checks);
    keysThatAreNotServedAreAsDeclared(checks);
    whatIsWrongIsDegraded(checks);
    aServerThatIsAwayIsAsDeclared(checks);
    whatNobodyHasSeenIsOnItsWay(checks);
  }

  /// Its ConfigMap after the sample was applied; what it had before stays.
  private Map<String, String> configured() {
    if (installation.access.kubectl("get", "namespace", "argocd").exitCode() != 0) {
      installation.kubectl("create", "namespace", "argocd");
      var url = "--from-literal=url=https://argocd.example.com";
      installation.kubectl("create", "configmap", "argocd-cm", "--namespace=argocd", url);
    }
    installation.kubectl("apply", "--server-side", "-f", FOLDER.toString());
    var map = json("get", "configmap", "argocd-cm", "--namespace=argocd", "-o", "json");
    var data = new TreeMap<String, String>();
    map.path("data").properties().forEach(e -> data.put(e.getKey(), e.getValue().asString()));
    assertThat(data).containsEntry("url", "https://argocd.example.com");
    return data;
  }

  /// Definitions, Secrets, gateway, policy: in this order, from folders that are there.
  private void applications() {
    installation.kubectl("apply", "--server-side", "-f", FOLDER.resolve("apps").toString());
    var waves = new TreeMap<Integer, String>();
    for (var app : json("get", "applications", "--namespace=argocd", "-o", "json").path("items")) {
      var path = app.at("/spec/source/path").asString();
      assertThat(Path.of("..").resolve(path)).isDirectory();
      if (!app.at(WAVE).isMissingNode()) {
        waves.put(app.at(WAVE).asInt(), path);
      }
    }
    assertThat(waves.values())
        .containsExactly(
            "charts/sluice-crds",
            "samples/argocd/secrets",
            "charts/sluice",
            "samples/argocd/policy");
  }

  private void sync(ArgoHealth checks) {
    objects("secrets").forEach(this::apply);
    SamplesE2E.fetchSecrets(installation, namespace);
    var waves = new TreeMap<Integer, List<JsonNode>>();
    for (var object : objects("policy")) {
      waves.computeIfAbsent(object.at(WAVE).asInt(-1), _ -> new ArrayList<>()).add(object);
    }
    assertThat(waves.keySet()).containsExactly(1, 2, 3, 4);
    waves.forEach(
        (wave, objects) -> {
          objects.forEach(this::apply);
          objects.forEach(object -> awaitHealth(checks, object, "Healthy", ""));
        });
  }

  private void apply(JsonNode object) {
    var manager = "--field-manager=argocd-controller";
    var space = "--namespace=" + namespace;
    installation
        .kubectlReading(
            object.toString(),
            "apply",
            "--server-side",
            "--force-conflicts",
            manager,
            space,
            "-f",
            "-")
        .orThrow();
  }

  private Health health(ArgoHealth checks, String kind, String name, String space) {
    var object = json("get", kind, name, "--namespace=" + space, "-o", "json");
    return checks.of("sluice.dev_" + kind, object.toString());
  }

  private void awaitHealth(ArgoHealth checks, JsonNode object, String status, String message) {
    var kind = object.path("kind").asString();
    var name = object.at("/metadata/name").asString();
    soon(kind + " " + name + " " + status)
        .untilAsserted(
            () -> {
              var health = health(checks, kind, name, namespace);
              assertThat(health.status()).isEqualTo(status);
              assertThat(health.message()).contains(message);
            });
  }

  /// One by Git, and one by hand, which the next sync leaves alone.
  private void keysThatAreNotServedAreAsDeclared(ArgoHealth checks) {
    var bob = health(checks, "VirtualKey", "bob", namespace);
    assertThat(bob).isEqualTo(new Health("Healthy", "Suspended: spec.suspended is true"));
    var space = "--namespace=" + namespace;
    var patch = "{\"spec\":{\"suspended\":true}}";
    installation.kubectl("patch", "vk", "alice", space, "--type=merge", "-p", patch);
    for (var key : objects("policy")) {
      if (key.path("kind").asString().equals("VirtualKey")) {
        apply(key);
        awaitHealth(checks, key, "Healthy", "Suspended");
      }
    }
  }

  /// What Argo CD finds in Git.
  private List<JsonNode> objects(String folder) {
    var found = new ArrayList<JsonNode>();
    try (var files = Files.newDirectoryStream(FOLDER.resolve(folder), "*.yaml")) {
      for (var file : files) {
        try (var content = Files.newInputStream(file)) {
          for (var item : installation.client.load(content).items()) {
            found.add(JSON.readTree(Serialization.asJson(item)));
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  private void whatIsWrongIsDegraded(ArgoHealth checks) {
    var lost = declare("VirtualKey", "lost", "{\"team\":\"nobody\"}");
    apply(lost);
    awaitHealth(checks, lost, "Degraded", "nobody");
    var auth =
        """
        "auth":{"type":"Header","header":"X-Key","secretRef":{"name":"absent","key":"value"}}""";
    var unsigned = declare("McpServer", "unsigned", "{" + SERVER + "," + auth + "}");
    apply(unsigned);
    awaitHealth(checks, unsigned, "Degraded", "absent");
  }

  /// Somebody else's outage is not in Git, and holds up no commit.
  private void aServerThatIsAwayIsAsDeclared(ArgoHealth checks) {
    var away = declare("McpServer", "away", "{" + SERVER + "}");
    apply(away);
    awaitHealth(checks, away, "Healthy", "Disconnected: ");
  }

  private void whatNobodyHasSeenIsOnItsWay(ArgoHealth checks) {
    var unwatched = Cluster.shared().newNamespace("unwatched");
    var team = declare("Team", "company", "{}").toString();
    installation.kubectlReading(team, "apply", "--namespace=" + unwatched, "-f", "-").orThrow();
    assertThat(health(checks, "Team", "company", unwatched).status()).isEqualTo("Progressing");

    var next = json("get", "team", "company", "--namespace=" + namespace, "-o", "json");
    ((ObjectNode) next.path("metadata")).put("generation", 99);
    assertThat(checks.of("sluice.dev_Team", next.toString()).status()).isEqualTo("Progressing");
  }

  private static JsonNode declare(String kind, String name, String spec) {
    var object = JSON.createObjectNode();
    object.put("apiVersion", "sluice.dev/v1alpha1").put("kind", kind);
    object.putObject("metadata").put("name", name);
    object.set("spec", JSON.readTree(spec));
    return object;
  }

  private JsonNode json(String... words) {
    return JSON.readTree(installation.kubectl(words));
  }
}
