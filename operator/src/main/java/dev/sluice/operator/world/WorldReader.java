package dev.sluice.operator.world;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.compiler.manifest.ManifestFile;
import dev.sluice.compiler.manifest.Manifests;
import dev.sluice.compiler.manifest.World;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.operator.trigger.Watched;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.CustomResource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Reads the cluster as manifests: the same text, the same reader and the same complaints as on one
/// machine. An object that has not changed is not read again.
///
/// Only one thread uses it at a time.
public final class WorldReader {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Watched watched;
  private Map<ObjectId, Part> parts = Map.of();

  public WorldReader(Watched watched) {
    this.watched = watched;
  }

  /// @param mark changes with what was read
  private record Part(String mark, String manifest, World world) {}

  public Cluster read() {
    var now = new HashMap<ObjectId, Part>();
    var objects = new TreeMap<ObjectId, Seen>();
    watched
        .objects()
        .forEach(
            object -> {
              var resource = (CustomResource<?, ?>) object;
              var id = id(object);
              var mark = object.getMetadata().getUid() + object.getMetadata().getGeneration();
              var part = part(id, mark, () -> manifest(object, "spec", resource.getSpec()));
              now.put(id, part);
              objects.put(id, seen(id, resource, part.manifest()));
            });
    watched
        .secrets()
        .filter(secret -> !Watched.made(secret))
        .forEach(
            secret -> {
              var mark = secret.getMetadata().getUid() + secret.getMetadata().getResourceVersion();
              now.put(id(secret), part(id(secret), mark, () -> secret(secret)));
            });
    watched
        .namespaces()
        .forEach(
            namespace -> {
              var id = new ObjectId("Namespace", new ObjectName("", name(namespace)));
              var metadata = namespace.getMetadata();
              now.put(id, part(id, metadata.getResourceVersion(), () -> namespace(namespace)));
            });
    parts = now;
    var worlds = now.values().stream().map(Part::world).toList();
    var world = World.of(worlds).with(watched.apiServers());
    return new Cluster(world, objects, watched.secrets().filter(Watched::made).toList());
  }

  /// The world as it is, but for objects that have another manifest there.
  public World with(Map<ObjectId, String> manifests) {
    var changed = new HashMap<>(parts);
    manifests.forEach((id, text) -> changed.replace(id, new Part("", text, world(id, text))));
    return World.of(changed.values().stream().map(Part::world).toList());
  }

  private Part part(ObjectId id, String mark, Supplier<String> manifest) {
    var before = parts.get(id);
    if (before != null && before.mark().equals(mark)) {
      return before;
    }
    var text = manifest.get();
    return new Part(mark, id.kind().equals("Secret") ? "" : text, world(id, text));
  }

  /// One object of the four kinds by itself.
  public static World world(CustomResource<?, ?> object) {
    return world(id(object), manifest(object, "spec", object.getSpec()));
  }

  /// The labels of one namespace by itself.
  public static World world(Namespace namespace) {
    return world(
        new ObjectId("Namespace", new ObjectName("", name(namespace))), namespace(namespace));
  }

  private static World world(ObjectId id, String manifest) {
    return Manifests.read(List.of(new ManifestFile(id.path(), manifest)));
  }

  private static ObjectId id(HasMetadata object) {
    var metadata = object.getMetadata();
    return new ObjectId(
        object.getKind(), new ObjectName(metadata.getNamespace(), metadata.getName()));
  }

  private static Seen seen(ObjectId id, CustomResource<?, ?> object, String manifest) {
    var metadata = object.getMetadata();
    return new Seen(
        id,
        metadata.getUid(),
        Objects.requireNonNullElse(metadata.getGeneration(), 0L),
        Objects.requireNonNullElse(metadata.getAnnotations(), Map.of()),
        manifest,
        (JsonNode) object.getStatus());
  }

  private static String name(HasMetadata object) {
    return object.getMetadata().getName();
  }

  private static String namespace(Namespace namespace) {
    var root = JSON.createObjectNode().put("apiVersion", "v1").put("kind", "Namespace");
    var labels = root.putObject("metadata").put("name", name(namespace)).putObject("labels");
    var found = namespace.getMetadata().getLabels();
    if (found != null) {
      found.forEach(labels::put);
    }
    return root.toString();
  }

  private static String secret(Secret secret) {
    return manifest(secret, "data", Objects.requireNonNullElse(secret.getData(), Map.of()));
  }

  /// Without what the API server added.
  private static String manifest(HasMetadata object, String field, @Nullable Object content) {
    var root = JSON.createObjectNode();
    root.put("apiVersion", object.getApiVersion());
    root.put("kind", object.getKind());
    root.putObject("metadata")
        .put("name", object.getMetadata().getName())
        .put("namespace", object.getMetadata().getNamespace());
    if (content != null) {
      root.set(field, JSON.valueToTree(content));
    }
    return root.toString();
  }
}
