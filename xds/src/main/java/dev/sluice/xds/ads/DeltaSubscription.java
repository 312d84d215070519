package dev.sluice.xds.ads;

import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Changes only: each response has what Envoy lacks of what it asks for. An Envoy that comes back
/// tells what it has.
final class DeltaSubscription implements Subscription<DeltaDiscoveryRequest> {

  private static final String ALL = "*";

  private final String type;
  private final Consumer<DeltaDiscoveryResponse> responses;
  private final Set<String> names = new HashSet<>();

  /// The version of each that Envoy has for certain.
  private final Map<String, String> known = new TreeMap<>();

  /// What Envoy has once it takes the response that is on its way.
  private final Map<String, String> sent = new TreeMap<>();

  private final Set<String> removed = new TreeSet<>();

  /// What Envoy was to have after the last response.
  private Map<String, String> offered = Map.of();

  private long nonce;
  private boolean asked;
  private boolean waiting;
  private boolean again;

  DeltaSubscription(String type, Consumer<DeltaDiscoveryResponse> responses) {
    this.type = type;
    this.responses = responses;
  }

  @Override
  public @Nullable Refused take(DeltaDiscoveryRequest request) {
    if (asked) {
      request.getResourceNamesSubscribeList().forEach(this::forget);
    } else {
      known.putAll(request.getInitialResourceVersionsMap());
      again = true;
    }
    asked = true;
    names.addAll(request.getResourceNamesSubscribeList());
    request.getResourceNamesUnsubscribeList().forEach(this::unsubscribe);
    if (!waiting || !request.getResponseNonce().equals(Long.toString(nonce))) {
      return null;
    }
    waiting = false;
    if (request.hasErrorDetail()) {
      return new Refused(type, sent, request.getErrorDetail().getMessage());
    }
    known.putAll(sent);
    known.keySet().removeAll(removed);
    return null;
  }

  /// Whoever subscribes again has it no more, even where a response is on its way.
  private void forget(String name) {
    known.remove(name);
    sent.remove(name);
    again = true;
  }

  private void unsubscribe(String name) {
    names.remove(name);
    if (!asksForAll()) {
      known.remove(name);
      sent.remove(name);
    }
  }

  @Override
  public boolean idle() {
    return asked && !waiting;
  }

  @Override
  public boolean asksFor(String name) {
    return names.contains(name);
  }

  /// What is asked for by name is never taken away: Envoy ends it by itself, after what needs it.
  @Override
  public boolean offer(ResourceSet resources) {
    return asksForAll() ? send(resources, resources.versions()) : add(resources);
  }

  @Override
  public boolean add(ResourceSet resources) {
    var all = new TreeMap<>(known);
    all.putAll(wanted(resources).versions());
    return send(wanted(resources), all);
  }

  @Override
  public boolean has(ResourceSet resources) {
    return known.entrySet().containsAll(wanted(resources).versions().entrySet());
  }

  @Override
  public boolean taken(ResourceSet resources) {
    return asked && known.equals(wanted(resources).versions());
  }

  /// Here it asks for what it has forgotten.
  @Override
  public void doubt() {}

  /// Clusters are asked for with `*`, or with no name at all.
  private boolean asksForAll() {
    return type.equals(Target.CLUSTERS) && (names.isEmpty() || names.contains(ALL));
  }

  private ResourceSet wanted(ResourceSet resources) {
    return asksForAll() ? resources : resources.only(names);
  }

  /// @param after what Envoy then has
  private boolean send(ResourceSet resources, Map<String, String> after) {
    if (!idle() || (after.equals(offered) && !again)) {
      return false;
    }
    var first = nonce == 0 && asksForAll(); // is waited for, even where there is nothing
    sent.clear();
    sent.putAll(resources.versions());
    sent.entrySet().removeAll(known.entrySet());
    removed.clear();
    if (asksForAll()) {
      removed.addAll(known.keySet());
      removed.addAll(offered.keySet()); // of a refused response, Envoy may have taken a part
      removed.removeAll(after.keySet());
    }
    offered = Map.copyOf(after);
    again = false;
    if (sent.isEmpty() && removed.isEmpty() && !first) {
      return false;
    }
    nonce++;
    waiting = true;
    responses.accept(response(resources.only(sent.keySet())));
    return true;
  }

  private DeltaDiscoveryResponse response(ResourceSet resources) {
    var response =
        DeltaDiscoveryResponse.newBuilder()
            .setTypeUrl(type)
            .setNonce(Long.toString(nonce))
            .addAllRemovedResources(removed);
    resources
        .entries()
        .forEach(
            (name, entry) ->
                response.addResources(
                    Resource.newBuilder()
                        .setName(name)
                        .setVersion(entry.version())
                        .setResource(entry.content())));
    return response.build();
  }
}
