package dev.sluice.compiler;

import dev.sluice.compiler.LastGood.ProviderInForce;
import dev.sluice.compiler.manifest.World;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.policy.Upstream;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// Which Providers the objects of a namespace may refer to: its own, and those of others that let
/// it.
final class Usable {

  private final SortedMap<ObjectName, ProviderInForce> providers;
  private final SortedMap<ObjectName, Upstream> upstreams;
  private final World world;
  private final Map<String, SortedMap<ObjectName, Upstream>> known = new HashMap<>();

  Usable(
      SortedMap<ObjectName, ProviderInForce> providers,
      SortedMap<ObjectName, Upstream> upstreams,
      World world) {
    this.providers = providers;
    this.upstreams = upstreams;
    this.world = world;
  }

  SortedMap<ObjectName, Upstream> from(String namespace) {
    return known.computeIfAbsent(namespace, this::find);
  }

  private SortedMap<ObjectName, Upstream> find(String namespace) {
    var labels = world.labels(namespace);
    var usable = new TreeMap<>(upstreams);
    providers.forEach(
        (name, provider) -> {
          if (!name.namespace().equals(namespace) && !provider.plan().visibility().admits(labels)) {
            usable.remove(name);
          }
        });
    return usable;
  }
}
