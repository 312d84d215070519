package dev.sluice.xds.ads;

import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The state of the world: each response has all that Envoy asks for.
final class StateSubscription implements Subscription<DiscoveryRequest> {

  private final String type;
  private final Consumer<DiscoveryResponse> responses;
  private Set<String> names = Set.of();
  private ResourceSet sent = ResourceSet.NONE;
  private ResourceSet taken = ResourceSet.NONE;
  private String sentVersion = "";
  private String takenVersion = "";
  private long nonce;
  private boolean asked;
  private boolean waiting;
  private boolean again;

  StateSubscription(String type, Consumer<DiscoveryResponse> responses) {
    this.type = type;
    this.responses = responses;
  }

  @Override
  public @Nullable Refused take(DiscoveryRequest request) {
    var answered = request.getResponseNonce();
    if (!answered.isEmpty() && !answered.equals(Long.toString(nonce))) {
      return null; // about an older response; one about the last follows
    }
    var before = names;
    asked = true;
    names = Set.copyOf(request.getResourceNamesList());
    if (!waiting && (names.equals(before) || !before.containsAll(names))) {
      again = true; // no ACK, so it asks anew: for more, or for what it dropped in between
    }
    if (answered.isEmpty()) {
      return null;
    }
    waiting = false;
    if (request.hasErrorDetail()) {
      return new Refused(type, changed(), request.getErrorDetail().getMessage());
    }
    taken = sent;
    takenVersion = sentVersion;
    return null;
  }

  private Map<String, String> changed() {
    var changed = sent.versions();
    changed.entrySet().removeAll(taken.versions().entrySet());
    return changed;
  }

  @Override
  public boolean idle() {
    return asked && !waiting;
  }

  @Override
  public boolean asksFor(String name) {
    return names.contains(name);
  }

  @Override
  public boolean offer(ResourceSet resources) {
    var wanted = wanted(resources);
    return (asksForAll() || !wanted.isEmpty()) && send(wanted);
  }

  @Override
  public boolean add(ResourceSet resources) {
    return send(taken.and(wanted(resources)));
  }

  @Override
  public boolean has(ResourceSet resources) {
    return taken.entries().entrySet().containsAll(wanted(resources).entries().entrySet());
  }

  @Override
  public boolean taken(ResourceSet resources) {
    return takenVersion.equals(wanted(resources).version());
  }

  @Override
  public void doubt() {
    again = true;
  }

  private boolean asksForAll() {
    return type.equals(Target.CLUSTERS);
  }

  private ResourceSet wanted(ResourceSet resources) {
    return asksForAll() ? resources : resources.only(names);
  }

  private boolean send(ResourceSet resources) {
    var version = resources.version();
    if (!idle() || (version.equals(sentVersion) && !again)) {
      return false;
    }
    sent = resources;
    sentVersion = version;
    nonce++;
    waiting = true;
    again = false;
    responses.accept(
        DiscoveryResponse.newBuilder()
            .setTypeUrl(type)
            .setVersionInfo(version)
            .setNonce(Long.toString(nonce))
            .addAllResources(
                resources.entries().values().stream().map(ResourceSet.Entry::content).toList())
            .build());
    return true;
  }
}
