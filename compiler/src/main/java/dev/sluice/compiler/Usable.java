package dev.sluice.compiler;

import dev.sluice.compiler.LastGood.ProviderInForce;
import dev.sluice.compiler.LastGood.ServerInForce;
import dev.sluice.compiler.service.Reach;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.policy.TeamOfKey.Withheld;
import dev.sluice.core.policy.Upstream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// Which Providers and McpServers the objects of a namespace may refer to: its own, and those of
/// others that let it.
final class Usable {

  private final SortedMap<ObjectName, ProviderInForce> providers;
  private final SortedMap<ObjectName, Upstream> upstreams;
  private final SortedMap<ObjectName, ServerInForce> servers;
  private final References references;
  private final Map<String, SortedMap<ObjectName, Upstream>> known = new HashMap<>();
  private final Map<Asked, List<Withheld>> withheld = new HashMap<>();

  private record Asked(Reach reach, ObjectName provider) {}

  Usable(
      SortedMap<ObjectName, ProviderInForce> providers,
      SortedMap<ObjectName, Upstream> upstreams,
      SortedMap<ObjectName, ServerInForce> servers,
      References references) {
    this.providers = providers;
    this.upstreams = upstreams;
    this.servers = servers;
    this.references = references;
  }

  /// What of a provider is out of a team's reach. Many keys ask the same.
  List<Withheld> withheld(Reach reach, ObjectName provider) {
    return withheld.computeIfAbsent(new Asked(reach, provider), this::find);
  }

  private List<Withheld> find(Asked asked) {
    var found = providers.get(asked.provider());
    return found == null
        ? List.of()
        : asked.reach().withheld(asked.provider(), found.plan()).toList();
  }

  /// Whether the objects of a namespace may refer to a server of tools that is in force.
  boolean permits(String from, ObjectName server) {
    var found = servers.get(server);
    return found != null && references.permits(from, server, found.plan().visibility());
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
