package dev.sluice.operator.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.compiler.Compilation;
import dev.sluice.compiler.Compiler;
import dev.sluice.compiler.LastGood;
import dev.sluice.compiler.MadeKeys;
import dev.sluice.compiler.catalogue.Catalogue;
import dev.sluice.compiler.manifest.SecretValues;
import dev.sluice.compiler.manifest.World;
import dev.sluice.compiler.manifest.World.Found;
import dev.sluice.compiler.problem.Source;
import dev.sluice.core.policy.KeyDigest;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.crds.AllowedNamespaces;
import dev.sluice.crds.McpServer;
import dev.sluice.crds.Provider;
import dev.sluice.crds.SecretKeyRef;
import dev.sluice.crds.VirtualKey;
import dev.sluice.operator.world.WorldReader;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.CustomResource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/// A part of a cluster, compiled as the operator compiles it, with stand-ins for the Secrets.
///
/// An object whose references the operator found broken gets none: so it is not in force here
/// either.
final class ClusterWorld {

  /// Of the form of a key file of Google's.
  private static final String KEY_FILE = "{\"type\":\"stand-in\"}";

  private static final McpServer.Spec SERVER =
      new McpServer.Spec(
          McpServer.Transport.StreamableHttp,
          "https://stand-in.invalid",
          List.of(),
          List.of(),
          List.of(),
          null,
          null,
          null,
          null,
          null,
          List.of(),
          null,
          null,
          null,
          null,
          new AllowedNamespaces(AllowedNamespaces.From.All, null));

  private ClusterWorld() {}

  /// @param objects of the four kinds
  static Compilation compile(
      List<CustomResource<JsonNode, JsonNode>> objects, List<Namespace> labels) {
    var parts = new ArrayList<World>();
    objects.forEach(object -> parts.add(WorldReader.world(object)));
    labels.forEach(namespace -> parts.add(WorldReader.world(namespace)));
    var world = World.of(parts);
    var broken = new HashSet<String>();
    objects.stream().filter(ClusterWorld::isBroken).forEach(object -> broken.add(path(object)));
    var made = new TreeMap<ObjectName, String>();
    world.keys().keySet().forEach(name -> made.put(name, standIn("VirtualKey " + name)));
    return new Compiler(Catalogue.anthropic())
        .compile(withStandIns(world, broken), LastGood.NONE, MadeKeys.of(made));
  }

  private static boolean isBroken(CustomResource<JsonNode, JsonNode> object) {
    var status = Status.of(object);
    var resolved = status.condition("ResolvedRefs");
    return !status.outdated()
        && resolved.isPresent()
        && resolved.get().path("status").asText().equals("False");
  }

  private static String path(CustomResource<JsonNode, JsonNode> object) {
    return object.getKind() + " " + ApiObjects.name(object);
  }

  private static World withStandIns(World world, Set<String> broken) {
    var values = new TreeMap<ObjectName, SortedMap<String, String>>();
    world
        .providers()
        .forEach(
            (name, found) -> {
              if (found instanceof Found.Good<Provider.Spec> good
                  && !broken.contains("Provider " + name)) {
                good.spec().credentials().forEach(one -> add(values, name, good.spec(), one));
              }
            });
    world
        .keys()
        .forEach(
            (name, found) -> {
              if (found instanceof Found.Good<VirtualKey.Spec> good
                  && !broken.contains("VirtualKey " + name)) {
                add(values, name, Stream.ofNullable(good.spec().keySecretRef()));
              }
            });
    var secrets = new TreeMap<ObjectName, Found<SecretValues>>();
    values.forEach(
        (name, found) -> {
          var source = new Source("Secret/" + name, 1, "Secret " + name, Map.of());
          secrets.put(name, new Found.Good<>(source, new SecretValues(found), false));
        });
    return new World(
        world.providers(),
        world.teams(),
        world.keys(),
        servers(world),
        secrets,
        world.namespaces(),
        world.unreadable(),
        world.problems(),
        world.apiServers());
  }

  /// An explanation is of models: what a key is granted of tools need only be there.
  private static SortedMap<ObjectName, Found<McpServer.Spec>> servers(World world) {
    var servers = new TreeMap<ObjectName, Found<McpServer.Spec>>();
    world
        .keys()
        .forEach(
            (key, found) -> {
              if (found instanceof Found.Good<VirtualKey.Spec> good) {
                good.spec().mcp().forEach(grant -> put(servers, key, grant));
              }
            });
    return servers;
  }

  private static void put(
      SortedMap<ObjectName, Found<McpServer.Spec>> servers,
      ObjectName key,
      VirtualKey.McpGrant grant) {
    var namespace = Objects.requireNonNullElse(grant.namespace(), key.namespace());
    var name = new ObjectName(namespace, grant.server());
    var source = new Source("McpServer/" + name, 1, "McpServer " + name, Map.of());
    servers.put(name, new Found.Good<>(source, SERVER, false));
  }

  private static void add(
      Map<ObjectName, SortedMap<String, String>> values,
      ObjectName object,
      Provider.Spec spec,
      Provider.Credential credential) {
    var secretRef = credential.secretRef();
    if (secretRef != null && spec.type() == Provider.Type.VertexAI) {
      var secret = new ObjectName(object.namespace(), secretRef.name());
      values.computeIfAbsent(secret, _ -> new TreeMap<>()).put(secretRef.key(), KEY_FILE);
    } else {
      add(values, object, Stream.ofNullable(secretRef));
    }
    var accessKey = credential.accessKey();
    if (accessKey != null) {
      var members = Stream.of("accessKeyId", "secretAccessKey");
      add(values, object, members.map(key -> new SecretKeyRef(accessKey.name(), key)));
    }
    var clientSecret = credential.clientSecret();
    if (clientSecret != null) {
      add(values, object, Stream.of(clientSecret.secretRef()));
    }
  }

  private static void add(
      Map<ObjectName, SortedMap<String, String>> values,
      ObjectName object,
      Stream<SecretKeyRef> references) {
    references.forEach(
        reference -> {
          var secret = new ObjectName(object.namespace(), reference.name());
          values
              .computeIfAbsent(secret, _ -> new TreeMap<>())
              .put(reference.key(), standIn(secret + " " + reference.key()));
        });
  }

  /// Of the form of a key and of a credential; another one for another name.
  private static String standIn(String name) {
    return "stand-in-" + KeyDigest.of(name).hex();
  }
}
