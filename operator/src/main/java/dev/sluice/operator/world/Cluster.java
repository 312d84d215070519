package dev.sluice.operator.world;

import dev.sluice.compiler.manifest.World;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// All that is in the cluster now.
///
/// @param world what the compile step reads: the objects, and the Secrets that people made
/// @param objects of the four kinds
/// @param made Secrets that the operator made
public record Cluster(World world, SortedMap<ObjectId, Seen> objects, List<Secret> made) {

  public Cluster {
    objects = Collections.unmodifiableSortedMap(new TreeMap<>(objects));
    made = List.copyOf(made);
  }

  /// Names only.
  @Override
  public String toString() {
    return "Cluster" + objects.keySet();
  }

  /// How many objects there are of each kind.
  public Map<String, Long> kinds() {
    return objects.keySet().stream()
        .collect(Collectors.groupingBy(ObjectId::kind, Collectors.counting()));
  }
}
