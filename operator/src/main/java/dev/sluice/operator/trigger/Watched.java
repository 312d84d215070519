package dev.sluice.operator.trigger;

import dev.sluice.core.mcp.ApiServer;
import dev.sluice.operator.kinds.VirtualKeyResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.processing.event.source.Cache;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/// The objects that the operator watches, as its caches have them now.
public final class Watched implements AutoCloseable {

  private static final Duration STOPPED_WITHIN = Duration.ofSeconds(5);

  /// What Helm keeps of its releases: large, and never a key or a credential.
  private static final String HELM_RELEASE = "helm.sh/release.v1";

  private final Trigger trigger;
  private final List<Cache<? extends HasMetadata>> caches = new CopyOnWriteArrayList<>();
  private final List<SharedIndexInformer<Secret>> secrets = new ArrayList<>();
  private final List<SharedIndexInformer<Namespace>> namespaces = new ArrayList<>();
  private final ApiServers apiServers;
  private final Operator operator;

  /// What to call, which must return at once.
  ///
  /// @param changed something changed
  /// @param appeared a Secret is new: the object that it is for may follow
  public record Trigger(Runnable changed, Runnable appeared) {}

  private Watched(KubernetesClient client, Trigger trigger) {
    this.trigger = trigger;
    this.apiServers = new ApiServers(client, trigger.changed());
    this.operator =
        new Operator(
            overrider ->
                overrider
                    .withKubernetesClient(client)
                    .withCloseClientOnStop(false)
                    .checkingCRDAndValidateLocalModel(false)
                    .withReconciliationTerminationTimeout(STOPPED_WITHIN));
  }

  /// Returns once every cache has all that is there.
  ///
  /// @param namespaces to watch; all where it is empty
  public static Watched start(KubernetesClient client, Set<String> namespaces, Trigger trigger) {
    var watched = new Watched(client, trigger);
    watched.register(new ProviderReconciler(watched), namespaces);
    watched.register(new TeamReconciler(watched), namespaces);
    watched.register(new VirtualKeyReconciler(watched), namespaces);
    watched.register(new McpServerReconciler(watched), namespaces);
    watched.watchSecrets(client, namespaces);
    watched.look();
    watched.operator.start();
    return watched;
  }

  private <P extends HasMetadata> void register(Reconciler<P> reconciler, Set<String> namespaces) {
    operator.register(
        reconciler,
        overrider -> {
          if (namespaces.isEmpty()) {
            overrider.watchingAllNamespaces();
          } else {
            overrider.settingNamespaces(namespaces);
          }
        });
  }

  private void watchSecrets(KubernetesClient client, Set<String> namespaces) {
    if (namespaces.isEmpty()) {
      // Their labels; one that watches some namespaces only need not see the others.
      this.namespaces.add(run(client.namespaces(), trigger.changed()));
      var all = client.secrets().inAnyNamespace();
      secrets.add(run(all.withoutField("type", HELM_RELEASE), trigger.appeared()));
    }
    for (var namespace : namespaces) {
      var there = client.secrets().inNamespace(namespace);
      secrets.add(run(there.withoutField("type", HELM_RELEASE), trigger.appeared()));
    }
  }

  private <T extends HasMetadata> SharedIndexInformer<T> run(
      Informable<T> objects, Runnable appeared) {
    return objects
        .runnableInformer(0)
        .itemStore(new LeanStore<>())
        .addEventHandler(new Changes<>(trigger.changed(), appeared))
        .run();
  }

  /// Watches what it may see by now.
  public void look() {
    apiServers.look();
  }

  void add(Cache<? extends HasMetadata> cache) {
    caches.add(cache);
  }

  void changed() {
    trigger.changed().run();
  }

  /// Those of the four kinds that are not being deleted.
  public Stream<HasMetadata> objects() {
    return caches.stream()
        .<HasMetadata>flatMap(Cache::list)
        .filter(object -> !object.isMarkedForDeletion());
  }

  /// The Secrets of people, and those that the operator made.
  public Stream<Secret> secrets() {
    return secrets.stream()
        .flatMap(informer -> informer.getStore().list().stream())
        .filter(secret -> !secret.isMarkedForDeletion());
  }

  public Stream<Namespace> namespaces() {
    return namespaces.stream().flatMap(informer -> informer.getStore().list().stream());
  }

  /// Where the API server of the cluster listens.
  public SortedSet<ApiServer> apiServers() {
    return apiServers.known();
  }

  /// Whether the operator made it: it belongs to a VirtualKey.
  public static boolean made(Secret secret) {
    return secret.getMetadata().getOwnerReferences().stream()
        .anyMatch(owner -> owner.getKind().equals(new VirtualKeyResource().getKind()));
  }

  @Override
  public void close() {
    secrets.forEach(SharedIndexInformer::close);
    namespaces.forEach(SharedIndexInformer::close);
    apiServers.close();
    operator.stop();
  }

  /// Any change.
  record Changes<T extends HasMetadata>(Runnable changed, Runnable appeared)
      implements ResourceEventHandler<T> {
    @Override
    public void onAdd(T object) {
      appeared.run();
    }

    @Override
    public void onUpdate(T before, T now) {
      var version = before.getMetadata().getResourceVersion();
      if (!version.equals(now.getMetadata().getResourceVersion())) {
        changed.run();
      }
    }

    @Override
    public void onDelete(T object, boolean unseen) {
      changed.run();
    }
  }
}
