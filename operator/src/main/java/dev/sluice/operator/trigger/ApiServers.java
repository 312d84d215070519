package dev.sluice.operator.trigger;

import dev.sluice.core.mcp.ApiServer;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where the API server listens, as the cluster tells in the EndpointSlices of its Service. Who may
/// not read them knows no address, and says so once.
final class ApiServers implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ApiServers.class);
  private static final String NAMESPACE = "default";
  private static final String SERVICE = "kubernetes";

  /// By the label, not by a name: slices that the API server does not write itself have others.
  private static final String LABEL = "kubernetes.io/service-name";

  private final FilterWatchListDeletable<EndpointSlice, EndpointSliceList, Resource<EndpointSlice>>
      slices;
  private final Runnable changed;
  private volatile @Nullable SharedIndexInformer<EndpointSlice> informer;
  private boolean told;

  /// @param changed is called at each change, and must return at once
  ApiServers(KubernetesClient client, Runnable changed) {
    this.slices =
        client.discovery().v1().endpointSlices().inNamespace(NAMESPACE).withLabel(LABEL, SERVICE);
    this.changed = changed;
  }

  /// Begins to watch where nothing watches: a right may be given later, or be taken away. Returns
  /// once all that is there is known.
  synchronized void look() {
    var before = informer;
    if (before != null && before.isRunning()) {
      return;
    }
    try {
      // An informer would tell of each failure by itself, with a stack.
      var _ = slices.list(new ListOptionsBuilder().withLimit(1L).build());
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_FORBIDDEN) {
        throw e;
      }
      tell();
      return;
    }
    informer =
        slices
            .runnableInformer(0)
            .itemStore(new LeanStore<>())
            .addEventHandler(new Watched.Changes<>(changed, changed))
            .run();
    told = false;
    if (before != null) {
      before.close();
    }
  }

  /// Once, not at each look.
  private void tell() {
    if (!told) {
      LOG.warn(
          "servers of tools are kept off the API server's Service, and not off its own addresses:"
              + " endpointslices of namespace {} are forbidden here (expected: the right to list"
              + " and watch them)",
          NAMESPACE);
      told = true;
    }
  }

  /// Those that were told last.
  SortedSet<ApiServer> known() {
    var known = new TreeSet<ApiServer>();
    var watching = informer;
    if (watching != null) {
      watching.getStore().list().forEach(slice -> add(slice, known));
    }
    return known;
  }

  private static void add(EndpointSlice slice, SortedSet<ApiServer> known) {
    var ports = ports(slice);
    for (var endpoint : orNone(slice.getEndpoints())) {
      for (var address : orNone(endpoint.getAddresses())) {
        // A slice of type FQDN has names: where these lead is nothing that can be told here.
        ports.forEach(port -> ApiServer.of(address, port).ifPresent(known::add));
      }
    }
  }

  /// A slice without ports, or with a port without a number, is of all ports.
  private static List<Integer> ports(EndpointSlice slice) {
    var ports =
        orNone(slice.getPorts()).stream()
            .map(port -> Objects.requireNonNullElse(port.getPort(), ApiServer.ANY_PORT))
            .toList();
    return ports.isEmpty() ? List.of(ApiServer.ANY_PORT) : ports;
  }

  private static <T> List<T> orNone(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }

  @Override
  public synchronized void close() {
    var watching = informer;
    if (watching != null) {
      watching.close();
    }
  }
}
