package dev.sluice.operator.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.compiler.Compilation;
import dev.sluice.compiler.problem.Problem;
import dev.sluice.core.listing.State;
import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.extproc.explain.Explainer;
import dev.sluice.extproc.explain.Explanation;
import dev.sluice.extproc.explain.Explanation.Step;
import dev.sluice.extproc.explain.Explanation.Verdict;
import dev.sluice.extproc.explain.Sketch;
import dev.sluice.operator.cli.CliException;
import dev.sluice.operator.kinds.ProviderResource;
import dev.sluice.operator.kinds.VirtualKeyResource;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Explains by the objects of a cluster, with rights on the kinds alone.
record ClusterExplainer(ApiObjects objects, Instant now) {

  private static final String AGE =
      "what is spent now: it is told by the statuses, which are at most a minute old";
  private static final String HEALTH =
      "which providers fail, and are left alone for a while: each gateway knows that";

  Explanation explain(ObjectName name, String model, Sketch sketch) throws CliException {
    var key =
        objects
            .find(VirtualKeyResource.class, name)
            .orElseThrow(() -> new CliException("VirtualKey " + name + " is gone"));
    var status = Status.of(key);
    var programmed = status.condition("Programmed").map(c -> c.path("reason").asText()).orElse("");
    if (programmed.equals(State.LAST_GOOD)) {
      throw new CliException(
          "VirtualKey %s: its last good version is in force, which cannot be seen here: %s"
              .formatted(name, status.fault().orElse("")));
    }
    if (programmed.equals("NotInForce")) {
      var why = status.fault().orElse("no version is in force");
      return Explainer.notInForce(name, model, why);
    }
    var teams = objects.teams(name.namespace(), List.of(key));
    var providers = providers(key);
    var referring = new ArrayList<CustomResource<JsonNode, JsonNode>>(teams.values());
    referring.add(key);
    var world = new ArrayList<>(referring);
    world.addAll(providers);
    var compilation = ClusterWorld.compile(world, labels(referring, world));
    var policy = policy(name, compilation);
    if (policy.isEmpty()) {
      return Explainer.notInForce(name, model, problems(name, compilation));
    }
    var row = new ClusterRows(teams).key(key);
    var path = compilation.path(policy.get());
    var question =
        new Explainer.Question(policy.get(), compilation.snapshot(), path, model, sketch, now);
    var around = Explainer.Around.of(compilation::region, new StatusStandings(row, now), now);
    var involved = new ArrayList<CustomResource<JsonNode, JsonNode>>();
    path.forEach(team -> involved.add(teams.get(team.name())));
    providers.stream()
        .filter(provider -> granted(key).contains(ApiObjects.name(provider)))
        .forEach(involved::add);
    var explanation = Explainer.explain(question, around).withUnseen(unseen(involved));
    return programmed.equals("Programmed") ? explanation : noted(explanation, status);
  }

  /// All of its namespace, to be named where one is missing, and those elsewhere that it refers to.
  private List<ProviderResource> providers(VirtualKeyResource key) throws CliException {
    var namespace = key.getMetadata().getNamespace();
    var providers = new ArrayList<>(objects.list(ProviderResource.class, namespace));
    for (var name : granted(key)) {
      if (!name.namespace().equals(namespace)) {
        objects.find(ProviderResource.class, name).ifPresent(providers::add);
      }
    }
    return providers;
  }

  private static Set<ObjectName> granted(VirtualKeyResource key) {
    var granted = new TreeSet<ObjectName>();
    var spec = key.getSpec();
    if (spec != null) {
      var own = key.getMetadata().getNamespace();
      for (var grant : spec.path("providers")) {
        var namespace = grant.path("namespace").asText(own);
        granted.add(new ObjectName(namespace, grant.path("name").asText()));
      }
    }
    return granted;
  }

  /// Of the namespaces that refer to others. Where one is not to be seen, the operator has the
  /// word: it found that the references from there lead to something, and so the namespace has the
  /// labels that they ask for.
  private List<Namespace> labels(
      List<CustomResource<JsonNode, JsonNode>> referring,
      List<CustomResource<JsonNode, JsonNode>> world)
      throws CliException {
    var labels = new ArrayList<Namespace>();
    var namespaces = new TreeSet<String>();
    referring.forEach(object -> namespaces.add(object.getMetadata().getNamespace()));
    for (var namespace : namespaces) {
      var elsewhere = world.stream().filter(object -> !isIn(namespace, object)).toList();
      if (!elsewhere.isEmpty()) {
        var own = referring.stream().filter(object -> isIn(namespace, object));
        objects
            .namespace(namespace)
            .or(
                () ->
                    own.allMatch(ClusterExplainer::isResolved)
                        ? asked(namespace, elsewhere)
                        : Optional.empty())
            .ifPresent(labels::add);
      }
    }
    return labels;
  }

  private static boolean isIn(String namespace, CustomResource<JsonNode, JsonNode> object) {
    return object.getMetadata().getNamespace().equals(namespace);
  }

  private static boolean isResolved(CustomResource<JsonNode, JsonNode> object) {
    var resolved = Status.of(object).condition("ResolvedRefs");
    return resolved.isPresent() && resolved.get().path("status").asText().equals("True");
  }

  private static Optional<Namespace> asked(
      String namespace, List<CustomResource<JsonNode, JsonNode>> targets) {
    var labels = new HashMap<String, String>();
    for (var target : targets) {
      ClusterRows.spec(target)
          .at("/allowedNamespaces/selector/matchLabels")
          .properties()
          .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
    }
    return Optional.of(
        new NamespaceBuilder()
            .withNewMetadata()
            .withName(namespace)
            .withLabels(Map.copyOf(labels))
            .endMetadata()
            .build());
  }

  private static Optional<KeyPolicy> policy(ObjectName name, Compilation compilation) {
    return compilation.snapshot().keysByName().stream()
        .filter(key -> key.name().equals(name))
        .findFirst();
  }

  private static String problems(ObjectName name, Compilation compilation) {
    var object = "VirtualKey " + name;
    return compilation.problems().stream()
        .filter(problem -> problem.object().equals(object))
        .map(ClusterExplainer::words)
        .collect(Collectors.joining("; "));
  }

  private static String words(Problem problem) {
    return problem.field() + ": " + problem.fault().text();
  }

  private static List<String> unseen(List<CustomResource<JsonNode, JsonNode>> involved) {
    var unseen = new ArrayList<>(List.of(AGE, HEALTH));
    for (var object : involved) {
      var programmed = Status.of(object).condition("Programmed");
      if (programmed
          .map(c -> c.path("reason").asText())
          .filter(State.LAST_GOOD::equals)
          .isPresent()) {
        unseen.add(
            "the last good version of %s %s, which is in force"
                .formatted(object.getKind(), ApiObjects.name(object)));
      }
    }
    return unseen;
  }

  private static Explanation noted(Explanation explanation, Status status) {
    var said = status.condition("Programmed").map(c -> c.path("message").asText());
    return explanation.withFirst(
        new Step(
            "key",
            Verdict.Tells,
            "not known to be in force: " + said.orElse("no operator has reported of it")));
  }
}
