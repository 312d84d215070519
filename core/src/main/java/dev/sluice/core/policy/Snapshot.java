package dev.sluice.core.policy;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.mcp.ApiServer;
import dev.sluice.core.mcp.ToolServer;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The compiled policy: immutable, swapped whole.
///
/// @param keys by the digest of their values: one whose value was just replaced has two
/// @param servers of tools
/// @param apiServers where none of them may be
/// @param version a digest of the content; equal content has an equal version
/// @param priceVersion the price table's version, named by every usage record
public record Snapshot(
    String version,
    String priceVersion,
    Map<KeyDigest, KeyPolicy> keys,
    SortedMap<ObjectName, Upstream> upstreams,
    SortedMap<ObjectName, ToolServer> servers,
    SortedSet<ApiServer> apiServers) {

  public Snapshot {
    keys = Map.copyOf(keys);
    upstreams = Collections.unmodifiableSortedMap(new TreeMap<>(upstreams));
    servers = Collections.unmodifiableSortedMap(new TreeMap<>(servers));
    apiServers = Collections.unmodifiableSortedSet(new TreeSet<>(apiServers));
  }

  /// One without servers of tools.
  public Snapshot(
      String version,
      String priceVersion,
      Map<KeyDigest, KeyPolicy> keys,
      SortedMap<ObjectName, Upstream> upstreams) {
    this(
        version,
        priceVersion,
        keys,
        upstreams,
        Collections.emptySortedMap(),
        Collections.emptySortedSet());
  }

  public @Nullable KeyPolicy key(KeyDigest digest) {
    var key = keys.get(digest);
    return key != null && key.digest().equals(digest) ? key : null;
  }

  /// Every key once; one whose value was just replaced by its new value.
  public Collection<KeyPolicy> keysByName() {
    var sorted = new TreeMap<ObjectName, KeyPolicy>();
    keys.values().forEach(key -> sorted.merge(key.name(), key, (a, b) -> b.outlives(a) ? b : a));
    return sorted.values();
  }

  /// Every budget once, by its id.
  public Map<String, Budget> budgets() {
    var all = new LinkedHashMap<String, Budget>();
    for (var key : keysByName()) {
      addTo(all, key.budgets());
      key.grants().forEach(grant -> addTo(all, grant.budgets()));
    }
    upstreams.values().forEach(upstream -> addTo(all, upstream.budgets()));
    return all;
  }

  private static void addTo(Map<String, Budget> all, List<Budget> budgets) {
    budgets.forEach(budget -> all.put(budget.id(), budget));
  }
}
