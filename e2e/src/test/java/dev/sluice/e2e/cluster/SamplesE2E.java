package dev.sluice.e2e.cluster;

import static dev.sluice.e2e.cluster.Installation.soon;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.demo.parts.GatewayProcess;
import dev.sluice.testkit.kubernetes.Cluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every folder of samples, applied by kubectl as its README says, each to a namespace of its own:
/// all objects of ours are in force at a real gateway, or say what they should.
final class SamplesE2E {

  private static final Path SAMPLES = Path.of("..", "samples");
  private static final String READY =
      "jsonpath={range .items[*]}{.kind}/{.metadata.name}"
          + "={.status.conditions[?(@.type==\"Ready\")].reason}{\"\\n\"}{end}";

  @TempDir static Path state;

  private static Installation installation;
  private static GatewayProcess gateway;
  private static final Map<String, String> NAMESPACES = new TreeMap<>();

  static List<String> folders() {
    try (Stream<Path> found = Files.list(SAMPLES)) {
      return found
          .filter(Files::isDirectory)
          .map(folder -> folder.getFileName().toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @BeforeAll
  static void start() throws IOException {
    installation = Installation.prepare(Cluster.shared());
    for (var folder : folders()) {
      NAMESPACES.put(folder, Cluster.shared().newNamespace(folder));
    }
    var watched = List.copyOf(NAMESPACES.values());
    installation.startOperator(watched.getFirst(), watched);
    gateway = installation.gateway(state);
  }

  @AfterAll
  static void stop() {
    gateway.close();
    installation.close();
  }

  private static String in(String folder, String... words) {
    var all = new ArrayList<>(List.of(words));
    all.add("--namespace=" + NAMESPACES.get(folder));
    return installation.kubectl(all.toArray(String[]::new));
  }

  private static void apply(String folder, String... paths) {
    for (var path : paths) {
      in(folder, "apply", "-f", SAMPLES.resolve(path).toString());
    }
  }

  /// All objects of ours, as many as there should be, are ready, but for these.
  private static void awaitReady(String folder, int objects, Map<String, String> others) {
    soon(folder)
        .untilAsserted(
            () -> {
              var lines = in(folder, "get", "providers,teams,virtualkeys", "-o", READY).lines();
              var reasons = new TreeMap<String, String>();
              lines.map(line -> line.split("=", 2)).forEach(l -> reasons.put(l[0], l[1]));
              assertThat(reasons).hasSize(objects).containsAllEntriesOf(others);
              reasons.keySet().removeAll(others.keySet());
              assertThat(reasons.values()).containsOnly("Ready");
            });
  }

  /// What `kubectl get` prints of one object, its columns without the age.
  private static String row(String folder, String kind, String name) {
    return in(folder, "get", kind, name, "--no-headers").replaceAll(" +", " ");
  }

  @ParameterizedTest
  @MethodSource("folders")
  void every_sample_is_applied(String folder) throws IOException {
    switch (folder) {
      case "quickstart" -> quickstart();
      case "company" -> company();
      case "routing" -> ready("routing", 10);
      case "credentials" -> ready("credentials", 2);
      case "embeddings" -> ready("embeddings", 3);
      case "tools" -> ready("tools", 4);
      case "compliance" -> compliance();
      case "argocd" -> new ArgoSample(installation, NAMESPACES.get("argocd")).syncs();
      case "external-secrets" -> externalSecrets();
      case "cert-manager" -> certManager();
      case "front" -> front();
      default -> throw new AssertionError("samples/" + folder + ": no test applies it");
    }
  }

  @Test
  void the_readme_has_a_row_for_every_folder() throws IOException {
    var readme = Files.readString(SAMPLES.resolve("README.md"));
    for (var folder : folders()) {
      assertThat(readme).contains("| [" + folder + "](" + folder + ") |");
    }
  }

  private static void quickstart() {
    apply("quickstart", "quickstart");
    awaitReady("quickstart", 3, Map.of());
    var headers = in("quickstart", "get", "vk").lines().findFirst().orElseThrow().split(" +");
    assertThat(headers)
        .containsExactly("NAME", "READY", "TEAM", "OWNER", "SPENT", "LIMIT", "RESETS", "AGE");
    assertThat(row("quickstart", "vk", "alice"))
        .startsWith("alice True developers alice@example.com ")
        .contains(" 50 ");
    assertThat(row("quickstart", "prov", "anthropic")).startsWith("anthropic True Anthropic True");
    assertThat(in("quickstart", "get", "secret", "alice-key", "-o", "jsonpath={.data.token}"))
        .isNotEmpty();
  }

  /// A folder whose objects are all ready, and that names nothing without effect.
  private static void ready(String folder, int objects) {
    apply(folder, folder);
    awaitReady(folder, objects, Map.of());
    var accepted = READY.replace("Ready", "Accepted");
    var lines = in(folder, "get", "providers,teams,virtualkeys", "-o", accepted).lines();
    assertThat(lines).allSatisfy(line -> assertThat(line).endsWith("=Accepted"));
  }

  private static void company() {
    apply("company", "company");
    awaitReady("company", 12, Map.of("VirtualKey/bob", "Suspended"));
    assertThat(row("company", "team", "company")).startsWith("company True ").contains("15000");
    assertThat(row("company", "team", "engineering")).startsWith("engineering True company ");
    assertThat(row("company", "team", "payments")).startsWith("payments True engineering ");
    assertThat(row("company", "vk", "bob")).startsWith("bob False payments bob@example.com ");
    var wide = in("company", "get", "vk", "nightly-build", "-o", "wide", "--no-headers");
    assertThat(wide).contains("2027-12-31T00:00:00Z", "Ready");
  }

  private static void compliance() {
    apply("compliance", "compliance/cluster");
    var label = "example.com/compliance=eu";
    installation.kubectl("label", "namespace", NAMESPACES.get("compliance"), label);
    var elsewhere = read("compliance/provider.yaml").replace("eu-central-1", "us-east-1");
    // A policy is in force a moment after it was applied.
    soon("the API server refuses")
        .untilAsserted(() -> assertThat(dryRun(elsewhere)).contains("spec.endpoint: not approved"));
    var borrowed =
        read("compliance/keys.yaml")
            .replace("{ name: claude-eu }", "{ name: claude-eu, namespace: other }");
    soon("the API server refuses")
        .untilAsserted(
            () ->
                assertThat(dryRun(borrowed)).contains("spec.providers[].namespace: not approved"));
    apply("compliance", "compliance");
    awaitReady("compliance", 4, Map.of());
  }

  /// What the API server says against it.
  private static String dryRun(String manifests) {
    var namespace = "--namespace=" + NAMESPACES.get("compliance");
    var words = new String[] {"apply", "--dry-run=server", namespace, "-f", "-"};
    return installation.kubectlReading(manifests, words).stderr();
  }

  private static void externalSecrets() {
    apply("external-secrets", "company/provider.yaml", "company/teams.yaml", "company/keys.yaml");
    apply("external-secrets", "external-secrets");
    soon("no credential yet")
        .untilAsserted(
            () ->
                assertThat(in("external-secrets", "get", "providers", "-o", READY))
                    .isEqualTo("Provider/anthropic=NotInForce"));
    fetchSecrets(installation, NAMESPACES.get("external-secrets"));
    awaitReady("external-secrets", 12, Map.of("VirtualKey/bob", "Suspended"));
  }

  /// What External Secrets makes of the objects of its kind.
  static void fetchSecrets(Installation installation, String namespace) {
    var path =
        "jsonpath={range .items[*]}{.spec.target.name} {.spec.data[0].secretKey}{\"\\n\"}{end}";
    var space = "--namespace=" + namespace;
    var lines = installation.kubectl("get", "externalsecrets", space, "-o", path).lines();
    for (var line : lines.toList()) {
      var words = line.split(" ", 2);
      var value = words[1] + "=of-the-store-" + namespace + "-" + words[0];
      var create = List.of("create", "secret", "generic", words[0], space, "--from-literal", value);
      installation.kubectl(create.toArray(String[]::new));
    }
  }

  private static void certManager() {
    apply("cert-manager", "cert-manager");
    var path = "jsonpath={.items[0].spec.secretName}";
    var secret = in("cert-manager", "get", "certificates", "-o", path);
    assertThat(read("cert-manager/chart/values.yaml")).contains("secretName: " + secret + " }");
  }

  private static void front() {
    apply("front", "front");
    assertThat(in("front", "get", "ingresses,gateways,httproutes", "-o", "name").lines())
        .containsExactlyInAnyOrder(
            "ingress.networking.k8s.io/sluice",
            "gateway.gateway.networking.k8s.io/claude",
            "httproute.gateway.networking.k8s.io/sluice");
  }

  private static String read(String path) {
    try {
      return Files.readString(SAMPLES.resolve(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
