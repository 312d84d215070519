package dev.sluice.operator.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.operator.cli.CliException;
import dev.sluice.operator.cli.Failures;
import dev.sluice.operator.kinds.ApiGroup;
import dev.sluice.operator.kinds.TeamResource;
import dev.sluice.operator.kinds.VirtualKeyResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The objects of an API server, read once each time; what goes wrong is a sentence.
record ApiObjects(KubernetesClient client) implements AutoCloseable {

  /// In the order of their names.
  ///
  /// @param namespace null for all
  <T extends HasMetadata> List<T> list(Class<T> type, @Nullable String namespace)
      throws CliException {
    try {
      var all = client.resources(type);
      var some = namespace == null ? all.inAnyNamespace() : all.inNamespace(namespace);
      return some.list().getItems().stream()
          .sorted(Comparator.comparing(ApiObjects::name))
          .toList();
    } catch (KubernetesClientException e) {
      var where = namespace == null ? "all namespaces" : "namespace " + namespace;
      throw failure(e, "list " + kind(type) + " in " + where);
    }
  }

  /// Empty where it is not there.
  <T extends HasMetadata> Optional<T> find(Class<T> type, ObjectName name) throws CliException {
    try {
      return Optional.ofNullable(
          client.resources(type).inNamespace(name.namespace()).withName(name.name()).get());
    } catch (KubernetesClientException e) {
      throw failure(e, "get " + kind(type) + " " + name);
    }
  }

  /// The teams of a namespace, and what these and `keys` are below elsewhere, up to the roots.
  ///
  /// @param namespace null for all
  SortedMap<ObjectName, TeamResource> teams(
      @Nullable String namespace, List<VirtualKeyResource> keys) throws CliException {
    var teams = new TreeMap<ObjectName, TeamResource>();
    list(TeamResource.class, namespace).forEach(team -> teams.put(name(team), team));
    var referred = new ArrayDeque<ObjectName>();
    keys.forEach(key -> refer(key, "team", referred));
    teams.values().forEach(team -> refer(team, "parent", referred));
    while (namespace != null && !referred.isEmpty()) {
      var above = referred.pop();
      if (!above.namespace().equals(namespace) && !teams.containsKey(above)) {
        var found = find(TeamResource.class, above);
        if (found.isPresent()) {
          teams.put(above, found.get());
          refer(found.get(), "parent", referred);
        }
      }
    }
    return teams;
  }

  private static void refer(
      CustomResource<JsonNode, JsonNode> object, String field, Deque<ObjectName> referred) {
    var text = Status.text(ClusterRows.spec(object), field);
    var name = ClusterRows.reference(text, object.getMetadata().getNamespace());
    if (name != null) {
      referred.add(name);
    }
  }

  /// Empty where there is none, or no right to see it.
  Optional<Namespace> namespace(String name) throws CliException {
    try {
      return Optional.ofNullable(client.namespaces().withName(name).get());
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_FORBIDDEN) {
        return Optional.empty();
      }
      throw failure(e, "get namespace " + name);
    }
  }

  static ObjectName name(HasMetadata object) {
    return new ObjectName(object.getMetadata().getNamespace(), object.getMetadata().getName());
  }

  private static String kind(Class<? extends HasMetadata> type) {
    return HasMetadata.getPlural(type) + "." + ApiGroup.NAME;
  }

  private CliException failure(KubernetesClientException e, String what) {
    var url = client.getConfiguration().getMasterUrl();
    if (e.getCause() instanceof IOException) {
      return new CliException("the cluster at " + url + " cannot be reached: " + Failures.words(e));
    }
    return switch (e.getCode()) {
      case HttpURLConnection.HTTP_UNAUTHORIZED ->
          new CliException("the cluster at " + url + " does not know who asks (401)");
      case HttpURLConnection.HTTP_FORBIDDEN ->
          new CliException("no right to " + what + " (expected: a role that allows it)");
      case HttpURLConnection.HTTP_NOT_FOUND ->
          new CliException(
              "the cluster at %s does not have the kinds of %s (expected: charts/sluice-crds)"
                  .formatted(url, ApiGroup.NAME));
      default -> new CliException("the cluster at " + url + ": " + e.getMessage());
    };
  }

  @Override
  public void close() {
    client.close();
  }
}
