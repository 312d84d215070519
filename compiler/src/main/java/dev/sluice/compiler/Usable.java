package dev.sluice.compiler;

import dev.sluice.compiler.LastGood.ProviderInForce;
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
  private final References references;
  private final Map<String, SortedMap<ObjectName, Upstream>> known = new HashMap<>();

  Usable(
      SortedMap<ObjectName, ProviderInForce> providers,
      SortedMap<ObjectName, Upstream> upstreams,
      References references) {
    this.providers = providers;
    this.upstreams = upstreams;
    this.references = references;
  }

  SortedMap<ObjectName, Upstream> from(String namespace) {
    return known.computeIfAbsent(namespace, this::find);
  }

  private SortedMap<ObjectName, Upstream> find(String namespace) {
    var usable = new TreeMap<>(upstreams);
    providers.forEach(
        (name, provider) -> {
          if (!references.permits(namespace, name, provider.plan().visibility())) {
            usable.remove(name);
          }
        });
    return usable;
  }
}
